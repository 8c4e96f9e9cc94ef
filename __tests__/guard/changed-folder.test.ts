import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, Stage } from './stage.js';

/** Somebody was at work in our folder of hooks, or on the setting that names it, between an install and what comes after it. */

let stage: Stage;
let own: string;
beforeEach(async () => {
  stage = await Stage.create();
  own = join(stage.work, '.git', 'runner-coord-hooks');
  await stage.hook(join(stage.work, '.githooks', 'pre-push'));
  await stage.git(['config', 'core.hooksPath', '.githooks']);
  await stage.install();
});
afterEach(() => stage.remove());

const logged = async (): Promise<readonly string[]> =>
  (await stage.lines('log')).map((line) => line.split(' ')[0] ?? '');

const config = (): Promise<string> => stage.git(['config', '--get-all', 'core.hooksPath']);

test('another path was set instead of it: removal leaves that', async () => {
  await stage.git(['config', '--replace-all', 'core.hooksPath', 'theirs']);
  expect(await stage.uninstall()).toMatchObject({ kind: 'removed', hook: join(own, 'pre-push'), kept: null });
  expect(await config()).toBe('theirs');
  await expect(filesIn(own)).rejects.toThrow('ENOENT');
});

test('another path was added after it: an install is the last one again, removal leaves theirs', async () => {
  await stage.git(['config', '--add', 'core.hooksPath', 'theirs']);
  await stage.hook(join(stage.work, 'theirs', 'pre-push'));
  await stage.install();
  expect((await stage.push()).arrived).toBe(true);
  expect([await stage.calls(), await logged()]).toEqual([[expect.anything()], ['theirs/pre-push']]);
  await stage.uninstall();
  expect(await config()).toBe('.githooks\ntheirs');
});

test('the setting was taken away: removal takes the files', async () => {
  await stage.git(['config', '--unset-all', 'core.hooksPath', '/runner-coord-hooks$']);
  expect(await stage.uninstall()).toMatchObject({ kind: 'removed' });
  await expect(filesIn(own)).rejects.toThrow('ENOENT');
});

test('files of others in it are left, and told', async () => {
  await writeFile(join(own, 'post-commit'), 'theirs');
  await appendFile(join(own, 'pre-push'), '# edited\n');
  const before = await filesIn(own);
  const { kind, note } = await stage.uninstall();
  expect({ kind, note }).toEqual({
    kind: 'removed',
    note: `${own} holds 2 file(s) that are not runner-coord's: they were left, and git no longer runs them.`,
  });
  const { 'post-commit': theirs, 'pre-push': edited } = before;
  expect(await filesIn(own)).toEqual({ 'post-commit': theirs, 'pre-push': edited });
  expect(await config()).toBe('.githooks');
  expect(await stage.uninstall()).toMatchObject({ kind: 'not_there' });
});

test('an install moves files of others out of the way, and says so', async () => {
  await writeFile(join(own, 'post-commit'), 'theirs');
  await appendFile(join(own, 'pre-push'), 'exit 0\n');
  const { note } = await stage.install();
  expect(note).toContain(`${join(own, 'post-commit')} was not runner-coord's`);
  expect(note).toContain(`${join(own, 'pre-push')} had been edited by hand`);
  expect(await readFile(join(own, 'post-commit.before-runner-coord'), 'utf8')).toBe('theirs');
  await stage.verdict(75);
  expect((await stage.push()).arrived).toBe(false);
});

test('the original setting went away: an install uses the own hooks of the repository', async () => {
  await stage.git(['config', '--unset', 'core.hooksPath', '^.githooks$']);
  expect(await stage.install()).toMatchObject({ hook: join(stage.work, '.git', 'hooks', 'pre-push') });
  await expect(config()).rejects.toThrow('ended with 1');
  await expect(filesIn(own)).rejects.toThrow('ENOENT');
  await stage.verdict(75);
  expect((await stage.push()).arrived).toBe(false);
});

test('the original setting changed: an install forwards to the new folder', async () => {
  await stage.hook(join(stage.work, '.githooks', 'pre-auto-gc'));
  await stage.install();
  expect(Object.keys(await filesIn(own))).toContain('pre-auto-gc');
  await stage.git(['config', '--replace-all', 'core.hooksPath', 'new', '^.githooks$']);
  await stage.hook(join(stage.work, 'new', 'pre-push'));
  await stage.install();
  expect(Object.keys(await filesIn(own))).not.toContain('pre-auto-gc');
  expect((await stage.push()).arrived).toBe(true);
  expect(await logged()).toEqual(['new/pre-push']);
});

test('the checkout was moved', async () => {
  const moved = join(stage.root, 'moved');
  await rename(stage.work, moved);
  await stage.install(moved);
  await stage.verdict(75);
  expect((await stage.push(moved)).arrived).toBe(false);
  await stage.uninstall(moved);
  expect(await stage.git(['config', '--get-all', 'core.hooksPath'], moved)).toBe('.githooks');
});
