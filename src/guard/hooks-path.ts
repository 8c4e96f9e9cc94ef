import { lstat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { insist } from './git.js';
import { absent } from '../git/system-fault.js';
import { OWN_FOLDER, OWN_FOLDER_PATTERN, type Level } from './hook-text.js';
import type { Repository } from './repository.js';
import { shellPath } from './shell-words.js';

/**
 * `core.hooksPath`. Ours is added after the values that are there, of which git takes the last: so they stay untouched, and
 * taking ours away restores the configuration byte for byte. It also lets a later `git config core.hooksPath …` fail
 * ("multiple values") that would have taken the guard away.
 */

/** The folder of hooks that is not ours to write into, as `core.hooksPath` names it; `null`: git runs the repository's own. */
export async function foreignHooks(repository: Repository): Promise<string | null> {
  const others = (await hooksPaths(repository)).filter((path) => !isOurs(path));
  const last = others.at(-1);
  if (last !== undefined) return last;
  // What the link leads to may be tracked, or be shared with other repositories.
  const found = await absent(lstat(repository.hooks));
  return found?.isSymbolicLink() === true ? repository.hooks : null;
}

/** Where that is now. Git takes an empty value for the root of the file system. */
export function resolveHooks({ top }: Repository, named: string): string {
  return named === '' ? '/' : resolve(top, named);
}

export interface OwnFolder {
  readonly level: Level;
  readonly path: string;
}

/** A value of the worktree's own configuration is stronger than one of the repository's. */
export async function ownFolder(repository: Repository): Promise<OwnFolder> {
  const inWorktree = repository.hasWorktreeConfig ? await hooksPaths(repository, 'worktree') : [];
  const level = inWorktree.length > 0 ? 'worktree' : 'local';
  return { level, path: folderAt(repository, level) };
}

export function folderAt(repository: Repository, level: Level): string {
  return join(level === 'worktree' ? repository.gitDir : repository.commonDir, OWN_FOLDER);
}

export function levels(repository: Repository): readonly Level[] {
  return repository.hasWorktreeConfig ? ['worktree', 'local'] : ['local'];
}

/** `false`: something stronger than the configuration of the repository says where hooks are. */
export async function point(repository: Repository, { level, path }: OwnFolder): Promise<boolean> {
  if (await isPointedAt(repository, path)) return true;
  await insist(repository.folder, ['config', `--${level}`, '--add', 'core.hooksPath', shellPath(path)]);
  return isPointedAt(repository, path);
}

/** Takes away every value of ours, also one of a checkout that has moved since. `false`: there was none. */
export async function unpoint(repository: Repository, level: Level): Promise<boolean> {
  const unset = ['config', `--${level}`, '--unset-all', 'core.hooksPath', OWN_FOLDER_PATTERN];
  const NO_SUCH_VALUE = 5;
  return (await insist(repository.folder, unset, [0, NO_SUCH_VALUE])).status === 0;
}

async function isPointedAt(repository: Repository, path: string): Promise<boolean> {
  return (await hooksPaths(repository)).at(-1) === shellPath(path);
}

function isOurs(path: string): boolean {
  return new RegExp(OWN_FOLDER_PATTERN).test(path);
}

/** All values, the weakest first: of every level, the environment's too, unless one is named. */
async function hooksPaths(repository: Repository, level?: Level): Promise<readonly string[]> {
  const where = level === undefined ? [] : [`--${level}`];
  const get = ['config', ...where, '--type=path', '-z', '--get-all', 'core.hooksPath'];
  const NO_SUCH_VALUE = 1;
  const { stdout } = await insist(repository.folder, get, [0, NO_SUCH_VALUE]);
  return stdout.split('\0').slice(0, -1);
}
