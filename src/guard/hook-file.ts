import { randomUUID } from 'node:crypto';
import { access, chmod, constants, copyFile, lstat, readFile } from 'node:fs/promises';
import { readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { authorOf } from './hook-text.js';
import { absent } from '../git/system-fault.js';

/** Hooks as  Whatever is written stands there whole or not at all: a push may come, or this process die, at any time. */

export type HookAuthor = 'nobody' | ReturnType<typeof authorOf>;

/** Who wrote what stands there; `nobody`: nothing does. */
export async function hookAuthor(path: string): Promise<HookAuthor> {
  if (!(await isThere(path))) return 'nobody';
  return authorOf((await contents(path)).toString('utf8'));
}

export async function writeHook(path: string, text: string): Promise<void> {
  await throughTemporary(path, async (temporary) => {
    await writeFile(temporary, text, { flag: 'wx' });
    await chmod(temporary, 0o755);
    return true;
  });
}

/**
 * Puts a hook that is not ours under a second name too, with its mode, or as the link that it is. It is not moved: until the
 * guard stands in its place, it has to run.
 */
export async function copyHook(from: string, to: string): Promise<void> {
  await throughTemporary(to, async (temporary) => {
    const found = await lstat(from);
    if (found.isSymbolicLink()) {
      await symlink(await readlink(from), temporary);
    } else {
      await copyFile(from, temporary, constants.COPYFILE_EXCL);
      await chmod(temporary, found.mode & 0o7777);
    }
    // Another install may have put its guard there meanwhile, and a guard that comes after itself never ends.
    return (await hookAuthor(temporary)) !== 'us';
  });
}

/** Another name for what nobody runs any more but may be missed: `path`, else `path.1` and so on. Returns that name. */
export async function freeName(path: string): Promise<string> {
  let name = path;
  for (let count = 1; await isThere(name); count += 1) name = `${path}.${String(count)}`;
  return name;
}

export async function isSame(one: string, other: string): Promise<boolean> {
  return (await described(one)).equals(await described(other));
}

/** A link is what it leads to; a file is what is in it. */
async function described(path: string): Promise<Buffer> {
  return (await lstat(path)).isSymbolicLink() ? Buffer.from(`link ${await readlink(path)}`) : readFile(path);
}

/** As git sees it; on Windows every file is. */
export async function isRun(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/** Also a link that leads nowhere. */
export async function isThere(path: string): Promise<boolean> {
  return (await absent(lstat(path))) !== null;
}

async function contents(path: string): Promise<Buffer> {
  return (await absent(readFile(path))) ?? Buffer.alloc(0);
}

/** What is left of one of ours that died before its hook had its name. */
export function isTemporary(name: string): boolean {
  return /\.runner-coord-[0-9a-f-]{36}$/.test(name);
}

async function throughTemporary(path: string, write: (temporary: string) => Promise<boolean>): Promise<void> {
  const temporary = `${path}.runner-coord-${randomUUID()}`;
  try {
    if (await write(temporary)) await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}
