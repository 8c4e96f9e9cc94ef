import { coordinate } from '../../src/coordinate/coordinate.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { StateStore } from '../../src/store/state-store.js';
import type { Clock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import { NOW } from './records.js';

/** A clock whose sleeps take no time but count, and that notes each of them. Chance is the middle. */
export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #elapsed = 0;

  /** @param passes told of the time that passes, for others that are to see it pass: GitHub's clock, say. */
  constructor(readonly passes: (milliseconds: number) => void = () => undefined) {}

  now(): string {
    return new Date(Date.parse(NOW) + this.#elapsed).toISOString();
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.#elapsed += milliseconds;
    this.passes(milliseconds);
    return Promise.resolve();
  }

  random(): number {
    return 0.5;
  }
}

export interface Coordinated {
  readonly outcome: Outcome;
  readonly warnings: readonly string[];
  readonly slept: readonly number[];
}

/** Coordinates over the store with a virtual clock; `budgetMs` is what the whole step may take on it. */
export async function coordinated(
  request: CoordinationRequest,
  open: (clock: Clock) => Promise<StateStore>,
  budgetMs = 120_000,
  passes?: (milliseconds: number) => void,
): Promise<Coordinated> {
  const clock = new VirtualClock(passes);
  const warnings: string[] = [];
  let writes = 0;
  const outcome = await coordinate(request, {
    store: await open(clock),
    stateBranch: 'runner-coord-state',
    clock,
    newId: () => `write-${String((writes += 1))}`,
    repositoryId: 7,
    deadline: new Deadline(clock, budgetMs),
    takeoverPermission: 'unasked',
    warn: (message) => warnings.push(message),
    debug: () => undefined,
  });
  return { outcome, warnings, slept: clock.slept };
}
