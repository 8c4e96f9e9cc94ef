import { win32 } from 'node:path';

/** What is started on Windows for a command as typed. */
export type WindowsStart =
  | {
      readonly kind: 'start';
      readonly file: string;
      readonly args: readonly string[];
      /** The arguments are quoted already. */
      readonly verbatim: boolean;
    }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'refused'; readonly problem: string };

export interface WindowsSystem {
  readonly env: NodeJS.ProcessEnv;
  readonly isFile: (path: string) => boolean;
}

/** In the order of PATHEXT, which also lists scripts that only the desktop knows how to open. */
const EXECUTABLE = ['.com', '.exe', '.bat', '.cmd'];

/**
 * Finds the command as a prompt would, because Windows itself adds `.exe` and nothing else, and half of what people start
 * is a `.cmd` (`npm`, and the shims of this very tool). Not in the current folder unless the command says `.\`: that
 * would start whatever lies in a checkout. A batch file needs cmd.exe, and Node starts none without a shell since
 * CVE-2024-27980; `shell: true` would join the arguments unquoted, so they are quoted here.
 */
export function windowsStart(command: string, args: readonly string[], system: WindowsSystem): WindowsStart {
  const file = find(command, system);
  if (file === null) return { kind: 'not_found' };
  if (!/\.(?:bat|cmd)$/i.test(file)) return { kind: 'start', file, args, verbatim: false };
  if (args.some((argument) => /[\r\n]/.test(argument))) {
    const problem =
      'A batch file cannot be given an argument with a line break. Start what it starts, or pass the text in a file.';
    return { kind: 'refused', problem };
  }
  const line = [`"${withoutVariables(file)}"`, ...args.map(batchArgument)].join(' ');
  // /s: exactly the outermost quotes are taken off. /v:off: "!" is no variable. /d: nothing of the registry runs first.
  const flags = ['/e:on', '/v:off', '/d', '/s', '/c'];
  return { kind: 'start', file: systemTool('cmd.exe', system.env), args: [...flags, `"${line}"`], verbatim: true };
}

function find(command: string, { env, isFile }: WindowsSystem): string | null {
  const complete = EXECUTABLE.includes(win32.extname(command).toLowerCase());
  const names = [...(complete ? [command] : []), ...EXECUTABLE.map((ending) => `${command}${ending}`)];
  if (/[\\/:]/.test(command)) return [...names, command].find(isFile) ?? null;
  const folders = (variable(env, 'PATH') ?? '').split(';').map((folder) => folder.replaceAll('"', ''));
  const paths = folders.flatMap((folder) => (folder === '' ? [] : names.map((name) => win32.join(folder, name))));
  return paths.find(isFile) ?? null;
}

/**
 * One argument for a batch file. Quoted only where it has to be: `%1` keeps the quotes, and scripts compare it as it is.
 * Inside of quotes cmd.exe takes everything as it is but `"`, which is doubled, and `%`.
 */
function batchArgument(argument: string): string {
  if (/^[\w#$*+\-./:?@\\]+$/.test(argument) && !argument.endsWith('\\')) return argument;
  // The program that the batch file starts reads a backslash before a quote as an escape, so those are doubled.
  const quoted = argument.replace(/(\\*)"/g, '$1$1""').replace(/\\+$/, '$&$&');
  return `"${withoutVariables(quoted)}"`;
}

/** `%cd:~,%` is the empty part of a variable that is always there: after it, a `%` begins no name of a variable. */
function withoutVariables(text: string): string {
  return text.replaceAll('%', '%%cd:~,%');
}

/** The command lines that end a process and all it started: first asked to, then by force. */
export function taskkill(
  pid: number,
  how: 'ask' | 'force',
  env: NodeJS.ProcessEnv,
): { readonly file: string; readonly args: readonly string[] } {
  const args = ['/PID', String(pid), '/T'];
  return { file: systemTool('taskkill.exe', env), args: how === 'force' ? ['/F', ...args] : args };
}

/** By its full path: a bare name is looked for in the current folder first. */
function systemTool(name: string, env: NodeJS.ProcessEnv): string {
  const root = variable(env, 'SYSTEMROOT');
  return root === null ? name : win32.join(root, 'System32', name);
}

/** Names of variables have no case on Windows, but a copy of the environment does. */
function variable(env: NodeJS.ProcessEnv, name: string): string | null {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? null;
}
