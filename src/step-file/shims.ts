import { lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureOwnFolder, ownUser, replaceFile, stepFolder, type Failed } from './own-folder.js';

/**
 * The command `runner-coord` for later steps: small scripts that start the command line with the very node that ran the
 * action, since a later step may have none of its own. Where a job uses two versions of the action, the step that ran
 * last has laid its own here.
 */

const SHIM_MODE = 0o755;

export interface CommandLine {
  /** The node that runs this process. */
  readonly execPath: string;
  /** The file that it is to run. */
  readonly cli: string;
}

/**
 * For `sh` of every kind, Git's under Windows included: between single quotes a backslash is a backslash. `exec` keeps the
 * process id, so that signals to the command reach it.
 */
export function shellShim(execPath: string, cli: string): string {
  return `#!/bin/sh\nexec ${quoted(execPath)} ${quoted(cli)} "$@"\n`;
}

/**
 * For cmd and PowerShell; `null` for what cannot be a path under Windows, since cmd knows no way to write it. Between
 * double quotes only `%` has a meaning left, and `!` where the caller switched that on. Nothing follows the command, so its
 * status is that of the script; `exit /b %ERRORLEVEL%` would pass on a variable of that name if a step has set one. The
 * runner sets code page 65001 for its steps (actions/runner#2451), so the file is UTF-8.
 */
export function cmdShim(execPath: string, cli: string): string | null {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/["\u0000-\u001f]/.test(execPath + cli)) return null;
  const inBatch = (path: string): string => `"${path.replaceAll('%', '%%')}"`;
  return `@setlocal DisableDelayedExpansion\r\n@${inBatch(execPath)} ${inBatch(cli)} %*\r\n`;
}

/** Lays the shims into a folder that belongs on the PATH of later steps. */
export function installShims(
  runnerTemp: string,
  { execPath, cli }: CommandLine,
): { readonly kind: 'installed'; readonly folder: string } | Failed {
  const own = ensureOwnFolder(stepFolder(runnerTemp));
  if (own.kind === 'failed') return own;
  const folder = join(stepFolder(runnerTemp), 'bin');
  const ready = ensureOwnFolder(folder);
  if (ready.kind === 'failed') return ready;
  const shims = [
    { path: join(folder, 'runner-coord'), text: shellShim(execPath, cli) },
    { path: join(folder, 'runner-coord.cmd'), text: cmdShim(execPath, cli) },
  ];
  for (const { path, text } of shims) {
    if (text === null || isThere(path, text)) continue;
    const written = replaceFile(path, text, SHIM_MODE);
    if (written.kind === 'failed') return written;
  }
  return { kind: 'installed', folder };
}

/** A shim that is as it should be is left alone: a step in the background may be reading it. */
function isThere(path: string, text: string): boolean {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) return false;
    const isExecutable = ownUser() === undefined || (stats.mode & 0o777) === SHIM_MODE;
    return isExecutable && readFileSync(path, 'utf8') === text;
  } catch {
    // What cannot be read is replaced; if that fails too, it is told.
    return false;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
