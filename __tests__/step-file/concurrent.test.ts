import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readStepFile, type StepFileAnswer } from '../../src/step-file/step-file.js';
import { compileInto } from './compiled.js';
import { entryOf, SURROUNDINGS, TemporaryFolder } from './samples.js';

let temporary: TemporaryFolder;
beforeEach(() => {
  temporary = new TemporaryFolder();
});
afterEach(() => temporary.remove());

const WRITERS = 3;
const ROUNDS = 150;

// Steps in the background: notes may be lost, files may not be half.
test('processes that note at the same time never leave anything but a whole file', async () => {
  const module = pathToFileURL(`${compileInto(temporary.in())}/step-file/step-file.js`).href;
  const script = temporary.in('writer.js');
  writeFileSync(
    script,
    `import { noteStep } from ${JSON.stringify(module)};
     const [runnerTemp, surroundings, entry, rounds] = JSON.parse(process.argv[2]);
     const answers = new Set();
     for (let round = 0; round < rounds; round += 1) {
       const target = { ...entry.target, pr: entry.target.pr + (round % 20) };
       answers.add(JSON.stringify(noteStep(runnerTemp, surroundings, { ...entry, target })));
     }
     process.stdout.write([...answers].join());`,
  );
  let running = WRITERS;
  const writers = Array.from({ length: WRITERS }, async (_, index) => {
    const asked = [temporary.path, SURROUNDINGS, entryOf({ pr: 1000 * (index + 1) }), ROUNDS];
    const child = spawn(process.execPath, [script, JSON.stringify(asked)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text: Buffer) => (said += text.toString()));
    await once(child, 'close');
    running -= 1;
    return said;
  });

  const seen = new Map<StepFileAnswer['kind'], number>();
  while (running > 0) {
    const { kind } = readStepFile(temporary.path);
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    await new Promise(setImmediate);
  }
  expect(await Promise.all(writers)).toEqual(Array.from({ length: WRITERS }, () => '{"kind":"written"}'));
  expect(seen.get('unreadable')).toBeUndefined();
  expect(seen.get('file')).toBeGreaterThan(50);
  expect(readStepFile(temporary.path).kind).toBe('file');
  // And no temporary file stays.
  expect(readdirSync(temporary.in('runner-coord'))).toEqual(['job.json']);
}, 30_000);
