import { describe, expect, test } from '@jest/globals';
import type { CoordinationRequest } from '../../src/core/request.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals, THIRD } from './bench.js';
import { appliedUnseen } from './unseen.js';

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
    table.store.act(mine ? request('claim') : rivals('claim'));
    table.store.liveness = () => ({ value: 'dead', warning: null });
    appliedUnseen(table);
    const outcome = await table.run({ ...request(command), supersede: 'dead' } as CoordinationRequest);
    expect(endOf(outcome)).toBe(word);
    expect(ownedBy(outcome)).toBe(!mine);
    expect(applied(table.store)).toBe(1);
    expect(table.store.changes).toHaveLength(1);
    expect(outcome).toMatchObject({ view: { replaced: mine ? null : { runId: '2002' } } });
  });

  test('a strict assert is confirmed by what it finds', async () => {
    const table = bench();
    table.store.act(request('claim'));
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
    appliedUnseen(table, () => table.store.act(rivals('release', { evict: true, targetRunId: '1001' })));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('and which a later attempt of the same run replaced is lost to this one', async () => {
    const table = bench();
    const later = { ...request('claim').run, attempt: 2 };
    appliedUnseen(table, () => table.store.act(request('claim', { run: later })));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('of a release after which another run claimed stays a release', async () => {
    const table = bench();
    table.store.act(request('claim'));
    appliedUnseen(table, () => table.store.act(rivals('claim')));
    const outcome = await table.run(request('release'));
    expect(endOf(outcome)).toBe('ok released');
    expect(ownedBy(outcome)).toBe(false);
    expect(table.store.record?.activeRun?.runId).toBe('2002');
  });

  test('and is not seen at once by an older reading is still applied once', async () => {
    const table = bench();
    table.store.act(rivals('claim'));
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

test('an id in the history counts only for a request that wrote', async () => {
  const { run, store } = bench();
  store.act(request('claim', { run: THIRD }));
  expect(endOf(await run(request('claim')))).toBe('conflict active_run_exists');
});
