import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Stage } from './stage.js';

/** The hook under every sh that this machine has: dash, bash as sh, busybox as in Alpine. `/bin/sh` is one of them. */
const SHELLS = [
  ['/bin/sh'],
  ['dash'],
  ['bash', '--posix'],
  ['busybox', 'sh'],
  ['ksh'],
  ['zsh', '--emulate', 'sh'],
].filter(
  ([program = '']) =>
    existsSync(program) ||
    (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program))),
);

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.create(`it's sh `);
});
afterEach(() => stage.remove());

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('%s', (_name, [shell = '', ...options]) => {
  const run = (hook: string): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(shell, [...options, hook, 'origin', 'a b'], { cwd: stage.work, input: 'refs\n', encoding: 'utf8' });

  test('the guard, and the hook after it', async () => {
    await stage.hook(join(stage.work, '.git', 'hooks', 'pre-push'), 4);
    await stage.install(stage.work, { EXTRA: `it's` });
    expect(run('.git/hooks/pre-push')).toMatchObject({ status: 4, stdout: '' });
    expect(await stage.lines('log')).toEqual([
      // Some shells make the path absolute.
      expect.stringMatching(/(^|\/clone\/)\.git\/hooks\/pre-push\.before-runner-coord <origin> <a b> refs$/),
    ]);
    expect(await stage.calls()).toEqual([{ args: ['assert', '--guard'], stdin: '', extra: `it's` }]);
    await stage.verdict(75);
    expect(run('.git/hooks/pre-push')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('status 75') as unknown,
    });
    await rm(stage.program);
    expect(run('.git/hooks/pre-push')).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(`${stage.program} is gone`) as unknown,
    });
  });

  test('a forwarder', async () => {
    await stage.git(['config', 'core.hooksPath', `team's hooks`]);
    await stage.hook(join(stage.work, `team's hooks`, 'commit-msg'), 5);
    await stage.install();
    expect(run('.git/runner-coord-hooks/commit-msg')).toMatchObject({ status: 5, stderr: '' });
    expect(await stage.lines('log')).toEqual([
      expect.stringMatching(/(^|\/clone\/)team's hooks\/commit-msg <origin> <a b> refs$/),
    ]);
    expect(run('.git/runner-coord-hooks/pre-commit')).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });
});
