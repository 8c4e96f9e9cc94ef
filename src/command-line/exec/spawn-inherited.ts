import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Child } from './child.js';
import { codeOf, endOf, hasProperty, notFound, notStarted, type ChildEnd } from './child-end.js';

export interface Spawned {
  /** `null`: it was not started, and `ended` says why. */
  readonly pid: number | null;
  /** Never rejects. */
  readonly ended: Promise<ChildEnd>;
}

/**
 * Starts a process on the very stdin, stdout and stderr of this one: no byte of them passes through here, so a terminal
 * stays one and output keeps its order and its speed. The descriptors of this process that are not these three are
 * closed on exec by Node itself.
 *
 * @param command what the user typed, for messages; `file` may be another, as on Windows.
 */
export function spawnInherited(
  command: string,
  file: string,
  args: readonly string[],
  options: Omit<SpawnOptions, 'stdio'> & { readonly env: NodeJS.ProcessEnv },
): Spawned {
  let child: ChildProcess;
  try {
    child = spawn(file, args, { ...options, stdio: 'inherit' });
  } catch (cause) {
    // Some refusals of the system are thrown (E2BIG, ENOTDIR), others come as an event (ENOENT, EACCES, EAGAIN).
    if (command !== '' && !isRefusedBySystem(cause)) throw cause;
    return { pid: null, ended: Promise.resolve(whyNot(command, cause, options.env)) };
  }
  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('error', (cause) => resolve(whyNot(command, cause, options.env)));
    child.once('exit', (code, signal) => resolve(endOf(code, signal)));
  });
  return { pid: child.pid ?? null, ended };
}

/**
 * For a name that is nowhere on the PATH the system says EACCES when one folder of the PATH may not be looked into, as one
 * of root's.
 */
function whyNot(command: string, cause: unknown, env: NodeJS.ProcessEnv): ChildEnd {
  const folders = (env['PATH'] ?? '').split(delimiter);
  const isThere = /[/\\]/.test(command) || folders.some((folder) => existsSync(join(folder, command)));
  return codeOf(cause) === 'EACCES' && !isThere ? notFound(command, cause) : notStarted(command, cause);
}

function isRefusedBySystem(cause: unknown): boolean {
  return hasProperty(cause, 'syscall') && String(cause.syscall).startsWith('spawn');
}

/** Nothing was started: nobody is there to be ended. */
export function noChild(end: ChildEnd | Promise<ChildEnd>): Child {
  const ended = Promise.resolve(end);
  return { ended, pass: () => undefined, end: () => ended };
}
