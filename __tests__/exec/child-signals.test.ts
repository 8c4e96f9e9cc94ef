import { expect, test } from '@jest/globals';
import { forwardSignals } from '../../src/command-line/exec/signals.js';

/** Real signals between real processes: child-streams.test.ts. Here: what is installed, and that it is taken away. */
const PASSED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGBREAK', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'] as const;

function counts(): readonly number[] {
  return [...PASSED, 'SIGTSTP', 'SIGUSR1'].map((signal) => process.listenerCount(signal));
}

test('signals are passed on until the undo, and Node keeps its own', () => {
  const before = counts();
  const passed: NodeJS.Signals[] = [];
  const undo = forwardSignals({ pass: (signal) => void passed.push(signal) });
  expect(counts()).toEqual(before.map((count, index) => (index === before.length - 1 ? count : count + 1)));
  for (const signal of PASSED) process.emit(signal, signal);
  expect(passed).toEqual([...PASSED]);
  undo();
  expect(counts()).toEqual(before);
});
