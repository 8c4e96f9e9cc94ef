import type { Clock } from './clock.js';

/** One moment on the monotonic clock that requests, sleeps and retries share. */
export class Deadline {
  readonly #clock: Clock;
  readonly #end: number;

  /** @param budgetMs how long everything together may take from now on. */
  constructor(
    clock: Clock,
    readonly budgetMs: number,
  ) {
    this.#clock = clock;
    this.#end = clock.monotonic() + budgetMs;
  }

  /** Milliseconds left; 0 when the time is up. */
  get remainingMs(): number {
    return Math.max(0, this.#end - this.#clock.monotonic());
  }

  get expired(): boolean {
    return this.remainingMs === 0;
  }

  /** Sleeps, but never past the end. */
  async sleep(milliseconds: number, stop?: AbortSignal): Promise<void> {
    await this.#clock.sleep(Math.min(milliseconds, this.remainingMs), stop);
  }
}
