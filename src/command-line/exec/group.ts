import { readdirSync, readFileSync } from 'node:fs';
import { codeOf } from './child-end.js';

/** `gone`: nobody is in the group any more. `not_permitted`: its members run as another user, as after `sudo`. */
export type Sent = 'sent' | 'gone' | 'not_permitted';

/** Sends a signal to every process of a process group (POSIX). `0` sends none and only asks. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): Sent {
  // kill(-1) is everything that this user may signal.
  if (!Number.isSafeInteger(group) || group <= 1) throw new Error(`${String(group)} is no process group of a child.`);
  try {
    process.kill(-group, signal);
    return 'sent';
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ESRCH') return 'gone';
    if (code === 'EPERM') return 'not_permitted';
    throw error;
  }
}

/**
 * Whether a process of the group still runs. A process that is over but that nobody has waited for keeps its group for
 * kill(2), and in a job container, whose first process waits for nobody, it does so for ever. Linux tells them apart.
 */
export function groupRuns(group: number): boolean {
  if (signalGroup(group, 0) === 'gone') return false;
  const processes = readOr(null, () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)));
  if (processes === null || processes.length === 0) return true;
  return processes.some((pid) => {
    const stat = readOr('', () => readFileSync(`/proc/${pid}/stat`, 'latin1'));
    // "pid (name) state ppid pgrp …": the name is the process's own choice, brackets and blanks included.
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return itsGroup === String(group) && state !== 'Z' && state !== 'X';
  });
}

/** No /proc (macOS), or a process that went while it was looked at. */
function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'].includes(codeOf(error) ?? '')) return otherwise;
    throw error;
  }
}
