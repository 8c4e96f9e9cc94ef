import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals, type Bench } from './bench.js';

describe('a reading older than what is known', () => {
  test('by its head is read again', async () => {
    const { run, store, clock } = bench(0.5);
    store.act(request('claim'));
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
    store.act(rivals('release'));
    store.writes.push((proceed) => {
      store.act(rivals('claim'));
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
    store.act(request('claim'));
    const head = store.head ?? '';
    const outcome = await run(request('assert'), { outdatedHeads: [head] });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls.length).toBeLessThan(20);
  });
});

describe('a record older than the one that was seen', () => {
  test('is read again after a lost race, though its token is the same', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.act(rivals('release'));
    const [claimed] = [store.snapshotAt(0)];
    store.writes.push((proceed) => {
      store.commitElsewhere();
      return proceed();
    });
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'read', snapshot: claimed }),
    );
    expect(endOf(await run(request('claim')))).toBe('ok claimed_new');
    expect(store.calls).toEqual(['read', 'write', 'read', 'read', 'write']);
  });

  test('than the saved one of main is read again', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.act(request('takeover'));
    const known = store.snapshotAt(1);
    store.commitElsewhere();
    store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(0) }));
    expect(endOf(await run(request('release', { fencingToken: 2 }), { known }))).toBe('ok released');
    expect(store.calls).toEqual(['write', 'read', 'read', 'write']);
  });

  test('is never written over, and never believed to be the end', async () => {
    const { run, store } = bench(0);
    store.act(rivals('claim'));
    store.act(request('takeover'));
    const known = store.snapshotAt(1);
    store.commitElsewhere();
    for (let index = 0; index < 50; index += 1) {
      store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(0) }));
    }
    const outcome = await run(request('release', { fencingToken: 2 }), { known });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({
      failure: { problem: expect.stringMatching(/shows fencing token 1, but this step has seen token 2/) as unknown },
    });
    expect(store.changes).toHaveLength(1);
    expect(store.calls.length).toBeLessThan(20);
  });
});

describe('a marker with a lower floor than the one that was seen', () => {
  /** The floor is 9 at first; once the claim has lost a race, so many readings show 4. */
  function falling(readings: number): Bench {
    const table = bench(0);
    const { store } = table;
    store.tokenFloor = 9;
    store.writes.push((proceed) => {
      store.commitElsewhere();
      return proceed();
    });
    store.reads.push((proceed) => proceed());
    for (let index = 0; index < readings; index += 1) {
      store.reads.push(() => ({ kind: 'read', snapshot: { ...store.snapshotAt(0), tokenFloor: 4 } }));
    }
    return table;
  }

  test('is read again, so that no token is given out twice', async () => {
    const { run, store } = falling(1);
    expect(await run(request('claim'))).toMatchObject({ kind: 'ok', view: { record: { fencingToken: 10 } } });
    expect(store.calls).toEqual(['read', 'write', 'read', 'read', 'write']);
  });

  test('for ever is given up, and names both', async () => {
    const { run, store } = falling(50);
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({
      failure: { problem: expect.stringMatching(/token floor 4, and this step has seen 9/) as unknown },
    });
    expect(store.changes).toHaveLength(1);
  });
});
