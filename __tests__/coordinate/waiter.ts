import type { ReadResult, StoreFailure } from '../../src/store/state-store.js';
import { rivals, type Bench } from './bench.js';
import type { FakeClock } from './fake-clock.js';
import { failureWith, type Step } from './memory-store.js';

export const MINUTE_MS = 60_000;

/** The rival owns, and lets go once so much time is over. */
export function owned(table: Bench, untilMs = Infinity): Bench {
  const { store, clock } = table;
  store.act(rivals('claim'));
  const watch: Step<ReadResult> = (proceed) => {
    store.reads.push(watch);
    if (clock.monotonic() >= untilMs && store.record?.activeRun?.runId === '2002') {
      store.act(rivals('release'));
    }
    return proceed();
  };
  store.reads.push(watch);
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
