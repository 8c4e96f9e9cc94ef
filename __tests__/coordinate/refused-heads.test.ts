import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals, type Bench } from './bench.js';

/** GitHub refuses a head that is the head: it is read twice more and tried again, which the compare-and-swap keeps safe. */

function refusing({ store }: Bench, times: number): void {
  for (let time = 0; time < times; time += 1) store.writes.push(() => ({ kind: 'lost_race' }));
}

describe('a head that was refused and is shown again', () => {
  test.each(['a branch', 'no branch'])('is tried again on the second reading: %s', async (there) => {
    const table = bench();
    if (there === 'a branch') table.store.commitElsewhere();
    refusing(table, 1);
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.store.calls).toEqual(['read', 'write', 'read', 'read', 'write']);
    expect(applied(table.store)).toBe(1);
  });

  test('is tried again as often as it is refused, with two readings before each', async () => {
    const table = bench(0);
    table.store.commitElsewhere();
    refusing(table, 3);
    expect(endOf(await table.run(request('claim')))).toBe('ok claimed_new');
    expect(table.store.calls.join(' ')).toBe('read write read read write read read write read read write');
  });

  test('for ever is given up, and nothing was written', async () => {
    const table = bench(0);
    table.store.commitElsewhere();
    refusing(table, 100);
    const outcome = await table.run(request('claim'), { budgetMs: 3_600_000 });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(table.store.calls.length).toBeLessThan(50);
    expect(table.store.record).toBeNull();
  });

  test('is left alone as soon as another one is shown', async () => {
    const table = bench();
    const { store } = table;
    store.commitElsewhere();
    const old = store.snapshotAt(0);
    store.writes.push(() => {
      store.act(rivals('claim'));
      return { kind: 'lost_race' };
    });
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: old }),
    );
    expect(endOf(await table.run(request('claim')))).toBe('conflict active_run_exists');
    expect(store.calls).toEqual(['read', 'write', 'read', 'read']);
  });

  // Readings lag, so the head was right to be refused: trying it again must not harm.
  test('is refused again where it was the reading that was wrong', async () => {
    const table = bench(0);
    const { store } = table;
    store.commitElsewhere();
    const old = store.snapshotAt(0);
    const lag = { kind: 'read', snapshot: old } as const;
    store.writes.push((proceed) => {
      store.act(rivals('claim'));
      return proceed();
    });
    store.reads.push(
      (proceed) => proceed(),
      () => lag,
      () => lag,
      () => lag,
    );
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(store.changes).toHaveLength(2);
    expect(store.record?.activeRun?.runId).toBe('2002');
    expect(applied(store)).toBe(0);
  });
});
