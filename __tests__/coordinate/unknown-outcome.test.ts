import { describe, expect, test } from '@jest/globals';
import { writeRecord } from '../../src/core/write-record.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals, THIRD, type Bench } from './bench.js';
import { failureWith } from './memory-store.js';

/** The write is applied, but the answer is lost; then `after` happens before anybody reads again. */
function appliedUnseen({ store }: Bench, after: () => void = () => undefined): void {
  store.writes.push((proceed) => {
    const result = proceed();
    if (result.kind !== 'applied') throw new Error(result.kind);
    after();
    return { kind: 'unknown', failure: failureWith() };
  });
}

function notApplied({ store }: Bench, after: () => void = () => undefined): void {
  store.writes.push(() => {
    after();
    return { kind: 'unknown', failure: failureWith() };
  });
}

describe('a write of unknown outcome that was applied', () => {
  test('is found by its id and not applied twice', async () => {
    const table = bench();
    appliedUnseen(table);
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.store.calls).toEqual(['read', 'write', 'read']);
    expect(applied(table.store)).toBe(1);
    expect(outcome).toMatchObject({ view: { stateCommit: table.store.head, record: { fencingToken: 1 } } });
  });

  test.each([
    ['takeover', 'ok taken_over'],
    ['release', 'ok released'],
    ['signal-exit', 'ok exit_signal_recorded'],
    ['ensure', 'ok taken_over'],
  ] as const)('%s', async (command, word) => {
    const table = bench();
    const mine = command === 'release' || command === 'signal-exit';
    table.store.act(mine ? request('claim', { id: 'before' }) : rivals('claim'));
    table.store.liveness = () => ({ value: 'dead', warning: null });
    appliedUnseen(table);
    const outcome = await table.run(request(command, { supersede: 'dead' }));
    expect(endOf(outcome)).toBe(word);
    expect(ownedBy(outcome)).toBe(!mine);
    expect(applied(table.store)).toBe(1);
    expect(table.store.changes).toHaveLength(1);
    expect(outcome).toMatchObject({ view: { replaced: mine ? null : { runId: '2002' } } });
  });

  test('a strict assert is confirmed by what it finds', async () => {
    const table = bench();
    table.store.act(request('claim', { id: 'before' }));
    appliedUnseen(table);
    const outcome = await table.run(request('assert', { strict: true }));
    expect(endOf(outcome)).toBe('ok owner_confirmed');
    expect(applied(table.store)).toBe(1);
  });

  test('and after which another pull request committed is found as well', async () => {
    const table = bench();
    appliedUnseen(table, () => table.store.commitElsewhere());
    expect(endOf(await table.run(request('claim')))).toBe('ok claimed_new');
    expect(applied(table.store)).toBe(1);
  });

  test('and was then taken over by another run is lost', async () => {
    const table = bench();
    appliedUnseen(table, () => table.store.act(rivals('takeover')));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
    expect(table.store.changes).toHaveLength(1);
    expect(table.store.record?.activeRun?.runId).toBe('2002');
  });

  test('and was then signalled must stop', async () => {
    const table = bench();
    const signal = rivals('signal-exit', { requireActiveOwner: false, targetRunId: '1001' });
    appliedUnseen(table, () => table.store.act(signal));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict exit_signal_recorded');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('and was then evicted owns nothing', async () => {
    const table = bench();
    appliedUnseen(table, () => table.store.act(rivals('release', { evict: true })));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('and which a later attempt of the same run replaced is lost to this one', async () => {
    const table = bench();
    const later = { ...request('claim').run, attempt: 2 };
    appliedUnseen(table, () => table.store.act(request('claim', { id: 'later', run: later })));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('of a release after which another run claimed stays a release', async () => {
    const table = bench();
    table.store.act(request('claim', { id: 'before' }));
    appliedUnseen(table, () => table.store.act(rivals('claim')));
    const outcome = await table.run(request('release'));
    expect(endOf(outcome)).toBe('ok released');
    expect(ownedBy(outcome)).toBe(false);
    expect(table.store.record?.activeRun?.runId).toBe('2002');
  });

  test('and is not seen at once by an older reading is still applied once', async () => {
    const table = bench();
    table.store.act(rivals('claim', { id: 'earlier' }));
    table.store.act(rivals('release'));
    appliedUnseen(table);
    table.store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: table.store.snapshotAt(1) }),
    );
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(applied(table.store)).toBe(1);
    expect(table.store.record?.fencingToken).toBe(2);
  });
});

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

test('an id in the history counts only for a request that wrote', async () => {
  const { run, store } = bench();
  store.act(request('claim', { run: THIRD }));
  expect(endOf(await run(request('claim')))).toBe('conflict active_run_exists');
});
