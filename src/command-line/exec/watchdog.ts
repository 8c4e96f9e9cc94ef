import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Writable } from 'node:stream';

/**
 * Watches a child for the case that this process is killed: nobody would then see that ownership was lost. POSIX only:
 * Windows has no group to end and no /bin/sh, so there a child outlives a killed `exec`.
 */
export interface Watchdog {
  /** Tells it whom to end. */
  watch(group: number): void;
  /** The child has ended as it should: the watchdog leaves and touches nobody. */
  dismiss(): void;
}

export interface WatchdogOptions {
  /** A shell of POSIX, called by the name `sh`: bash by its own name reads ~/.bashrc when its stdin is a socket. */
  readonly shell: string;
  readonly graceMs: number;
  /** `NAME=value` that stands in the environment of the child and of no other process. */
  readonly mark: string;
  /** Where `sleep` and `grep` are looked for. */
  readonly path: string;
  readonly warn: (problem: string) => void;
}

/**
 * Reads lines until its stdin ends. Only this process holds the other end, so an end without a farewell means that this
 * process is gone, however it went. `kill -NAME -group` is the one form that dash, bash and busybox all take; no `--`.
 *
 * Between the start of the child and the line with its group lies an instant. Killed in it, this process leaves a child
 * that nobody was told of, so the watchdog looks for the mark (Linux), after a second in which the child, a fresh fork
 * until then, has become the command. Holding the child back until the watchdog knows it would take a shell in its
 * place, and dash and busybox drop variables whose names are none for a shell, such as exported functions of bash.
 */
const SCRIPT = `
groups=
while read -r word value; do
  case $word in
    watch) groups=$value ;;
    dismiss) exit 0 ;;
  esac
done
if [ -z "$groups" ]; then
  sleep 1
  for file in $(grep -ls "$2" /proc/[0-9]*/environ); do
    file=\${file#/proc/}
    groups="$groups \${file%/environ}"
  done
fi
signal() {
  reached=1
  for group in $groups; do kill "-$1" "-$group" && reached=0; done
  return $reached
}
signal TERM
signal CONT
left=$1
while [ "$left" -gt 0 ] && signal 0; do
  sleep 1
  left=$((left - 1))
done
signal KILL
`;

/** Starts the watchdog: before the child, so that at no time a child runs without it. */
export function startWatchdog(options: WatchdogOptions): Watchdog {
  let needed = true;
  const unwatched = (why: string): void => {
    if (!needed) return;
    needed = false;
    options.warn(
      `${why}, so the command goes on if runner-coord itself is killed. Then look for it and end it by hand.`,
    );
  };
  const watchdog = spawnShell(options);
  watchdog.once('error', (error) => unwatched(`The watchdog of the command could not be started (${error.message})`));
  watchdog.once('exit', () => unwatched('The watchdog of the command was ended by somebody else'));
  watchdog.unref();
  if (watchdog.pid === undefined) return { watch: () => undefined, dismiss: () => undefined };
  // A write to a watchdog that is gone; its exit is reported above.
  watchdog.stdin.on('error', () => undefined);
  return {
    // A few bytes go into the empty pipe during the call itself: killed after it, this process has told.
    watch: (group) => void watchdog.stdin.write(`watch ${String(group)}\n`),
    dismiss: () => {
      if (!needed) return;
      needed = false;
      watchdog.stdin.end('dismiss\n');
    },
  };
}

function spawnShell({ shell, graceMs, mark, path }: WatchdogOptions): ChildProcessByStdio<Writable, null, null> {
  // Whole seconds: the sleep of POSIX knows no others.
  const grace = Math.max(1, Math.ceil(graceMs / 1000));
  return spawn(shell, ['-c', SCRIPT, 'runner-coord-watchdog', String(grace), mark], {
    // Its own session: what a terminal or a runner sends to this process's group must not end the watchdog with it.
    detached: true,
    // None of this process's output, which would stay open for whoever reads it.
    stdio: ['pipe', 'ignore', 'ignore'],
    // Nor its working directory or variables: by RUNNER_TRACKING_ID the runner ends what a job left behind, and the
    // watchdog has to see its own few seconds through.
    cwd: '/',
    env: { PATH: path },
  });
}
