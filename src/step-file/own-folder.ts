import {
  chmodSync,
  closeSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { resolve } from 'node:path';
import { types } from 'node:util';
import { plain } from '../core/text.js';

/** Files that a later step trusts: nobody else may have put them there, and nobody sees half of one. */

const OWNER_ONLY = 0o700;

export interface Failed {
  readonly kind: 'failed';
  /** In words that say what to do where that is known. */
  readonly problem: string;
  readonly cause: unknown;
}

/** The folder of the job's own under `RUNNER_TEMP`, which the runner empties with every job. */
export function stepFolder(runnerTemp: string): string {
  return resolve(runnerTemp, 'runner-coord');
}

/** The user whose files are ours; `undefined` under Windows, where the folder's access list is the runner's. */
export function ownUser(): number | undefined {
  return process.geteuid?.();
}

/** Why a file or folder is not to be trusted; `null` where it is. */
export function distrust(path: string, stats: Stats, wanted: 'file' | 'folder', user = ownUser()): string | null {
  const isWanted = wanted === 'file' ? stats.isFile() : stats.isDirectory();
  if (!isWanted) {
    const what = stats.isSymbolicLink() ? 'a symbolic link' : `no ${wanted}`;
    return `${path} is ${what}, and runner-coord did not make it: remove it`;
  }
  if (user === undefined || stats.uid === user) return null;
  return (
    `${path} belongs to user ${String(stats.uid)}, and this process is user ${String(user)}: ` +
    'work as one user in all steps, or, if an earlier job left it, remove it as that user or as root'
  );
}

/** Sees to it that there is such a folder, and that it is ours alone. */
export function ensureOwnFolder(path: string): { readonly kind: 'ready' } | Failed {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false }) ?? makeFolder(path);
    const problem = distrust(path, stats, 'folder');
    if (problem !== null) return { kind: 'failed', problem, cause: null };
    if (ownUser() !== undefined && (stats.mode & 0o777) !== OWNER_ONLY) chmodSync(path, OWNER_ONLY);
    return { kind: 'ready' };
  } catch (cause) {
    return { kind: 'failed', problem: `the folder ${path} could not be made (${reasonOf(cause)})`, cause };
  }
}

/** Not with its parents: a `RUNNER_TEMP` that is not there is a fault, and no folder to be made. */
function makeFolder(path: string): Stats {
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    // A step in the background was faster; what it made is looked at like any other.
    if (!(types.isNativeError(error) && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return lstatSync(path);
}

/** Replaces a file as a whole: of writers at the same time the last one wins, and readers see one of both texts. */
export function replaceFile(path: string, text: string, mode: number): { readonly kind: 'written' } | Failed {
  // A name that nobody else takes; that somebody might guess it does no harm in a folder that is ours alone.
  const temporary = `${path}.${String(process.pid)}-${String(process.hrtime.bigint())}`;
  try {
    // `wx` follows no link and takes no file that somebody laid there.
    const file = openSync(temporary, 'wx', mode);
    try {
      writeFileSync(file, text);
      // What the umask took away.
      fchmodSync(file, mode);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    return { kind: 'written' };
  } catch (cause) {
    rmSync(temporary, { force: true });
    return { kind: 'failed', problem: `${path} could not be written (${reasonOf(cause)})`, cause };
  }
}

export function reasonOf(cause: unknown): string {
  return types.isNativeError(cause) ? plain(cause.message) : 'unknown reason';
}
