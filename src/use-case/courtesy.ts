import type { Clock } from '../time/clock.js';
import { Deadline } from '../time/deadline.js';

/** What a step does beside its answer is a courtesy: it gets what is left of the step, or a moment after a long wait. */
const LONGEST_MS = 10_000;
const LEAST_MS = 1_000;

export function courtesyDeadline(clock: Clock, { remainingMs }: Deadline): Deadline {
  return new Deadline(clock, Math.min(LONGEST_MS, Math.max(LEAST_MS, remainingMs)));
}
