/**
 * GitHub's own clock, as one answer told it. Two runners whose clocks differ agree by it on how old an owner is; what
 * passed since the answer is measured on the monotonic clock.
 */
export interface ServerTime {
  /** Milliseconds since 1970 that the `Date` of the answer names. */
  readonly serverMs: number;
  /** When the answer came, on the monotonic clock of this process. */
  readonly monotonicMs: number;
}

/** GitHub's time at a moment of the monotonic clock, as ISO 8601. */
export function serverNow({ serverMs, monotonicMs }: ServerTime, monotonicNow: number): string {
  return new Date(serverMs + Math.max(0, monotonicNow - monotonicMs)).toISOString();
}
