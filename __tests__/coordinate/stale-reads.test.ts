import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';

describe('a reading older than what is known', () => {
  test('by its head is read again', async () => {
    const { run, store, clock } = bench(0.5);
    store.act(request('claim', { id: 'before' }));
    store.act(rivals('takeover'));
    const old = store.snapshotAt(0);
    store.reads.push(
      () => ({ kind: 'read', snapshot: old }),
      () => ({ kind: 'read', snapshot: old }),
    );
    const outcome = await run(request('assert'), { outdatedHeads: [old.head ?? ''] });
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(store.calls).toEqual(['read', 'read', 'read']);
    expect(clock.sleeps).toEqual([150, 300]);
  });

  test('after a lost race is not believed: the head is outdated', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.act(rivals('release', { id: 'released' }));
    store.writes.push((proceed) => {
      store.act(rivals('claim', { id: 'again' }));
      return proceed();
    });
    const old = store.snapshotAt(1);
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: old }),
      () => ({ kind: 'read', snapshot: store.snapshotAt(0) }),
    );
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(store.calls).toEqual(['read', 'write', 'read', 'read', 'read']);
    expect(applied(store)).toBe(0);
  });

  test('no branch at all, after the branch was seen to be made', async () => {
    const { run, store } = bench();
    store.writes.push((proceed) => {
      store.act(rivals('claim'));
      return proceed();
    });
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: store.snapshotAt(-1) }),
    );
    expect(endOf(await run(request('claim')))).toBe('conflict active_run_exists');
    expect(store.changes).toHaveLength(1);
  });

  test('for ever is given up', async () => {
    const { run, store } = bench(0);
    store.act(request('claim', { id: 'before' }));
    const head = store.head ?? '';
    const outcome = await run(request('assert'), { outdatedHeads: [head] });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls.length).toBeLessThan(20);
  });
});

describe('a token that is higher than the record’s', () => {
  test('is doubted twice, then it is the token that is wrong', async () => {
    const { run, store } = bench();
    store.act(request('claim', { id: 'before' }));
    const outcome = await run(request('assert', { fencingToken: 7 }));
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls).toEqual(['read', 'read', 'read']);
  });

  test('is doubted where there is no record', async () => {
    const { run, store } = bench();
    const outcome = await run(request('assert', { fencingToken: 1, requireExisting: true }));
    expect(endOf(outcome)).toBe('conflict ownership_missing');
    expect(store.calls).toEqual(['read', 'read', 'read']);
  });

  test('is right where a later reading shows it', async () => {
    const { run, store } = bench();
    store.act(request('claim', { id: 'before' }));
    store.act(request('release', { id: 'released' }));
    store.act(request('claim', { id: 'again' }));
    store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(0) }));
    expect(endOf(await run(request('assert', { fencingToken: 2 })))).toBe('ok owner_confirmed');
    expect(store.calls).toEqual(['read', 'read']);
  });

  test('a lower one is believed at once', async () => {
    const { run, store } = bench();
    store.act(request('claim', { id: 'before' }));
    store.act(request('release', { id: 'released' }));
    store.act(request('claim', { id: 'again' }));
    expect(endOf(await run(request('assert', { fencingToken: 1 })))).toBe('conflict ownership_lost');
    expect(store.calls).toEqual(['read']);
  });
});
