import { describe, expect, test } from '@jest/globals';
import { request, runOf } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { MINUTE_MS, owned } from './waiter.js';

/** O22: somebody deletes the state branch, or sets it back, while a run waits or works. */

/** The rival owns for ever, until at the third look something happens to the branch. */
function untilThirdLook(happens: (table: Bench) => void): Bench {
  const table = owned(bench());
  const [watch] = table.store.reads;
  if (watch === undefined) throw new Error('nobody watches');
  let looks = 0;
  table.store.reads.splice(0, 1, function look(proceed) {
    looks += 1;
    if (looks === 3) happens(table);
    table.store.reads.push(look);
    return proceed();
  });
  return table;
}

describe('a branch that is deleted under a waiter', () => {
  test('is noticed within about one look, and named', async () => {
    let at = 0;
    const { wait, clock, store } = untilThirdLook((table) => {
      at = table.clock.monotonic();
      table.store.commits.length = 0;
    });
    const outcome = await wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error state_corrupt');
    expect(ownedBy(outcome)).toBe(false);
    expect(outcome).toMatchObject({
      mayHaveWritten: false,
      failure: {
        problem: expect.stringMatching(/"runner-coord-state" is not there any more.*fencing token 1/) as unknown,
        advice: expect.stringMatching(/deleted it.*Restore/) as unknown,
      },
    });
    expect(clock.monotonic() - at).toBeLessThan(30_000);
    expect(store.head).toBeNull();
  });

  test('is not missed for one reading that does not show it', async () => {
    let missed = 0;
    const table = untilThirdLook(() => undefined);
    const { store } = table;
    store.reads.splice(0, store.reads.length, function look(proceed) {
      store.reads.push(look);
      missed += 1;
      if (missed === 3) return { kind: 'read', snapshot: store.snapshotAt(-1) };
      if (missed === 5) store.act(rivals('release'));
      return proceed();
    });
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(store.record?.fencingToken).toBe(2);
  });

  test('and made anew by somebody else is below what was seen', async () => {
    const table = bench();
    table.store.act(request('claim', { run: runOf('3003') }));
    table.store.act(rivals('takeover'));
    let looks = 0;
    table.store.reads.push(function look(proceed) {
      looks += 1;
      table.store.reads.push(look);
      if (looks === 3) {
        table.store.commits.length = 0;
        table.store.act(rivals('claim'));
      }
      return proceed();
    });
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({
      failure: { problem: expect.stringMatching(/shows fencing token 1, but this step has seen token 2/) as unknown },
    });
    expect(table.clock.monotonic()).toBeLessThan(2 * MINUTE_MS);
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
