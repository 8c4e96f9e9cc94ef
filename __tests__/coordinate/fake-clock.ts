import type { Clock } from '../../src/time/clock.js';

/** Time that passes only where somebody sleeps or where a test says so. */
export class FakeClock implements Clock {
  readonly sleeps: number[] = [];
  #elapsed = 0;

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

  advance(milliseconds: number): void {
    this.#elapsed += milliseconds;
  }
}
