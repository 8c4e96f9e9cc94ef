import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installGuard } from '../../src/guard/guard.js';
import { filesIn, Stage } from './stage.js';

let stage: Stage;
let own: string;
beforeEach(async () => {
  stage = await Stage.create();
  own = join(stage.work, '.git', 'runner-coord-hooks');
});
afterEach(() => stage.remove());

/** Everything about the guarded repository that is to be as before. */
const everything = (): Promise<unknown> => filesIn(stage.root);

async function trackedHooks(): Promise<void> {
  await stage.hook(join(stage.work, '.githooks', 'pre-push'));
  await stage.hook(join(stage.work, '.githooks', 'pre-commit'));
  await stage.git(['add', '-A']);
  await stage.git(['commit', '--quiet', '-m', 'Hooks']);
}

describe.each([
  ['relative, of a tracked folder', '.githooks', '.githooks'],
  ['with a slash at its end', '.githooks/', '.githooks'],
  ['absolute', '/ROOT/clone/.githooks', '/ROOT/clone/.githooks'],
])('a path that is %s', (_name, value, shown) => {
  const inRoot = (path: string): string => path.replace('/ROOT', stage.root);

  test('hooks run as before, after the guard, and nothing of ours is in the checkout', async () => {
    await trackedHooks();
    await stage.git(['config', 'core.hooksPath', inRoot(value)]);
    const answer = await stage.install();
    expect(answer).toEqual({
      kind: 'installed',
      gitDir: join(stage.work, '.git'),
      hook: join(own, 'pre-push'),
      kept: join(stage.work, '.githooks', 'pre-push'),
      note: null,
    });
    expect(await stage.git(['status', '--porcelain', '--ignored'])).toBe('');
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toEqual([
      // What a forwarder would get wrong: the name of the hook as it sees itself, and its arguments.
      `${inRoot(shown)}/pre-commit <> `,
      expect.stringMatching(
        new RegExp(`^${inRoot(shown)}/pre-push <origin> <file://.*> HEAD [0-9a-f]{40} refs/heads/main `),
      ),
    ]);
    await stage.verdict(75);
    expect((await stage.push()).arrived).toBe(false);
    expect(await stage.lines('log')).toHaveLength(3);
  });

  test('a failing hook refuses the push', async () => {
    await stage.hook(join(stage.work, '.githooks', 'pre-push'), 9);
    await stage.git(['config', 'core.hooksPath', inRoot(value)]);
    await stage.install();
    expect((await stage.push()).arrived).toBe(false);
    expect(await stage.calls()).toHaveLength(1);
  });

  test('removal restores everything to the byte', async () => {
    await trackedHooks();
    await stage.git(['config', 'core.hooksPath', inRoot(value)]);
    const before = await everything();
    await stage.install();
    const installed = await everything();
    await stage.install();
    expect(await everything()).toEqual(installed);
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', kept: join(stage.work, '.githooks', 'pre-push') });
    expect(await everything()).toEqual(before);
    expect(await stage.uninstall()).toMatchObject({ kind: 'not_there' });
  });
});

test('a global path: the folder of all repositories and the global configuration are not touched', async () => {
  const team = join(stage.root, 'team hooks');
  await stage.hook(join(team, 'pre-push'));
  await stage.git(['config', '--global', 'core.hooksPath', '~/team hooks']);
  const before = await everything();
  expect(await stage.install()).toMatchObject({ hook: join(own, 'pre-push'), kept: join(team, 'pre-push') });
  expect(Object.keys(await filesIn(team))).toEqual(['pre-push']);
  await stage.uninstall();
  expect(await everything()).toEqual(before);
  await stage.install();
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.lines('log')).toEqual([expect.stringContaining(`${team}/pre-push <origin>`)]);
});

