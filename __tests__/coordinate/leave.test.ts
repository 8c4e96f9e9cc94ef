import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { failureWith } from './memory-store.js';
import { appliedUnseen, landsLate, notApplied } from './unseen.js';
import { readingsFail, sentBy } from './waiter.js';

/**
 * Finding nothing is no proof: a request that ends without what a write of unknown outcome would have given it first moves
 * the head by a commit of its own, after which that write can never land.
 */

/** The pull request closes once the claim has been sent, so that the claim comes to nothing. */
function closing({ store }: Bench): () => void {
  return () => {
    store.pullRequest = { ...store.pullRequest, state: 'closed' };
  };
}

const eventsOf = ({ store }: Bench): string[] => (store.record?.history ?? []).map(({ type }) => type);

describe('ending without what a lost write would have given', () => {
  test('takes a commit first, after which the write lands no more', async () => {
    const table = bench();
    table.store.commitElsewhere();
    const late = landsLate(table, closing(table));
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['claim', 'leave']);
    expect(eventsOf(table)).toEqual(['leave']);
    expect(late.land()).toBe(false);
    expect(table.store.record).toMatchObject({ fencingToken: 0, activeRun: null });
    expect(outcome).toMatchObject({ view: { stateCommit: table.store.head, record: table.store.record } });
    expect(outcome).not.toMatchObject({ mayHaveWritten: true });
  });

  test('makes the branch for that, if there is none', async () => {
    const table = bench();
    const late = landsLate(table, closing(table));
    expect(endOf(await table.run(request('claim')))).toBe('conflict pr_closed');
    expect(table.store.changes.map(({ expectedHead }) => expectedHead)).toEqual([null, null]);
    expect(late.land()).toBe(false);
  });

  test('finds the write that landed right before', async () => {
    const table = bench();
    const late = landsLate(table, closing(table));
    table.store.writes.push((proceed) => {
      expect(late.land()).toBe(true);
      return proceed();
    });
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(eventsOf(table)).toEqual(['claim']);
  });

  test('is not fooled by another pull request’s commits', async () => {
    const table = bench();
    const late = landsLate(table, () => {
      closing(table)();
      table.store.commitElsewhere();
    });
    table.store.writes.push((proceed) => {
      table.store.commitElsewhere();
      return proceed();
    });
    expect(endOf(await table.run(request('claim')))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['claim', 'leave', 'leave']);
    expect(late.land()).toBe(false);
  });

  test('needs no commit where newer events prove it', async () => {
    const table = bench();
    landsLate(table, () => table.store.act(rivals('claim')));
    expect(endOf(await table.run(request('claim')))).toBe('conflict active_run_exists');
    expect(sentBy(table)).toEqual(['claim']);
  });

  test.each(['assert', 'release', 'signal-exit'] as const)(
    'needs no commit after a %s where newer events prove it',
    async (command) => {
      const table = bench();
      table.store.act(request('claim'));
      landsLate(table, () => table.store.act(rivals('takeover')));
      const asked = command === 'assert' ? request(command, { strict: true }) : request(command);
      expect(endOf(await table.run(asked))).toBe('conflict ownership_lost');
      expect(table.store.changes).toHaveLength(1);
    },
  );
});

describe('every write counts, whatever it would have done', () => {
  test('an eviction that is forbidden by now ends nobody’s tenure later', async () => {
    const table = bench();
    const { store } = table;
    store.act(rivals('claim'));
    closing(table)();
    store.permission = { value: 'denied', warning: null };
    const late = landsLate(table, () => {
      store.pullRequest = { ...store.pullRequest, state: 'open' };
    });
    const outcome = await table.run(request('release', { evict: true, targetRunId: '2002' }));
    expect(endOf(outcome)).toBe('conflict takeover_forbidden');
    expect(sentBy(table)).toEqual(['evict', 'leave']);
    expect(late.land()).toBe(false);
    expect(store.record).toMatchObject({ fencingToken: 1, activeRun: { runId: '2002' } });
  });

  test('a confirmation is not recorded after another answer', async () => {
    const table = bench();
    table.store.act(request('claim'));
    const late = landsLate(table, closing(table));
    const outcome = await table.run(request('assert', { strict: true, requireOpen: true }));
    expect(endOf(outcome)).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['confirm', 'leave']);
    expect(late.land()).toBe(false);
    expect(eventsOf(table)).toEqual(['claim', 'leave']);
    expect(table.store.record?.activeRun).toMatchObject({ runId: '1001', renewedBy: null });
  });

  test('what GitHub refused needs no commit', async () => {
    const table = bench();
    table.store.writes.push(() => {
      closing(table)();
      return { kind: 'failed', failure: failureWith({ retry: { kind: 'after', ms: 1_000 } }) };
    });
    const outcome = await table.run(request('claim'));
    expect(endOf(outcome)).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['claim']);
  });
});

describe('the commit itself', () => {
  test('of unknown outcome is found, and not made twice', async () => {
    const table = bench();
    landsLate(table, closing(table));
    appliedUnseen(table);
    expect(endOf(await table.run(request('claim')))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['claim', 'leave']);
  });

  test('that was not applied is made again', async () => {
    const table = bench();
    const late = landsLate(table, closing(table));
    notApplied(table);
    expect(endOf(await table.run(request('claim')))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['claim', 'leave', 'leave']);
    expect(late.land()).toBe(false);
  });

  test('that cannot be made is an error, and the caller has to reckon with the write', async () => {
    const table = bench();
    const late = landsLate(table, closing(table));
    const failure = failureWith({ code: 'permission_denied', retry: { kind: 'never' } });
    table.store.writes.push(() => ({ kind: 'failed', failure }));
    const outcome = await table.run(request('claim'));
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: true, failure: { code: 'permission_denied' } });
    expect(late.land()).toBe(true);
  });

  // What was answered beside it is of that moment: whoever waits on has to see what has become of the owner since.
  test('is no answer to the looks after it', async () => {
    const table = bench(0);
    const { store, clock } = table;
    store.act(rivals('claim'));
    const lives = ['alive', 'dead', 'dead', 'alive'] as const;
    let asked = 0;
    store.liveness = () => ({ value: lives[Math.min(asked++, lives.length - 1)] ?? 'alive', warning: null });
    store.writes.push((proceed) => proceed());
    const late = landsLate(table);
    appliedUnseen(table, () => store.act(rivals('release')));
    store.reads.push(
      (proceed) => proceed(),
      (proceed) => proceed(),
      (proceed) => proceed(),
    );
    readingsFail(table, 6);
    const outcome = await table.wait(request('claim', { supersede: 'dead' }), 30 * 60_000);
    expect(sentBy(table)).toEqual(['join', 'handover', 'leave']);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(late.land()).toBe(false);
    expect(clock.monotonic()).toBeLessThan(60_000);
  });
});
