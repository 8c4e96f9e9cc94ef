import { describe, expect, test } from '@jest/globals';
import { request, WAITING } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, THIRD, type Bench } from './bench.js';
import { appliedUnseen, landsLate, notApplied } from './unseen.js';
import { lineOf, MINUTE_MS, owned, readingsFail, sentBy } from './waiter.js';

/** Writes of a step in line of which nobody heard again, and readings that are from before them. */

const dead = request('claim', { supersede: 'dead' });

const idsOf = ({ store }: Bench): (string | null)[] => (store.record?.queue ?? []).map(({ id }) => id);
const eventsOf = ({ store }: Bench): string[] => (store.record?.history ?? []).map(({ type }) => type);
const firstSent = ({ store }: Bench): string | null | undefined => store.changes[0]?.event.id;

/** The rival is over; run 3003 is in line, and alive. */
function beforeThird(): Bench {
  const table = owned(bench(0));
  const { store } = table;
  store.act(request('claim', { run: THIRD, line: { ...WAITING, placeMs: 60 * MINUTE_MS } }), { writeId: 'third' });
  store.liveness = ({ runId }) => ({ value: runId === '2002' ? 'dead' : 'alive', warning: null });
  return table;
}

describe('a join of unknown outcome', () => {
  test('that was applied is found by its place, and not made twice', async () => {
    const table = owned(bench(), MINUTE_MS);
    appliedUnseen(table);
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(sentBy(table)).toEqual(['join']);
    expect(table.store.record?.history.at(-1)).toMatchObject({ type: 'handover', entry: firstSent(table) });
  });

  test('is no grant', async () => {
    const table = owned(bench());
    appliedUnseen(table);
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(ownedBy(outcome)).toBe(false);
    expect(lineOf(table.store)).toEqual([]);
  });

  test('that was served before anybody looked again is one', async () => {
    const table = owned(bench());
    appliedUnseen(table, () => table.store.act(rivals('release')));
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(table.clock.monotonic()).toBeLessThan(1_000);
    expect(sentBy(table)).toEqual(['join']);
  });

  test('that was not applied is made again', async () => {
    const table = owned(bench(), MINUTE_MS);
    notApplied(table);
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(sentBy(table)).toEqual(['join', 'join']);
    expect(table.store.record?.queue).toEqual([]);
  });

  test('that lands late makes the second lose, and there is one place', async () => {
    const table = owned(bench(), MINUTE_MS);
    const late = landsLate(table);
    table.store.writes.push((proceed) => {
      expect(late.land()).toBe(true);
      return proceed();
    });
    table.clock.at(30_000, () => expect(idsOf(table)).toEqual([firstSent(table)]));
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(sentBy(table)).toEqual(['join', 'join']);
  });

  test('can land no more after the second', async () => {
    const table = owned(bench());
    const late = landsLate(table);
    table.clock.at(30_000, () => {
      expect(idsOf(table)).toHaveLength(1);
      expect(late.land()).toBe(false);
    });
    expect(endOf(await table.wait(request('claim'), MINUTE_MS))).toBe('conflict active_run_exists');
    expect(lineOf(table.store)).toEqual([]);
  });

  test('that stays unknown is to be reckoned with', async () => {
    const table = owned(bench(0));
    appliedUnseen(table);
    table.store.reads.push((proceed) => proceed());
    readingsFail(table, 50);
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error api_error');
    expect(outcome).toMatchObject({ mayHaveWritten: true });
  });

  test('is followed by a commit where it is refused for another reason by then', async () => {
    const table = owned(bench());
    const { store } = table;
    const late = landsLate(table, () => {
      store.pullRequest = { ...store.pullRequest, state: 'closed' };
    });
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(late.land()).toBe(false);
    expect(eventsOf(table)).toEqual(['claim', 'leave']);
  });

  test('is taken back where it shows by then, and the pull request is closed', async () => {
    const table = owned(bench());
    const { store } = table;
    appliedUnseen(table, () => {
      store.pullRequest = { ...store.pullRequest, state: 'closed' };
    });
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(lineOf(store)).toEqual([]);
    expect(eventsOf(table)).toEqual(['claim']);
  });
});

