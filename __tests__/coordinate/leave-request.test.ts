import { describe, expect, test } from '@jest/globals';
import type { LeaveRequest } from '../../src/core/request.js';
import { OWNER, request, runOf } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { failureWith } from './memory-store.js';
import { appliedUnseen } from './unseen.js';

/** The post step of a main that ended without an answer: it knows the ids of what main sent, and nothing else. */

function leave(...writes: string[]): LeaveRequest {
  return { command: 'leave', run: OWNER, reason: null, writes, founding: true, jobOutcome: 'cancelled' };
}

/** A claim of main that is still on its way; landing it says whether it was accepted. */
function underWay({ store }: Bench, writeId = 'w1'): () => boolean {
  const { head } = store;
  return () => {
    if (store.head !== head) return false;
    store.act(request('claim'), { writeId });
    return true;
  };
}

const sentBy = ({ store }: Bench): string[] => store.changes.map(({ event }) => event.type);

describe('what main wrote', () => {
  test('and what landed is released', async () => {
    const table = bench();
    table.store.act(request('claim'), { writeId: 'w1' });
    const outcome = await table.run(leave('w0', 'w1'));
    expect(endOf(outcome)).toBe('ok released');
    expect(ownedBy(outcome)).toBe(false);
    expect(table.store.calls).toEqual(['read', 'write']);
    expect(table.store.record).toMatchObject({
      activeRun: null,
      history: [{ id: 'w1' }, { type: 'release', runId: '1001', fencingToken: 1, outcome: 'cancelled' }],
    });
  });

  test('and what did not land never will', async () => {
    const table = bench();
    table.store.commitElsewhere();
    const land = underWay(table);
    expect(endOf(await table.run(leave('w1')))).toBe('ok release_noop');
    expect(sentBy(table)).toEqual(['leave']);
    expect(land()).toBe(false);
    expect(table.store.record).toMatchObject({ fencingToken: 0, activeRun: null, history: [{ type: 'leave' }] });
  });

  test('and what would have made the branch never will: it is made', async () => {
    const table = bench();
    const land = underWay(table);
    expect(endOf(await table.run(leave('w1')))).toBe('ok release_noop');
    expect(table.store.changes[0]?.expectedHead).toBeNull();
    expect(land()).toBe(false);
  });

  test('and what lands in between is released', async () => {
    const table = bench();
    const land = underWay(table);
    table.store.writes.push((proceed) => {
      expect(land()).toBe(true);
      return proceed();
    });
    expect(endOf(await table.run(leave('w1')))).toBe('ok released');
    expect(sentBy(table)).toEqual(['leave', 'release']);
    expect(table.store.record?.activeRun).toBeNull();
  });

  test('and what is hidden by an old reading is found all the same', async () => {
    const table = bench();
    table.store.commitElsewhere();
    const old = table.store.snapshotAt(0);
    table.store.act(request('claim'), { writeId: 'w1' });
    table.store.reads.push(() => ({ kind: 'read', snapshot: old }));
    expect(endOf(await table.run(leave('w1')))).toBe('ok released');
    expect(table.store.record?.activeRun).toBeNull();
  });

  test('beside another owner ends by a commit, and leaves the owner alone', async () => {
    const table = bench();
    table.store.act(rivals('claim'));
    const land = underWay(table);
    expect(endOf(await table.run(leave('w1')))).toBe('ok release_noop');
    expect(land()).toBe(false);
    expect(table.store.record).toMatchObject({ fencingToken: 1, activeRun: { runId: '2002' } });
  });
});

describe('what landed and is not main’s any more', () => {
  test.each<[string, (table: Bench) => void]>([
    ['another step has renewed it', ({ store }) => store.act(request('claim'), { writeId: 'other-step' })],
    ['another run has taken it over', ({ store }) => store.act(rivals('takeover'))],
    ['it was released already', ({ store }) => store.act(request('release'))],
    [
      'a later attempt has begun its own',
      ({ store }) => store.act(request('claim', { run: runOf('1001', 2) }), { writeId: 'attempt-2' }),
    ],
  ])('stays as it is, and nothing is written: %s', async (_name, then) => {
    const table = bench();
    table.store.act(request('claim'), { writeId: 'w1' });
    then(table);
    const before = table.store.record;
    expect(endOf(await table.run(leave('w1')))).toBe('ok release_noop');
    expect(table.store.calls).toEqual(['read']);
    expect(table.store.record).toEqual(before);
  });

  test('is released where the renewal was main’s as well', async () => {
    const table = bench();
    table.store.act(request('claim'), { writeId: 'w1' });
    table.store.act(request('claim'), { writeId: 'w2' });
    expect(endOf(await table.run(leave('w1', 'w2')))).toBe('ok released');
  });

  test('is not released where main only renewed it', async () => {
    const table = bench();
    table.store.act(request('claim'), { writeId: 'other-step' });
    table.store.act(request('claim'), { writeId: 'w1' });
    expect(endOf(await table.run(leave('w1')))).toBe('ok release_noop');
    expect(table.store.record?.activeRun?.runId).toBe('1001');
  });
});

describe('its own write', () => {
  test.each([true, false])('of unknown outcome is settled (main’s had landed: %s)', async (landed) => {
    const table = bench();
    if (landed) table.store.act(request('claim'), { writeId: 'w1' });
    appliedUnseen(table);
    expect(endOf(await table.run(leave('w1')))).toBe(landed ? 'ok released' : 'ok release_noop');
    expect(table.store.changes).toHaveLength(1);
  });

  test('that cannot be made is said', async () => {
    const table = bench();
    table.store.writes.push(() => ({ kind: 'failed', failure: failureWith({ retry: { kind: 'never' } }) }));
    expect(endOf(await table.run(leave('w1')))).toBe('error api_error');
  });
});

describe('where nothing of the step could make the branch', () => {
  test('one that somebody deleted is not made anew, and that is said', async () => {
    const { run, store } = bench(0);
    const outcome = await run({ ...leave('write-1'), founding: false });
    expect(endOf(outcome)).toBe('error state_corrupt');
    expect(store.calls).not.toContain('write');
    expect(store.head).toBeNull();
  });

  test('a reading that does not show it yet is not believed', async () => {
    const { run, store } = bench(0);
    store.act(request('claim'), { writeId: 'w1' });
    store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(-1) }));
    expect(endOf(await run({ ...leave('w1'), founding: false }))).toBe('ok released');
  });
});
