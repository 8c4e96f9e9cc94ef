import { describe, expect, test } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';
import { failureWith } from './memory-store.js';
import { appliedUnseen, notApplied } from './unseen.js';

describe('a write of unknown outcome that was not applied', () => {
  test('is decided again and applied once', async () => {
    const table = bench();
    notApplied(table);
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(table.store.calls).toEqual(['read', 'write', 'read', 'write']);
    expect(applied(table.store)).toBe(1);
  });

  test('is not replayed where another run came first', async () => {
    const table = bench();
    notApplied(table, () => table.store.act(rivals('claim')));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(applied(table.store)).toBe(0);
  });

  test('twice in a row, the second time applied, is applied once', async () => {
    const table = bench();
    notApplied(table);
    appliedUnseen(table);
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(applied(table.store)).toBe(1);
  });

  test('that lands late makes the second try lose, and is found', async () => {
    const table = bench();
    const { store } = table;
    let late: string | null = null;
    notApplied(table, () => {
      const [change] = store.changes;
      late = change === undefined ? null : writeRecord(change.next);
    });
    store.writes.push((proceed) => {
      if (late !== null) store.commit(late);
      return proceed();
    });
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(store.changes).toHaveLength(2);
    expect(applied(store)).toBe(1);
    expect(store.record?.fencingToken).toBe(1);
  });
});

describe('a write whose outcome stays unknown', () => {
  test('is never success, and the caller is told to reckon with it', async () => {
    const table = bench(0);
    appliedUnseen(table);
    table.store.reads.push((proceed) => proceed());
    for (let index = 0; index < 50; index += 1) {
      table.store.reads.push(() => ({ kind: 'failed', failure: failureWith() }));
    }
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('error api_error');
    expect(ownedBy(outcome)).toBe(false);
    expect(outcome).toMatchObject({
      mayHaveWritten: true,
      failure: { advice: expect.stringMatching(/not known.*command: status/) as unknown },
    });
  });

  test('because of a permanent failure of the reading after it', async () => {
    const table = bench();
    appliedUnseen(table);
    const failure = failureWith({ code: 'permission_denied', retry: { kind: 'never' } });
    table.store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'failed', failure }),
    );
    expect(await table.run(request('claim'))).toMatchObject({
      kind: 'error',
      mayHaveWritten: true,
      failure: { code: 'permission_denied' },
    });
  });

  test('because the time is up', async () => {
    const table = bench();
    appliedUnseen(table, () => {
      table.clock.advance(60_000);
    });
    expect(await table.run(request('claim'))).toMatchObject({
      kind: 'error',
      mayHaveWritten: true,
      failure: { code: 'deadline_exceeded' },
    });
  });

  test('because a broken record came after it', async () => {
    const table = bench();
    appliedUnseen(table, () => table.store.commit('{'));
    expect(await table.run(request('claim'))).toMatchObject({
      kind: 'error',
      mayHaveWritten: true,
      failure: { code: 'state_corrupt' },
    });
  });
});
