import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { StepResult } from '../../support/runner.js';

/** What a process had loaded when it ended. */
export interface Loaded {
  /** Built-in modules of Node, by name. */
  readonly builtins: readonly string[];
  /** Files of dist/. */
  readonly files: readonly string[];
}

const HOOK = `
process.on('exit', () => {
  const { writeFileSync } = require('node:fs');
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).map((name) => name.slice(13));
  writeFileSync(process.env.LOADED, JSON.stringify({ builtins, files: Object.keys(require.cache) }));
});
`;

/** Runs a step with a hook before it that tells in the end what was loaded. */
export async function loadedBy(
  run: (env: Readonly<Record<string, string>>) => Promise<StepResult>,
): Promise<{ readonly step: StepResult; readonly loaded: Loaded }> {
  const folder = await mkdtemp(join(tmpdir(), 'loaded-'));
  try {
    const hook = join(folder, 'hook.cjs');
    const told = join(folder, 'loaded.json');
    await writeFile(hook, HOOK);
    const step = await run({ NODE_OPTIONS: `--require=${hook}`, LOADED: told });
    const { builtins, files } = JSON.parse(await readFile(told, 'utf8')) as Loaded;
    const ours = files.filter((file) => file !== hook).map((file) => basename(file));
    return { step, loaded: { builtins, files: ours.sort() } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