test('a husky-like layout: hooks that find out from $0 what they are', async () => {
  const husky = join(stage.work, '.husky');
  await mkdir(join(husky, '_'), { recursive: true });
  const h =
    '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n';
  await writeFile(join(husky, '_', 'h'), h);
  for (const name of ['pre-commit', 'commit-msg', 'pre-push', 'pre-auto-gc']) {
    await writeFile(join(husky, '_', name), '#!/usr/bin/env sh\n. "$(dirname "$0")/h"');
    await chmod(join(husky, '_', name), 0o755);
  }
  await writeFile(join(husky, '_', '.gitignore'), '*');
  await stage.hook(join(husky, 'pre-push'), 0, 0o644);
  await stage.hook(join(husky, 'commit-msg'), 0, 0o644);
  await stage.git(['add', '-A']);
  await stage.git(['commit', '--quiet', '-m', 'Husky']);
  await stage.git(['config', 'core.hooksPath', '.husky/_']);
  await stage.install();
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.lines('log')).toEqual([
    '.husky/commit-msg <.git/COMMIT_EDITMSG> ',
    expect.stringContaining('.husky/pre-push <origin>'),
  ]);
  expect(await stage.git(['status', '--porcelain'])).toBe('');
  expect(Object.keys(await filesIn(own))).toContain('pre-auto-gc');
  // A package manager that sets husky up again does not take the guard away.
  await expect(stage.git(['config', 'core.hooksPath', '.husky/_'])).rejects.toThrow('multiple values');
});

test('hooks that come with another branch run too', async () => {
  await stage.git(['config', 'core.hooksPath', '.githooks']);
  expect(await stage.install()).toMatchObject({ kept: null });
  await trackedHooks();
  expect((await stage.push()).arrived).toBe(true);
  expect((await stage.lines('log')).map((line) => line.split(' ')[0])).toEqual([
    '.githooks/pre-commit',
    '.githooks/pre-commit',
    '.githooks/pre-push',
  ]);
  for (const name of ['pre-commit', 'pre-push']) await chmod(join(stage.work, '.githooks', name), 0o644);
  expect((await stage.push()).arrived).toBe(true);
  await rm(join(stage.work, '.githooks'), { recursive: true });
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.lines('log')).toHaveLength(3);
});

test('where hooks are switched off, the guard alone runs', async () => {
  await stage.hook(join(stage.work, '.git', 'hooks', 'pre-push'), 1);
  await stage.git(['config', 'core.hooksPath', '/dev/null']);
  expect(await stage.install()).toMatchObject({ kept: null });
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.calls()).toHaveLength(1);
});

test('a folder of hooks that is a link is not written into', async () => {
  const shared = join(stage.work, 'shared-hooks');
  await stage.hook(join(shared, 'pre-push'));
  await rm(join(stage.work, '.git', 'hooks'), { recursive: true });
  await symlink('../shared-hooks', join(stage.work, '.git', 'hooks'));
  const before = await everything();
  expect(await stage.install()).toMatchObject({ hook: join(own, 'pre-push') });
  expect(Object.keys(await filesIn(shared))).toEqual(['pre-push']);
  expect((await stage.push()).arrived).toBe(true);
  expect(await stage.lines('log')).toHaveLength(1);
  await stage.uninstall();
  expect(Object.keys((await everything()) as object)).toEqual(expect.arrayContaining(Object.keys(before as object)));
  expect(await readFile(join(stage.work, '.git', 'config'), 'utf8')).not.toContain('hooksPath');
});

test('an environment that is stronger than the repository is refused, and nothing is left behind', async () => {
  await stage.git(['config', 'core.hooksPath', '.githooks']);
  const before = await everything();
  const variables = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.hooksPath', GIT_CONFIG_VALUE_0: '/elsewhere' };
  Object.assign(process.env, variables);
  expect(await installGuard(stage.work, stage.command)).toEqual({
    kind: 'refused',
    problem: expect.stringContaining('sets core.hooksPath to /elsewhere') as unknown,
    advice: expect.stringContaining('GIT_CONFIG_') as unknown,
  });
  expect(await everything()).toEqual(before);
});
