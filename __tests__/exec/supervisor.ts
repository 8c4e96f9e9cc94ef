import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { startChild, type ChildEnd } from '../../src/command-line/exec/child.js';
import { forwardSignals } from '../../src/command-line/exec/signals.js';

/** What a test has this process do with a child; the process stands in for `runner-coord exec`. */
export interface Supervision {
  readonly command: string;
  readonly args: readonly string[];
  readonly graceMs: number;
  /** Kills this process at an instant that no test could hit from outside. */
  readonly killedAt?: 'start of the child' | 'return to the caller';
  /** Goes on when the child has ended, or was ended. */
  readonly stays?: true;
  readonly shell?: string;
}

export type Report = { readonly started: true } | { readonly warned: string } | { readonly ended: ChildEnd };

/** What a test sends. */
export type Order = { readonly end: number } | { readonly exit: true };

const supervision = JSON.parse(process.argv[2] ?? '') as Supervision;
const killed = (): void => void process.kill(process.pid, 'SIGKILL');

if (supervision.killedAt === 'start of the child') {
  const { spawn } = childProcess;
  const spawned: unknown[] = [];
  // The watchdog is the first that is spawned, the child the second.
  const killing = (...given: Parameters<typeof spawn>): ReturnType<typeof spawn> => {
    const result = spawn(...given);
    if (spawned.push(result) === 2) killed();
    return result;
  };
  Object.assign(childProcess, { spawn: killing });
  syncBuiltinESMExports();
}

const report = (what: Report): void => void process.send?.(what);
const child = startChild(supervision.command, supervision.args, {
  env: process.env,
  graceMs: supervision.graceMs,
  warn: (warned) => report({ warned }),
  ...(supervision.shell && { shell: supervision.shell }),
});
if (supervision.killedAt === 'return to the caller') killed();
const undo = forwardSignals(child);
report({ started: true });

process.on('message', (order: Order) => {
  if ('exit' in order) process.exit(70);
  void child.end(order.end).then(leave);
});
void child.ended.then((ended) => {
  report({ ended });
  leave(ended);
});

function leave({ status }: ChildEnd): void {
  if (supervision.stays === true) return;
  undo();
  process.exitCode = status;
  if (process.connected) process.disconnect();
}
