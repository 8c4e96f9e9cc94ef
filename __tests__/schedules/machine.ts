import type { Clock } from '../../src/time/clock.js';
import type { ServerTime } from '../../src/time/server-time.js';
import type { Operation } from './operation.js';
import type { Process } from './process.js';
import type { Scenario } from './scenario.js';

/** GitHub's clock at the last change that others can see, which the scheduler moves. */
export interface GitHubTime {
  ms: number;
}

/**
 * So far a change that others can see moves the clock, and so far a request moves it for whoever sends it. What others have
 * asked in between nobody can tell by the time.
 */
export const TICK_MS = 10;
const REQUEST_MS = 1;

const START = Date.parse('2026-11-22T08:00:00.000Z');
/** Where the monotonic clock of a process begins says nothing. */
const SINCE_BOOT_MS = 5_000_000;

const isoTimes = new Map<number, string>();

export function isoTime(ms: number): string {
  const iso = isoTimes.get(ms) ?? new Date(START + ms).toISOString();
  isoTimes.set(ms, iso);
  return iso;
}

/** A request of a process takes time, but never as much as a change, so that nobody is ahead of GitHub after one. */
export function takeTime(process: Process, time: GitHubTime): void {
  process.ms = Math.min(timeFor(process, time) + REQUEST_MS, time.ms + TICK_MS - REQUEST_MS);
}

function timeFor(process: Process, time: GitHubTime): number {
  return Math.max(process.ms, time.ms);
}

/** The clock of one machine. Time goes on by changes, requests and sleeping; chance is always in the middle. */
export class Machine implements Clock {
  readonly #process: Process;
  readonly #operation: Operation;
  readonly #time: GitHubTime;
  readonly #sleeps: Scenario['sleeps'];

  constructor(process: Process, operation: Operation, time: GitHubTime, sleeps: Scenario['sleeps']) {
    this.#process = process;
    this.#operation = operation;
    this.#time = time;
    this.#sleeps = sleeps;
  }

  now(): string {
    return isoTime(this.#ms + (this.#process.agent.clockAheadMs ?? 0));
  }

  monotonic(): number {
    return this.#ms + SINCE_BOOT_MS;
  }

  /** GitHub's time as this machine can tell it. */
  get gitHubNow(): string {
    return isoTime(this.#ms);
  }

  random(): number {
    return 0.5;
  }

  /** What an answer of GitHub tells of its own clock. */
  serverTime(): ServerTime {
    return { serverMs: START + this.#ms, monotonicMs: this.monotonic() };
  }

  async sleep(milliseconds: number): Promise<void> {
    const until = this.#ms + milliseconds;
    const wake = (): void => {
      this.#time.ms = Math.max(this.#time.ms, until);
    };
    if (this.#sleeps === 'instant') return wake();
    await this.#process.park<null>(`sleeps ${String(milliseconds)} ms`, this.#operation, (answer) => [
      { label: 'wakes', fault: null, act: () => (wake(), answer(null)) },
    ]);
  }

  get #ms(): number {
    return timeFor(this.#process, this.#time);
  }
}
