/** Time and chance, passed in from outside so that tests decide both. */
export interface Clock {
  /** Wall-clock time as ISO 8601 in UTC, for what is stored and shown. */
  now(): string;
  /** Milliseconds that only move forward, for deadlines. */
  monotonic(): number;
  /** Resolves after so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: () => Math.random(),
};
