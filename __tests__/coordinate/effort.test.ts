import { expect, test } from '@jest/globals';
import { Meter } from '../../src/coordinate/meter.js';
import type { Effort } from '../../src/core/effort.js';
import type { WriteResult } from '../../src/store/state-store.js';
import { request } from '../core/samples.js';
import { bench, endOf, type Bench } from './bench.js';
import { failureWith, type MemoryStore, type Step } from './memory-store.js';
import { MINUTE_MS, owned, readingsFail } from './waiter.js';

/** What is measured on the bench: requests are what its store is asked. */
function meterOf({ store, clock }: Bench): Meter {
  return new Meter(clock, {
    get sent() {
      return store.calls.length;
    },
  });
}

/** Every request takes a second. */
function slow(table: Bench): Bench {
  const { store, clock } = table;
  const push = store.calls.push.bind(store.calls);
  store.calls.push = (...calls) => {
    clock.advance(1_000);
    return push(...calls);
  };
  return table;
}

const failed = { kind: 'failed', failure: failureWith({ passing: true }) } as const;

/** Another commit comes first. */
function overtaken(store: MemoryStore): Step<WriteResult> {
  return (proceed) => {
    store.commitElsewhere();
    return proceed();
  };
}

test.each<readonly [string, (table: Bench) => void, Omit<Effort, 'milliseconds' | 'waitedMilliseconds'>]>([
  ['a quiet claim', () => undefined, { requests: 2, retries: 0, lostRaces: 0 }],
  [
    'one that loses two races',
    ({ store }) => store.writes.push(overtaken(store), overtaken(store)),
    { requests: 6, retries: 0, lostRaces: 2 },
  ],
  ['one whose reading fails twice', (table) => readingsFail(table, 2), { requests: 4, retries: 2, lostRaces: 0 }],
  [
    'one whose write fails, and one of which nobody knows',
    ({ store }) =>
      store.writes.push(
        () => failed,
        () => ({ ...failed, kind: 'unknown' }),
      ),
    { requests: 6, retries: 2, lostRaces: 0 },
  ],
  [
    'one of each',
    ({ store }) => store.writes.push(overtaken(store), () => failed),
    { requests: 6, retries: 1, lostRaces: 1 },
  ],
])('what is counted of %s, and what its last commit says', async (_name, prepare, counts) => {
  const table = slow(bench());
  prepare(table);
  const meter = meterOf(table);
  expect(endOf(await table.run(request('claim'), { meter }))).toBe('ok claimed_new');
  const milliseconds = table.clock.monotonic();
  expect(milliseconds).toBe(counts.requests * 1_000 + table.clock.sleeps.reduce((sum, each) => sum + each, 0));
  const effort = { ...counts, milliseconds, waitedMilliseconds: 0 };
  expect(meter.effort).toEqual(effort);
  // The write itself is not over, and whoever writes knows what it takes.
  const before = { requests: counts.requests - 1, milliseconds: milliseconds - 1_000 };
  expect(table.store.changes.at(-1)?.effort).toEqual({ ...effort, ...before });
});

test('what an earlier request of the process took does not count again', async () => {
  const table = slow(bench());
  await table.run(request('claim'), { meter: meterOf(table) });
  const meter = meterOf(table);
  await table.run(request('release'), { meter });
  expect(meter.effort).toMatchObject({ requests: 2, milliseconds: 2_000 });
});

test.each([
  ['is served', 3 * MINUTE_MS, 'ok claimed_new'],
  ['leaves', Infinity, 'conflict active_run_exists'],
])('a step that %s has waited meanwhile, and worked before and after', async (_name, untilMs, end) => {
  const table = owned(bench(), untilMs);
  const meter = meterOf(table);
  table.store.writes.push((proceed) => {
    table.clock.advance(700);
    return proceed();
  });
  expect(endOf(await table.wait(request('claim'), 10 * MINUTE_MS, { meter }))).toBe(end);
  const whole = table.clock.monotonic();
  expect(whole).toBeGreaterThanOrEqual(Math.min(untilMs, 10 * MINUTE_MS));
  expect(meter.effort).toMatchObject({ milliseconds: 700, waitedMilliseconds: whole - 700 });
});
