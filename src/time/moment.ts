import type { Clock } from './clock.js';

/** One moment on both clocks of this machine. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** A busy machine wakes up late, and wall clocks are put right: by less than this nothing has happened. */
const SLACK_MS = 5_000;

export function momentOf(clock: Clock): Moment {
  return { wallMs: Date.parse(clock.now()), monotonicMs: clock.monotonic() };
}

/**
 * Milliseconds since a moment, by whichever clock went further: the monotonic one stands still on many machines while
 * they sleep, and the other can be set back.
 */
export function passedSince(then: Moment, clock: Clock): number {
  const now = momentOf(clock);
  return Math.max(0, now.wallMs - then.wallMs, now.monotonicMs - then.monotonicMs);
}

/**
 * Whether time was left out since a moment, as in the sleep of a laptop: the clocks came apart, or more has passed than
 * what was done since could take.
 */
export function hasJumped(then: Moment, longestMs: number, clock: Clock): boolean {
  const now = momentOf(clock);
  const apart = now.wallMs - then.wallMs - (now.monotonicMs - then.monotonicMs);
  return apart > SLACK_MS || passedSince(then, clock) > longestMs + SLACK_MS;
}
