import { describe, expect, test } from '@jest/globals';
import { request, runOf } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { MINUTE_MS, owned } from './waiter.js';

/** O22: somebody deletes the state branch, or sets it back, while a run waits or works. */

/** The rival owns for ever; while run 1001 waits, something happens to the branch. */
function untilOneMinute(happens: (table: Bench) => void): Bench {
  const table = owned(bench());
  table.clock.at(MINUTE_MS, () => happens(table));
  return table;
}

describe('a branch that is deleted under a waiter', () => {
  test('is noticed within about one look, and named', async () => {
    const { wait, clock, store } = untilOneMinute((table) => {
      table.store.commits.length = 0;
    });
    const outcome = await wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error state_corrupt');
    expect(ownedBy(outcome)).toBe(false);
    expect(outcome).toMatchObject({
      // Somebody may restore it, with the place in line.
      mayHaveWritten: true,
      failure: {
        problem: expect.stringMatching(/"runner-coord-state" is not there any more.*fencing token 1/) as unknown,
        advice: expect.stringMatching(/deleted it.*Restore/) as unknown,
      },
    });
    expect(clock.monotonic()).toBeLessThan(MINUTE_MS + 30_000);
    expect(store.head).toBeNull();
    expect(store.changes).toHaveLength(1);
  });

  test('is not missed for one look that does not show it', async () => {
    const { wait, store } = owned(bench(), 2 * MINUTE_MS);
    store.looks.push(
      (proceed) => proceed(),
      () => ({ kind: 'missing' }),
    );
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(store.record?.fencingToken).toBe(2);
    expect(store.changes).toHaveLength(1);
  });

  test('nor for a reading that does not show it either', async () => {
    const { wait, store } = owned(bench(), 2 * MINUTE_MS);
    store.looks.push(() => ({ kind: 'missing' }));
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: store.snapshotAt(-1) }),
    );
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(store.changes).toHaveLength(1);
  });

  test('and made anew by somebody else is below what was seen', async () => {
    const table = bench();
    const { store, clock } = table;
    store.act(request('claim', { run: runOf('3003') }));
    store.act(rivals('takeover'));
    clock.at(MINUTE_MS, () => {
      store.commits.length = 0;
      store.act(rivals('claim'));
    });
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({
      failure: { problem: expect.stringMatching(/shows fencing token 1, but this step has seen token 2/) as unknown },
    });
    expect(clock.monotonic()).toBeLessThan(2 * MINUTE_MS);
  });
});

test('a branch that is deleted in the middle of a step is never made anew by it', async () => {
  const { run, store } = bench(0);
  store.act(rivals('claim'));
  store.act(rivals('release'));
  store.writes.push((proceed) => {
    store.commits.length = 0;
    return proceed();
  });
  const outcome = await run(request('claim'));
  expect(endOf(outcome)).toBe('error state_corrupt');
  expect(store.changes).toHaveLength(1);
});

test('a branch without a record is noticed as well, by its head', async () => {
  const { run, store } = bench(0);
  const head = store.commitElsewhere();
  store.writes.push((proceed) => {
    store.commits.length = 0;
    return proceed();
  });
  const outcome = await run(request('claim'));
  expect(endOf(outcome)).toBe('error state_corrupt');
  expect(outcome).toMatchObject({
    failure: { problem: expect.stringContaining(`has seen it at ${head} with fencing token 0`) as unknown },
  });
  expect(store.changes).toHaveLength(1);
  expect(store.head).toBeNull();
});
