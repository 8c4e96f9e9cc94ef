import type { Clock } from '../../src/time/clock.js';

/** Time that passes only where somebody sleeps or where a test says so. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #elapsed = 0;
  #events: readonly { readonly atMs: number; readonly happen: () => void }[] = [];

  constructor(readonly chance = 0.5) {}

  now(): string {
    return new Date(Date.parse('2026-11-22T08:10:00.000Z') + this.#elapsed).toISOString();
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(milliseconds: number): Promise<void> {
    this.sleeps.push(milliseconds);
    this.advance(milliseconds);
    return Promise.resolve();
  }

  random(): number {
    return this.chance;
  }

  /** Something happens once so much time is over, before whoever slept wakes up. */
  at(atMs: number, happen: () => void): void {
    this.#events = [...this.#events, { atMs, happen }].sort((one, other) => one.atMs - other.atMs);
  }

  advance(milliseconds: number): void {
    const end = this.#elapsed + milliseconds;
    for (;;) {
      const [next, ...later] = this.#events;
      if (next === undefined || next.atMs > end) break;
      this.#events = later;
      this.#elapsed = Math.max(this.#elapsed, next.atMs);
      next.happen();
    }
    this.#elapsed = Math.max(this.#elapsed, end);
  }
}