describe('a leave of unknown outcome', () => {
  test('that was applied shows nowhere, so the head is moved first', async () => {
    const table = owned(bench());
    table.store.writes.push((proceed) => proceed());
    appliedUnseen(table);
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(outcome).not.toMatchObject({ mayHaveWritten: true });
    expect(sentBy(table)).toEqual(['join', 'leave', 'leave']);
    expect(eventsOf(table)).toEqual(['claim', 'leave']);
    expect(lineOf(table.store)).toEqual([]);
  });

  test('that was not applied is made again', async () => {
    const table = owned(bench());
    table.store.writes.push((proceed) => proceed());
    const late = landsLate(table);
    expect(endOf(await table.wait(request('claim'), MINUTE_MS))).toBe('conflict active_run_exists');
    expect(sentBy(table)).toEqual(['join', 'leave', 'leave']);
    expect(lineOf(table.store)).toEqual([]);
    expect(late.land()).toBe(false);
  });

  test('does not keep it from taking what was handed over instead', async () => {
    const table = owned(bench());
    table.store.writes.push((proceed) => proceed());
    const late = landsLate(table, () => table.store.act(rivals('release')));
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(late.land()).toBe(false);
  });

  test('that stays unknown is said', async () => {
    const table = owned(bench(0));
    table.store.writes.push((proceed) => proceed());
    appliedUnseen(table);
    table.store.reads.push(
      (proceed) => proceed(),
      (proceed) => proceed(),
    );
    readingsFail(table, 50);
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(table.warnings).toEqual([expect.stringMatching(/^This step could not leave the line: /)]);
  });
});

describe('a reading from before the joining', () => {
  /** So many readings after the first show the branch as it was before the place was taken. */
  function stale(table: Bench, times: number): Bench {
    const { store } = table;
    store.reads.push((proceed) => proceed());
    for (let index = 0; index < times; index += 1) {
      store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(0) }));
    }
    return table;
  }

  test.each([1, 2])('is no answer to who leaves (%i of them)', async (times) => {
    const table = stale(owned(bench(0)), times);
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(lineOf(table.store)).toEqual([]);
    // What it wrote on the head of that reading was refused.
    expect(sentBy(table).slice(0, 2)).toEqual(['join', 'leave']);
    expect(table.store.changes.at(-1)?.event.type).toBe('leave');
  });

  test('takes no second place for who waits', async () => {
    const table = stale(owned(bench(0), 2 * MINUTE_MS), 1);
    table.clock.at(MINUTE_MS, () => table.store.act(rivals('claim')));
    table.clock.at(MINUTE_MS + 30_000, () => expect(idsOf(table)).toEqual([firstSent(table)]));
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(table.store.record?.queue).toEqual([]);
  });

  test('is no answer on a closed pull request either', async () => {
    const table = stale(owned(bench(0)), 1);
    const { store } = table;
    table.clock.at(MINUTE_MS, () => {
      store.pullRequest = { ...store.pullRequest, state: 'closed' };
    });
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('conflict pr_closed');
    expect(lineOf(store)).toEqual([]);
  });

  test('that stays one is an error, and the place is to be reckoned with', async () => {
    const table = stale(owned(bench(0)), 40);
    const outcome = await table.wait(request('claim'), MINUTE_MS);
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'active_run_exists', mayHaveWritten: true });
    expect(lineOf(table.store)).toEqual(['1001']);
    expect(table.warnings).toHaveLength(1);
  });
});

