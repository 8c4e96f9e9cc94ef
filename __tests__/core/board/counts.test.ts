import { describe, expect, test } from '@jest/globals';
import { countsOf, type Countable } from '../../../src/core/board/counts.js';
import { readLogEntry, type LogEvent } from '../../../src/core/board/log-event.js';
import type { BoardCounts, Tenure, TenureEnd, Wait } from '../../../src/core/board/model.js';
import { rowsOf } from '../../../src/core/board/rows.js';
import type { OwnershipRecord } from '../../../src/core/record.js';
import { active, owned, pastPlace, place, signalled } from '../samples.js';
import { at, entry } from './words.js';

const WHO = { runId: '1', attempt: 1, workflow: null, job: null, actor: null, url: null, pr: 17, scope: null };

function tenure(from: number | null, to: number | null, end: TenureEnd, reason: string | null = null): Tenure {
  const times = { from: from === null ? null : at(from), to: to === null ? null : at(to) };
  return { ...WHO, fencingToken: 1, ...times, end, reason };
}

function wait(from: number, to: number | null): Wait {
  return { ...WHO, from: at(from), to: to === null ? null : at(to), end: 'left' };
}

/** From half past eight to nine o'clock. */
function counts(parts: Partial<Countable>): BoardCounts {
  const none = { rows: [], free: 0, events: [], tenures: [], waits: [] };
  return countsOf({ ...none, now: at(60), since: at(30), ...parts });
}

const NOTHING: BoardCounts = {
  ...{ owners: 0, holds: 0, waiting: 0, troubled: 0, free: 0, tenures: 0, takeovers: 0, superseded: 0, evictions: 0 },
  ...{ expired: 0, publishes: 0, lostRaces: 0, medianTenureMs: null, longestWaitMs: null, reasons: [] },
  pace: {
    ...{ medianMs: null, p90Ms: null, medianRequests: null, p90Requests: null, retries: 0 },
    ...{ slow: 'no', slices: [] },
  },
};

describe('of what is', () => {
  test('nothing is counted where there is nothing', () => {
    expect(counts({})).toEqual(NOTHING);
  });

  test('owners, holds, those who wait and count, troubles, and what is free', () => {
    const records: readonly OwnershipRecord[] = [
      owned({ queue: [place('2'), pastPlace('3')] }),
      owned({ activeRun: active({ detached: true, expiresAt: at(90) }), queue: [place('2')] }),
      { ...signalled(), queue: [place('2')] },
      { ...owned(), activeRun: null, queue: [place('2')] },
    ];
    const rows = rowsOf(
      records.map((record, pr) => ({ pr, scope: null, reading: { kind: 'record', record } })),
      { now: at(10), pullRequests: new Map(), runs: new Map() },
    );
    expect(counts({ rows, free: 5 })).toEqual({ ...NOTHING, owners: 3, holds: 1, waiting: 4, troubled: 1, free: 5 });
  });
});

describe('of what was', () => {
  test('tenures by their beginning, and by their end', () => {
    const tenures = [
      ...[tenure(null, 31, 'released'), tenure(29, 40, 'released'), tenure(30, 41, 'taken_over', 'stuck')],
      ...[tenure(41, 42, 'superseded', 'its run was over'), tenure(42, 43, 'evicted'), tenure(43, 44, 'expired')],
      ...[tenure(44, 50, 'unknown'), tenure(50, null, 'holds')],
    ];
    const ends = { takeovers: 1, superseded: 1, evictions: 1, expired: 1 };
    const reasons = ['its run was over', 'no reason given', 'stuck'].map((text) => ({ text, count: 1 }));
    const wanted = { ...NOTHING, ...ends, tenures: 6, medianTenureMs: 60_000, reasons };
    expect(counts({ tenures })).toEqual(wanted);
  });

  test('publishes and lost races by the log', () => {
    const log = [
      entry(31, 'publish', '1', 1, { 'Lost-Races': '3' }),
      entry(32, 'publish', '1', 1),
      entry(33, 'claim', '1', 1, { 'Lost-Races': '1' }),
    ];
    const events = log.map(readLogEntry).filter((event): event is LogEvent => event !== null);
    expect(counts({ events })).toEqual({ ...NOTHING, publishes: 2, lostRaces: 4 });
  });

  test.each([
    ['none', [], null],
    ['one', [tenure(30, 33, 'released')], 3],
    ['two', [tenure(30, 39, 'released'), tenure(30, 31, 'released')], 9],
    ['three', [5, 39, 40].map((to) => tenure(0, to, 'released')), 39],
    ['the clock of another machine', [tenure(40, 30, 'released')], 0],
  ])('half of the tenures are shorter: of %s', (_name, tenures, minutes) => {
    expect(counts({ tenures }).medianTenureMs).toBe(minutes === null ? null : minutes * 60_000);
  });

  test('the longest wait, which may go on', () => {
    expect(counts({ waits: [wait(30, 35), wait(31, 40), wait(39, 41)] }).longestWaitMs).toBe(9 * 60_000);
    expect(counts({ waits: [wait(30, 35), wait(50, null)] }).longestWaitMs).toBe(10 * 60_000);
  });

  test('the ten most frequent reasons, and those of a kind by the alphabet', () => {
    const texts = [...'cabbalkjihgfed'].map((text) => tenure(30, 31, 'taken_over', text));
    const { reasons } = counts({ tenures: texts });
    expect(reasons.map(({ text, count }) => `${text}${String(count)}`).join(' ')).toBe('a2 b2 c1 d1 e1 f1 g1 h1 i1 j1');
  });
});
