import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyHook, freeName, hookAuthor, isSame, isTemporary, writeHook } from '../../src/guard/hook-file.js';
import { forwarder } from '../../src/guard/hook-text.js';

let folder: string;
let hook: string;
let other: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hook-file-'));
  hook = join(folder, 'pre-push');
  other = join(folder, 'other');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a hook is executable whatever the umask is, and replaces what was there', async () => {
  const before = process.umask(0o077);
  try {
    await writeFile(hook, 'old');
    await writeHook(hook, 'new');
  } finally {
    process.umask(before);
  }
  expect([await readFile(hook, 'utf8'), (await stat(hook)).mode & 0o777]).toEqual(['new', 0o755]);
  expect(await readdir(folder)).toEqual(['pre-push']);
});

test('one of ours is never copied: an install at the same time may have put it there', async () => {
  await writeHook(hook, forwarder('/x', 'pre-push'));
  await copyHook(hook, other);
  expect(await readdir(folder)).toEqual(['pre-push']);
});

test('a write that fails leaves nothing behind', async () => {
  await expect(writeHook(join(folder, 'no', 'pre-push'), '')).rejects.toThrow('ENOENT');
  await expect(copyHook(hook, other)).rejects.toThrow('ENOENT');
  expect(await readdir(folder)).toEqual([]);
});

test('links are the same if they lead to the same, also if that is nowhere', async () => {
  await symlink('nowhere', hook);
  await symlink('elsewhere', other);
  expect([await isSame(hook, hook), await isSame(hook, other), await hookAuthor(hook)]).toEqual([
    true,
    false,
    'others',
  ]);
});

test('the first name that is free', async () => {
  const names: string[] = [];
  for (let count = 0; count < 3; count += 1) {
    names.push(await freeName(hook));
    await writeFile(names.at(-1) ?? '', '');
  }
  expect(names).toEqual([hook, `${hook}.1`, `${hook}.2`]);
});

test('temporary files are known by their names', async () => {
  expect(isTemporary('pre-push.runner-coord-0b5c1c5e-93b5-4a4b-8f0e-5b7a1b0f7f11')).toBe(true);
  expect(['pre-push', 'pre-push.before-runner-coord', 'x.runner-coord-0b5c1c5e'].map(isTemporary)).toEqual([
    ...[false, false, false],
  ]);
  await expect(hookAuthor(hook)).resolves.toBe('nobody');
});