describe('a hand-over of unknown outcome', () => {
  /** Run 1001 is the first in line, and the rival is over after a minute. */
  function first(): Bench {
    const table = owned(bench(0));
    const { store, clock } = table;
    store.liveness = () => ({ value: clock.monotonic() < MINUTE_MS ? 'alive' : 'dead', warning: null });
    store.writes.push((proceed) => proceed());
    return table;
  }

  test('of the first in line to itself is found', async () => {
    const table = first();
    appliedUnseen(table);
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(ownedBy(outcome)).toBe(true);
    expect(outcome).toMatchObject({ view: { replaced: { runId: '2002' } } });
    expect(sentBy(table)).toEqual(['join', 'handover']);
  });

  test('that was not applied is made again', async () => {
    const table = first();
    const late = landsLate(table);
    expect(endOf(await table.wait(dead, 30 * MINUTE_MS))).toBe('ok taken_over');
    expect(sentBy(table)).toEqual(['join', 'handover', 'handover']);
    expect(late.land()).toBe(false);
    expect(table.store.record?.fencingToken).toBe(2);
  });

  test('that was applied and lost again is no grant', async () => {
    const table = first();
    appliedUnseen(table, () => table.store.act(request('takeover', { run: THIRD })));
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
  });

  test('that was not applied because the owner released in time is no loss', async () => {
    const table = first();
    notApplied(table, () => table.store.act(rivals('release')));
    const outcome = await table.wait(dead, 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(table.store.record?.fencingToken).toBe(2);
  });

  test('by a stranger is found, and no grant', async () => {
    const table = beforeThird();
    appliedUnseen(table);
    const outcome = await table.run(dead);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(ownedBy(outcome)).toBe(false);
    expect(outcome).toMatchObject({ view: { record: { activeRun: { runId: '3003' } } } });
    expect(sentBy(table)).toEqual(['handover']);
  });

  test('by a stranger that was not applied is made again', async () => {
    const table = beforeThird();
    const late = landsLate(table);
    expect(endOf(await table.run(dead))).toBe('conflict active_run_exists');
    expect(sentBy(table)).toEqual(['handover', 'handover']);
    expect(table.store.record).toMatchObject({ activeRun: { runId: '3003' }, fencingToken: 2, queue: [] });
    expect(late.land()).toBe(false);
  });

  test('by an eviction is a release, also where another step of this run was the first', async () => {
    const table = owned(bench(0));
    table.store.act(request('claim', { line: WAITING }));
    appliedUnseen(table);
    const outcome = await table.run(request('release', { evict: true, targetRunId: '2002' }));
    expect(endOf(outcome)).toBe('ok released');
    expect(table.store.record?.activeRun?.runId).toBe('1001');
  });

  describe('by a stranger that joins with it', () => {
    test('is found by its place', async () => {
      const table = beforeThird();
      appliedUnseen(table);
      table.clock.at(MINUTE_MS, () => table.store.act(request('release', { run: THIRD })));
      const outcome = await table.wait(dead, 30 * MINUTE_MS);
      expect(endOf(outcome)).toBe('ok claimed_new');
      expect(sentBy(table)).toEqual(['handover']);
    });

    test('is left again', async () => {
      const table = beforeThird();
      appliedUnseen(table);
      expect(endOf(await table.wait(dead, MINUTE_MS))).toBe('conflict active_run_exists');
      expect(sentBy(table)).toEqual(['handover', 'leave']);
      expect(lineOf(table.store)).toEqual([]);
    });

    test('and served before anybody looked is a grant', async () => {
      const table = beforeThird();
      appliedUnseen(table, () => table.store.act(request('release', { run: THIRD })));
      const outcome = await table.wait(dead, 30 * MINUTE_MS);
      expect(endOf(outcome)).toBe('ok claimed_new');
      expect(ownedBy(outcome)).toBe(true);
      expect(sentBy(table)).toEqual(['handover']);
    });

    test.each([
      ['heard of', false],
      ['unheard of', true],
    ])('is to be reckoned with after an error (%s)', async (_name, unseen) => {
      const table = beforeThird();
      if (unseen) appliedUnseen(table);
      table.clock.at(MINUTE_MS, () => table.store.commit('{'));
      expect(await table.wait(dead, 30 * MINUTE_MS)).toMatchObject({
        kind: 'error',
        failure: { code: 'state_corrupt' },
        mayHaveWritten: true,
      });
    });
  });
});
