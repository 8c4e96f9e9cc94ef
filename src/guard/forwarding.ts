import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { absent } from '../git/system-fault.js';
import { freeName, hookAuthor, isRun, isTemporary, writeHook } from './hook-file.js';
import { forwarder } from './hook-text.js';
import type { Notes } from './hooks-folder.js';
import { putAside } from './hooks-folder.js';

/** A folder of our own for `core.hooksPath`: the guard, and for every other hook one that runs that of the original folder. */

/**
 * Forwarded even if the original folder lacks them now: where the folder is tracked, another branch may bring them. For a
 * hook that is not there they do nothing, and git does nothing else because of them. (Of some others, as `push-to-checkout`
 * or `reference-transaction`, the mere presence changes or slows down what git does.)
 */
const USUAL: readonly string[] = [
  ...['applypatch-msg', 'pre-applypatch', 'post-applypatch', 'pre-commit', 'pre-merge-commit', 'prepare-commit-msg'],
  ...['commit-msg', 'post-commit', 'pre-rebase', 'post-checkout', 'post-merge', 'post-rewrite'],
];

export interface Forwarding {
  readonly folder: string;
  /** As `core.hooksPath` names it. */
  readonly original: string;
  /** Where that is, as long as nobody works in another worktree. */
  readonly resolved: string;
  readonly guard: string;
}

export async function writeForwarding({ folder, original, resolved, guard }: Forwarding): Promise<Notes> {
  const names = new Set([...USUAL, ...(await hooksIn(resolved))]);
  names.delete('pre-push');
  await mkdir(folder, { recursive: true });
  const notes: string[] = [];
  for (const name of names) notes.push(...(await write(join(folder, name), forwarder(original, name))));
  notes.push(...(await write(join(folder, 'pre-push'), guard)));
  for (const name of await readdir(folder)) {
    // A temporary one may be another install's, at this moment.
    if (name !== 'pre-push' && !names.has(name) && !isTemporary(name)) await removeOurs(join(folder, name));
  }
  return notes;
}

/** Somebody may have written into the folder, since it is the one that git names. */
async function write(path: string, text: string): Promise<Notes> {
  const author = await hookAuthor(path);
  const notes: string[] = [];
  if (author === 'edited') notes.push(await putAside(path));
  if (author === 'others') {
    const name = await freeName(`${path}.before-runner-coord`);
    await rename(path, name);
    notes.push(`${path} was not runner-coord's: it is now ${name}, and does not run.`);
  }
  await writeHook(path, text);
  return notes;
}

async function hooksIn(folder: string): Promise<readonly string[]> {
  const names = (await absent(readdir(folder))) ?? [];
  const hooks: string[] = [];
  for (const name of names) {
    if (/^[a-z0-9-]+$/.test(name) && (await isRun(join(folder, name)))) hooks.push(name);
  }
  return hooks;
}

/** Takes away what is ours, and says what stays. `wasThere`: there was anything of ours. */
export async function removeForwarding(folder: string): Promise<{ readonly wasThere: boolean; readonly notes: Notes }> {
  const names = await absent(readdir(folder));
  if (names === null) return { wasThere: false, notes: [] };
  let left = 0;
  for (const name of names) {
    if (!(await removeOurs(join(folder, name)))) left += 1;
  }
  if (left === 0) {
    await rmdir(folder);
    return { wasThere: true, notes: [] };
  }
  const note = `${folder} holds ${String(left)} file(s) that are not runner-coord's: they were left, and git no longer runs them.`;
  return { wasThere: left < names.length, notes: [note] };
}

async function removeOurs(path: string): Promise<boolean> {
  const isOurs = isTemporary(path) || (await hookAuthor(path)) === 'us';
  if (isOurs) await rm(path);
  return isOurs;
}
