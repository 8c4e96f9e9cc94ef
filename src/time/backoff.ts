/** Bounds of a growing pause, in milliseconds. */
export interface BackoffWindow {
  readonly baseMs: number;
  readonly capMs: number;
}

/**
 * Full jitter: anywhere between nothing and a window that doubles with every try, so that racers who collided once
 * spread out instead of colliding again.
 *
 * @param tries how often it failed already, from 1.
 * @param random uniform in [0, 1).
 */
export function fullJitter(tries: number, { baseMs, capMs }: BackoffWindow, random: number): number {
  return Math.round(random * Math.min(capMs, baseMs * 2 ** (tries - 1)));
}
