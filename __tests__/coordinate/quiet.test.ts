import { describe, expect, test } from '@jest/globals';
import type { Snapshot } from '../../src/store/state-store.js';
import { PULL_REQUEST, request, TARGET } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';

describe('the quiet case', () => {
  test('a first claim makes one reading and one write', async () => {
    const { run, store, clock } = bench();
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(store.calls).toEqual(['read', 'write']);
    expect(clock.sleeps).toEqual([]);
    expect(outcome).toMatchObject({
      view: {
        record: store.record,
        stateCommit: store.head,
        target: TARGET,
        pullRequest: PULL_REQUEST,
        now: '2026-11-22T08:10:00.000Z',
        previousHead: null,
        replaced: null,
      },
    });
  });

  test('an assert makes one reading', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    store.calls.length = 0;
    const outcome = await run(request('assert'));
    expect(endOf(outcome)).toBe('ok owner_confirmed');
    expect(store.calls).toEqual(['read']);
    expect(outcome).toMatchObject({ view: { record: store.record, stateCommit: store.head, previousHead: null } });
  });

  test('a strict assert is confirmed by its commit', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    expect(endOf(await run(request('assert', { strict: true })))).toBe('ok owner_confirmed');
    expect(store.calls).toEqual(['read', 'write']);
    expect(applied(store)).toBe(1);
  });

  test('a takeover tells which head and which tenure it replaced', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    const before = store.head;
    const outcome = await run(request('takeover'));
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(store.calls).toEqual(['read', 'permission', 'write']);
    expect(outcome).toMatchObject({ view: { previousHead: before, replaced: { runId: '2002', fencingToken: 1 } } });
  });

  test('a release on the record of an earlier step needs no reading', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    const known: Snapshot = store.snapshotAt(0);
    expect(endOf(await run(request('release', { fencingToken: 1 }), { known }))).toBe('ok released');
    expect(store.calls).toEqual(['write']);
    expect(store.record?.activeRun).toBeNull();
  });

  test('a release on an outdated record reads after all', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    const known: Snapshot = store.snapshotAt(0);
    store.act(rivals('takeover'));
    const outcome = await run(request('release', { fencingToken: 1 }), { known });
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(store.calls).toEqual(['write', 'read']);
    expect(store.record?.activeRun?.runId).toBe('2002');
  });
});
