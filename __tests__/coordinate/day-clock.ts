import type { Clock } from '../../src/time/clock.js';

const LONGEST_DAY_MS = 48 * 3_600_000;
const START = Date.parse('2026-11-22T08:10:00.000Z');

interface Event {
  readonly atMs: number;
  readonly happen: () => unknown;
}

/** Two clocks of one machine that pass only where somebody sleeps, or where a test says so, and what happens meanwhile. */
export class DayClock implements Clock {
  readonly naps: number[] = [];
  #monotonic = 0;
  #ahead = 0;
  #events: readonly Event[] = [];

  /** @param passes told of the time that passes, for another clock that is to go along. */
  constructor(readonly passes: (milliseconds: number) => void = () => undefined) {}

  now(): string {
    return new Date(START + this.#monotonic + this.#ahead).toISOString();
  }

  monotonic(): number {
    return this.#monotonic;
  }

  random(): number {
    return 0.5;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.naps.push(milliseconds);
    await this.pass(milliseconds);
  }

  /** Something happens once so much has passed on the monotonic clock; in time order, before whoever slept wakes up. */
  at(atMs: number, happen: () => unknown): void {
    this.#events = [...this.#events, { atMs, happen }].sort((one, other) => one.atMs - other.atMs);
  }

  /** Time passes on both clocks. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    // Nothing here waits for anything, so that a watch that nobody ends would never let the test time out.
    if (end > LONGEST_DAY_MS) throw new Error('Nobody ended it.');
    for (;;) {
      const [next, ...later] = this.#events;
      if (next === undefined || next.atMs > end) break;
      this.#events = later;
      this.#goTo(next.atMs);
      await next.happen();
    }
    this.#goTo(end);
  }

  /** The wall clock alone goes on, or is set back: the machine slept, or somebody put it right. */
  jump(milliseconds: number): void {
    this.#ahead += milliseconds;
    this.passes(milliseconds);
  }

  #goTo(monotonic: number): void {
    const passed = Math.max(0, monotonic - this.#monotonic);
    this.#monotonic += passed;
    this.passes(passed);
  }
}
