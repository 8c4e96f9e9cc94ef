import type { LookResult, StoreFailure } from '../../src/store/state-store.js';
import { rivals, type Bench } from './bench.js';
import type { FakeClock } from './fake-clock.js';
import { failureWith, type MemoryStore, type Step } from './memory-store.js';

export const MINUTE_MS = 60_000;

/** The rival owns, and lets go once so much time is over. */
export function owned(table: Bench, untilMs = Infinity): Bench {
  const { store, clock } = table;
  store.act(rivals('claim'));
  if (untilMs !== Infinity) clock.at(untilMs, () => store.act(rivals('release')));
  return table;
}

/** A request that takes so long, and is cut off where there is less time. */
export function taking<R>(milliseconds: number, clock: FakeClock, cutOff: (failure: StoreFailure) => R): Step<R> {
  return (proceed, deadline) => {
    const enough = deadline.remainingMs > milliseconds;
    clock.advance(Math.min(milliseconds, deadline.remainingMs));
    return enough ? proceed() : cutOff(failureWith({ problem: 'GitHub did not answer in time', passing: true }));
  };
}

/** The next readings fail, for a reason that passes. */
export function readingsFail({ store }: Bench, times: number): void {
  for (let index = 0; index < times; index += 1) {
    store.reads.push(() => ({ kind: 'failed', failure: failureWith({ passing: true }) }));
  }
}

/** The next looks fail. */
export function looksFail({ store }: Bench, times: number, changes: Partial<StoreFailure> = {}): void {
  const failed: LookResult = { kind: 'failed', failure: failureWith({ passing: true, ...changes }) };
  for (let index = 0; index < times; index += 1) store.looks.push(() => failed);
}

/** The run ids of those in line. */
export function lineOf({ record }: MemoryStore): string[] {
  return (record?.queue ?? []).map(({ runId }) => runId);
}

/** What was sent, in words. */
export function sentBy({ store }: Bench): string[] {
  return store.changes.map(({ event }) => event.type);
}
