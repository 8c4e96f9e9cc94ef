/** Time and chance, passed in from outside so that tests decide both. */
export interface Clock {
  /** Wall-clock time as ISO 8601 in UTC, for what is stored and shown. */
  now(): string;
  /** Milliseconds that only move forward, for deadlines. */
  monotonic(): number;
  /** Resolves after so many milliseconds, or at once when it is stopped: what nobody waits for keeps no process alive. */
  sleep(milliseconds: number, stop?: AbortSignal): Promise<void>;
  /** Uniform in [0, 1). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
  sleep: (milliseconds, stop) =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stop?.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      stop?.addEventListener('abort', end);
    }),
  random: () => Math.random(),
};
