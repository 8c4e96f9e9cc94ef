import { constants } from 'node:os';
import { plain } from '../../core/text.js';

export type ChildEnd =
  | {
      readonly kind: 'ended';
      /** The child's own, or 128+n where signal n ended it. */
      readonly status: number;
    }
  | {
      readonly kind: 'not_started';
      /** As shells have it: 127 for a command that is not there, 126 for one that cannot be executed. */
      readonly status: 126 | 127;
      readonly problem: string;
      readonly cause: unknown;
    };

/** What Node says of a process that is over: exactly one of the two is not `null`. */
export function endOf(code: number | null, signal: NodeJS.Signals | null): ChildEnd {
  if (signal !== null) return { kind: 'ended', status: 128 + constants.signals[signal] };
  if (code === null) throw new Error('Node reported the end of a process with neither a status nor a signal.');
  return { kind: 'ended', status: code };
}

/** Why the system did not start the command. */
export function notStarted(command: string, cause: unknown): ChildEnd {
  const shown = `"${plain(command)}"`;
  const code = codeOf(cause) ?? '';
  if (command === '' || code === 'ENOENT' || code === 'ENOTDIR') return notFound(command, cause);
  const problem =
    code === 'EACCES'
      ? `${shown} was found but may not be executed. Allow it with chmod +x, or start its interpreter, as in: sh ./script.sh`
      : `${shown} could not be started: ${hasProperty(cause, 'message') ? String(cause.message) : String(cause)}`;
  return { kind: 'not_started', status: 126, problem, cause };
}

export function notFound(command: string, cause: unknown): ChildEnd {
  return { kind: 'not_started', status: 127, problem: whyNotFound(command), cause };
}

function whyNotFound(command: string): string {
  if (command === '') return 'The command is empty. Name what is to be started after "--".';
  const shown = `"${plain(command)}"`;
  return /[/\\]/.test(command)
    ? `There is no file ${shown}, or the interpreter that its first line names is missing. Correct the path or that line.`
    : `No command ${shown} was found on the PATH. Install it, or give its path.`;
}

/** The code of an error of the system, such as `ENOENT`; `null` where it is none. */
export function codeOf(error: unknown): string | null {
  return hasProperty(error, 'code') && typeof error.code === 'string' ? error.code : null;
}

/** Not by `instanceof`: errors of Node may come from another realm. */
export function hasProperty<Name extends string>(value: unknown, name: Name): value is Record<Name, unknown> {
  return typeof value === 'object' && value !== null && name in value;
}
