import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child, ChildOptions } from './child.js';
import { notFound, type ChildEnd } from './child-end.js';
import { noChild, spawnInherited } from './spawn-inherited.js';
import { taskkill, windowsStart } from './windows.js';

/**
 * A child on Windows, which has no process groups: `taskkill /T` ends the tree below a process that still runs. What a
 * child leaves behind when it ends cannot be found any more, and a console program does not hear the first, polite
 * call: it is ended after the grace. Nobody watches if this process is killed.
 */
export function startOnWindows(command: string, args: readonly string[], { env, warn }: ChildOptions): Child {
  const start = windowsStart(command, args, { env, isFile });
  if (start.kind === 'not_found') {
    return noChild(notFound(command, new Error('It is in no folder of the PATH, nor at the path that it names.')));
  }
  if (start.kind === 'refused') {
    const cause = new Error('Its arguments cannot be quoted for cmd.exe.');
    const end: ChildEnd = { kind: 'not_started', status: 126, problem: start.problem, cause };
    return noChild(end);
  }
  const { pid, ended } = spawnInherited(command, start.file, start.args, {
    env,
    windowsVerbatimArguments: start.verbatim,
  });
  if (pid === null) return noChild(ended);

  let running = true;
  let ending: Promise<ChildEnd> | null = null;
  void ended.then(() => (running = false));
  const kill = async (how: 'ask' | 'force'): Promise<void> => {
    const problem = await run(taskkill(pid, how, env), env);
    if (problem !== null && how === 'force' && running) {
      warn(
        `Process ${String(pid)} could not be ended (${problem}). End it by hand: taskkill /F /T /PID ${String(pid)}`,
      );
    }
  };
  const endTree = async (graceMs: number): Promise<ChildEnd> => {
    void kill('ask');
    await Promise.race([ended, sleep(graceMs, undefined, { ref: false })]);
    if (running) await kill('force');
    return ended;
  };
  return {
    ended,
    // The console has sent Ctrl-C, Ctrl-Break and its closing to the child as well; other signals are none on Windows.
    pass: () => undefined,
    end: (graceMs) => (running ? (ending ??= endTree(graceMs)) : ended),
  };
}

/** A folder of the PATH that is not there or may not be read has no command in it. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** `null`: it did what it was asked. */
function run({ file, args }: ReturnType<typeof taskkill>, env: NodeJS.ProcessEnv): Promise<string | null> {
  return new Promise((resolve) => {
    const tool = spawn(file, args, { stdio: 'ignore', windowsHide: true, env });
    tool.once('error', (error) => resolve(error.message));
    tool.once('exit', (code) => resolve(code === 0 ? null : `taskkill ended with status ${String(code)}`));
  });
}
