import { randomUUID } from 'node:crypto';
import type { ChildEnd } from './child-end.js';
import { endGroup } from './end-group.js';
import { groupRuns, signalGroup } from './group.js';
import { noChild, spawnInherited } from './spawn-inherited.js';
import { startWatchdog } from './watchdog.js';
import { startOnWindows } from './windows-child.js';

export type { ChildEnd } from './child-end.js';

export interface Child {
  /** Resolves when the child itself has ended, whatever it left running. Never rejects. */
  readonly ended: Promise<ChildEnd>;
  /** Forwards a signal to the whole group, for as long as the child runs. */
  pass(signal: NodeJS.Signals): void;
  /**
   * SIGTERM to the whole group, SIGKILL after `graceMs`; resolves when the child is gone. After the child has ended it
   * still ends what is left of its group. Called again it is the same ending: the first grace counts.
   */
  end(graceMs: number): Promise<ChildEnd>;
}

export interface ChildOptions {
  readonly env: NodeJS.ProcessEnv;
  /** How long the watchdog lets the group end by itself if this process is killed; rounded up to whole seconds. */
  readonly graceMs: number;
  /** What a person should know although the command goes on. */
  readonly warn: (problem: string) => void;
  /** Default: the system that this runs on. */
  readonly platform?: NodeJS.Platform;
  /** Runs the watchdog. Default: /bin/sh. */
  readonly shell?: string;
}

/** By this variable, with a value of its own for each child, the watchdog finds a child that it was not told of. */
const MARK = 'RUNNER_COORD_CHILD';

/**
 * Starts a command on this process's stdin, stdout and stderr, without a shell. On POSIX it leads a process group and a
 * session of its own: that is how all it starts can be ended together, and it costs the command its controlling
 * terminal. Stdin still is the terminal and is read as such, but /dev/tty does not open, and keys such as Ctrl-C reach
 * this process, which has to pass them on (signals.ts).
 */
export function startChild(command: string, args: readonly string[], options: ChildOptions): Child {
  return (options.platform ?? process.platform) === 'win32'
    ? startOnWindows(command, args, options)
    : startGroup(command, args, options);
}

function startGroup(command: string, args: readonly string[], { env, graceMs, warn, shell }: ChildOptions): Child {
  const mark = randomUUID();
  const path = [env['PATH'], '/usr/bin:/bin'].filter(Boolean).join(':');
  const watchdog = startWatchdog({ shell: shell ?? '/bin/sh', graceMs, mark: `${MARK}=${mark}`, path, warn });
  const { pid, ended } = spawnInherited(command, command, args, { env: { ...env, [MARK]: mark }, detached: true });
  if (pid === null) {
    watchdog.dismiss();
    return noChild(ended);
  }
  watchdog.watch(pid);

  let left: 'child' | 'group' | 'nobody' = 'child';
  let ending: Promise<ChildEnd> | null = null;
  void ended.then(() => {
    // Once the group is gone its number may become somebody else's.
    left = groupRuns(pid) ? 'group' : 'nobody';
    if (ending === null) watchdog.dismiss();
  });
  const endAll = async (forGraceMs: number): Promise<ChildEnd> => {
    if ((await endGroup(pid, forGraceMs)) === 'not_permitted') {
      warn(
        `Process group ${String(pid)} cannot be ended: it runs as another user. End it by hand: sudo kill -KILL -- -${String(pid)}`,
      );
    }
    const end = await ended;
    watchdog.dismiss();
    return end;
  };
  return {
    ended,
    pass: (signal) => {
      if (left === 'child') signalGroup(pid, signal);
    },
    end: (forGraceMs) => (left === 'nobody' ? ended : (ending ??= endAll(forGraceMs))),
  };
}
