import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installGuard, removeGuard } from '../../src/guard/guard.js';
import { filesIn, Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.create();
});
afterEach(() => stage.remove());

/** Whoever shows the problem ends its sentence. */
const refusal = (problem: string, advice: string): unknown => ({
  kind: 'refused',
  problem: expect.stringMatching(new RegExp(`^(?=.*${problem.replace(/[^\w ]/g, '\\$&')}).*[^.]$`, 's')) as unknown,
  advice: expect.stringContaining(advice) as unknown,
});

/** Another git on the PATH, and nothing else. */
async function onlyGit(script: string | null): Promise<void> {
  const folder = join(stage.root, 'bin');
  await mkdir(folder);
  process.env['PATH'] = folder;
  if (script === null) return;
  await writeFile(join(folder, 'git'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'git'), 0o755);
}

describe.each([
  ['install', (folder: string) => installGuard(folder, stage.command)],
  ['uninstall', removeGuard],
])('%s', (_name, act) => {
  test('no repository', async () => {
    const folder = join(stage.root, 'empty');
    await mkdir(folder);
    expect(await act(folder)).toEqual(
      refusal(`There is no git repository in ${folder}`, 'Run actions/checkout before'),
    );
  });

  test('no such folder', async () => {
    const folder = join(stage.root, 'nowhere');
    expect(await act(folder)).toEqual(refusal(`There is no folder ${folder}`, 'actions/checkout'));
  });

  test('a file instead of a folder', async () => {
    expect(await act(stage.program)).toEqual(refusal('Not a directory', 'git status'));
  });

  test('no git on the PATH', async () => {
    await onlyGit(null);
    expect(await act(stage.work)).toEqual(refusal('There is no git on the PATH', 'Install git 2.18 or newer'));
  });

  test.each(['git version 2.17.1', 'git version 1.8.3.1', 'something else'])('%s is too old', async (version) => {
    await onlyGit(`echo '${version}'`);
    expect(await act(stage.work)).toEqual(refusal(`${version} is too old`, 'Install git 2.18 or newer'));
  });

  test('a git that cannot be run', async () => {
    await onlyGit('exit 0');
    await chmod(join(stage.root, 'bin', 'git'), 0o644);
    expect(await act(stage.work)).toEqual(refusal('EACCES', 'write to the .git folder'));
  });

  test('a repository of another user', async () => {
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    const advice = `Run \`git config --global --add safe.directory ${stage.work}\` before this step.`;
    expect(await act(stage.work)).toEqual(refusal('belongs to another user', advice));
  });

  test('a folder that cannot be written into', async () => {
    // A file in its place, because nothing is forbidden to root.
    await rm(join(stage.work, '.git', 'hooks'), { recursive: true });
    await writeFile(join(stage.work, '.git', 'runner-coord-hooks'), '');
    await writeFile(join(stage.work, '.git', 'hooks'), '');
    await stage.git(['config', 'core.hooksPath', '.githooks']);
    const answer = await act(stage.work);
    expect(answer.kind === 'refused' ? answer.problem : answer.kind).toMatch(/EEXIST|not_there/);
    expect((await stage.push()).arrived).toBe(true);
  });
});

test.each([
  'git version 2.18.0',
  'git version 2.45.1.windows.1',
  'git version 10.0',
  'git version 2.39.5 (Apple Git-154)',
])('%s is new enough', async (version) => {
  await onlyGit(`case "$*" in *--version) echo '${version}';; *) echo 'fatal: went on' >&2; exit 128;; esac`);
  expect(await removeGuard(stage.work)).toEqual(refusal('fatal: went on', 'git status'));
});

test('a configuration that another git has locked: nothing has changed but files that nobody runs', async () => {
  await stage.git(['config', 'core.hooksPath', '.githooks']);
  const before = await filesIn(join(stage.work, '.git', 'hooks'));
  await writeFile(join(stage.work, '.git', 'config.lock'), '');
  expect(await installGuard(stage.work, stage.command)).toEqual(
    refusal('could not lock config file', 'another git process'),
  );
  await rm(join(stage.work, '.git', 'config.lock'));
  expect(await filesIn(join(stage.work, '.git', 'hooks'))).toEqual(before);
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.calls()).toEqual([]);
  expect(await stage.install()).toMatchObject({ kind: 'installed' });
});

test.each([
  ['no command', [], {}],
  ['a program to be looked for', ['node', 'x'], {}],
  ['an empty program', [''], {}],
  ['a variable that is none', ['/bin/true'], { 'A B': '' }],
  ['a NUL', ['/bin/true', 'a\0b'], {}],
])('%s is a fault of the caller, and nothing is written', async (_name, command, env) => {
  const before = await filesIn(stage.work);
  await expect(installGuard(stage.work, command, { env })).rejects.toThrow();
  expect(await filesIn(stage.work)).toEqual(before);
});
