import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installGuard } from '../../src/guard/guard.js';
import { filesIn, Stage } from './stage.js';

/** The job that set the guard is over, and its temporary folder emptied. */

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.create(`stale it's `);
});
afterEach(() => stage.remove());

/** What the message tells to run, run as it stands, from any folder of the checkout. */
async function obey(stderr: string): Promise<void> {
  const commands = stderr.split('\n').filter((line) => line.startsWith('  '));
  expect(commands).toHaveLength(1);
  const folder = join(stage.work, 'some', 'folder');
  await mkdir(folder, { recursive: true });
  expect(await stage.run('/bin/sh', ['-c', commands.join('\n')], folder)).toMatchObject({ status: 0, stderr: '' });
}

describe.each([
  ['where no hook was', 0, null, 0o755],
  ['where a hook was', 1, '.git/hooks', 0o755],
  ['where a hook was that is not executable', 0, '.git/hooks', 0o644],
  ['with a path of hooks', 1, '.githooks', 0o755],
] as const)('%s', (_name, hooksThatRun, folder, mode) => {
  beforeEach(async () => {
    if (folder !== null) await stage.hook(join(stage.work, folder, 'pre-push'), 0, mode);
    if (folder === '.githooks') await stage.git(['config', 'core.hooksPath', folder]);
  });

  test('the push is refused in words, and what they say removes the guard', async () => {
    const before = await filesIn(join(stage.work, '.git', 'hooks'));
    await stage.install();
    await rm(dirname(stage.program), { recursive: true });
    const refused = await stage.push();
    expect(refused.arrived).toBe(false);
    expect(refused.stderr).toContain(
      `runner-coord: the push was refused by the guard of a job that is probably over: ${stage.program} is gone.\n`,
    );
    expect(refused.stderr).not.toMatch(/cannot find|not found|no such/i);
    expect(await stage.lines('log')).toEqual([]);
    await obey(refused.stderr);
    expect(await filesIn(join(stage.work, '.git', 'hooks'))).toEqual(before);
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toHaveLength(hooksThatRun);
    await stage.uninstall();
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toHaveLength(2 * hooksThatRun);
  });

  test('the next install takes over', async () => {
    const gone = join(stage.root, 'gone.js');
    await installGuard(stage.work, [process.execPath, gone]);
    expect((await stage.push()).stderr).toContain(`${gone} is gone`);
    await stage.install();
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toHaveLength(hooksThatRun);
  });
});

test('a program that does not start here, as one of another system, is told apart from a no', async () => {
  const program = join(stage.root, 'node');
  await writeFile(program, '#!/no/such/loader\n');
  await chmod(program, 0o755);
  await installGuard(stage.work, [program]);
  const { arrived, stderr } = await stage.push();
  expect(arrived).toBe(false);
  expect(stderr).toMatch(/its command could not be started \(status 12[67]\)\.\n/);
  await obey(stderr);
  expect((await stage.push()).arrived).toBe(true);
});
