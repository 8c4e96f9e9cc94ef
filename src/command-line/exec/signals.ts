import type { Child } from './child.js';

/**
 * What is meant for the command: to end, to look at its settings anew, to look at the size of the terminal anew. Without a
 * handler most of these would end this process and leave the command to the watchdog. SIGUSR1 is missing: it starts
 * Node's debugger. SIGBREAK is Ctrl-Break on Windows and never sent elsewhere.
 */
const PASSED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;

/**
 * Passes signals on to the child until the function that it returns is called.
 *
 * Ctrl-Z (SIGTSTP) stops the child and then this process, so that the command never runs while nobody watches; SIGCONT,
 * as from `fg`, lets both go on. SIGSTOP does it for both: in a session of its own the child's group is an orphaned one,
 * for which the kernel drops SIGTSTP, and for this process it is the stop that cannot be late. A SIGSTOP that somebody
 * sends to this process itself cannot be seen here; the child goes on then.
 */
export function forwardSignals(child: Pick<Child, 'pass'>): () => void {
  const pass = (signal: NodeJS.Signals): void => child.pass(signal);
  const stop = (): void => {
    child.pass('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  };
  for (const signal of PASSED) process.on(signal, pass);
  process.on('SIGTSTP', stop);
  return () => {
    for (const signal of PASSED) process.off(signal, pass);
    process.off('SIGTSTP', stop);
  };
}
