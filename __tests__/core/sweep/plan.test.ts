import { describe, expect, test } from '@jest/globals';
import {
  GREATEST_FLOOR,
  KEPT_REASONS,
  planSweep,
  type ClosedState,
  type FoundRecord,
  type KeptReason,
  type SweepPlan,
} from '../../../src/core/sweep/plan.js';
import type { OwnershipRecord } from '../../../src/core/record.js';
import { active, free, HOLDER, NOW } from '../samples.js';

/** What a sweep removes: whatever is not known for certain stays. */

const DAY_MS = 24 * 3_600_000;
const OLDER_THAN_MS = 90 * DAY_MS;
const before = (ms: number): string => new Date(Date.parse(NOW) - ms).toISOString();

const CLOSED: ClosedState = { state: 'closed', closedAt: before(91 * DAY_MS) };

function found(pr: number, changes: Partial<OwnershipRecord> = {}, scope: string | null = null): FoundRecord {
  return { pr, scope, reading: { kind: 'record', record: { ...free(), ...changes } } };
}

function plan(
  records: readonly FoundRecord[],
  states: Readonly<Record<number, ClosedState>> = { 17: CLOSED },
  tokenFloor = 0,
): SweepPlan {
  const pullRequests = new Map(Object.entries(states).map(([pr, state]) => [Number(pr), state]));
  return planSweep(records, { now: NOW, olderThanMs: OLDER_THAN_MS, tokenFloor, pullRequests });
}

const kept = (reasons: Partial<Record<KeptReason, number>> = {}): Record<string, number> => ({
  ...Object.fromEntries(KEPT_REASONS.map((reason) => [reason, 0])),
  ...reasons,
});

test('what nobody owns or waits for, of a pull request that was closed long enough ago, goes', () => {
  expect(plan([found(17)])).toEqual({
    removed: [{ pr: 17, scope: null, fencingToken: 4 }],
    kept: kept(),
    tokenFloor: 4,
  });
});

test('merged is closed, and so is what has one millisecond more than the time', () => {
  const states = { 17: { state: 'merged', closedAt: before(OLDER_THAN_MS + 1) } } as const;
  expect(plan([found(17)], states).removed).toHaveLength(1);
});

const place = {
  ...{ runId: '1', attempt: 1, since: before(DAY_MS), until: before(DAY_MS / 2), detached: false },
  ...{ expiresAfter: null, holder: HOLDER, id: 'place' },
};

describe('what stays', () => {
  test.each<[KeptReason, string, FoundRecord, Readonly<Record<number, ClosedState>>]>([
    ['unknown', 'GitHub does not show the pull request', found(17), { 18: CLOSED }],
    ['unknown', 'GitHub does not say when', found(17), { 17: { state: 'closed', closedAt: null } }],
    ['unknown', 'the time is none', found(17), { 17: { state: 'closed', closedAt: 'yesterday' } }],
    ['open', 'it is open', found(17), { 17: { state: 'open', closedAt: null } }],
    ['open', 'it is open, whatever the time', found(17), { 17: { ...CLOSED, state: 'open' } }],
    ['recent', 'not longer', found(17), { 17: { state: 'closed', closedAt: before(OLDER_THAN_MS) } }],
    ['recent', 'it closes in the future', found(17), { 17: { state: 'merged', closedAt: before(-DAY_MS) } }],
    ['changed', 'the text is not read', { pr: 17, scope: null, reading: null }, { 17: CLOSED }],
    [
      'unreadable',
      'the text is broken',
      { pr: 17, scope: null, reading: { kind: 'corrupt', problem: 'no JSON' } },
      { 17: CLOSED },
    ],
    [
      'unreadable',
      'the text is of tomorrow',
      { pr: 17, scope: null, reading: { kind: 'unsupported', version: 4 } },
      { 17: CLOSED },
    ],
    ['in_use', 'somebody owns it', found(17, { activeRun: active() }), { 17: CLOSED }],
    [
      'in_use',
      'somebody owns it past the end',
      found(17, { activeRun: active({ expiresAt: before(DAY_MS) }) }),
      { 17: CLOSED },
    ],
    ['in_use', 'somebody stands in line, past the end', found(17, { queue: [place] }), { 17: CLOSED }],
    ['token_too_great', 'no honest token', found(17, { fencingToken: GREATEST_FLOOR + 1 }), { 17: CLOSED }],
  ])('%s: %s', (reason, _, record, states) => {
    expect(plan([record], states, 3)).toEqual({ removed: [], kept: kept({ [reason]: 1 }), tokenFloor: 3 });
  });
});

describe('the floor', () => {
  const two = [found(17, { fencingToken: 9 }), found(18, { fencingToken: 5 })];
  const states = { 17: CLOSED, 18: CLOSED };

  test('is the greatest of itself and of all that go', () => {
    expect(plan(two, states).tokenFloor).toBe(9);
    expect(plan(two.toReversed(), states).tokenFloor).toBe(9);
    expect(plan([found(17, { fencingToken: GREATEST_FLOOR })]).tokenFloor).toBe(GREATEST_FLOOR);
  });

  test('is not that of what stays', () => {
    expect(plan(two, { 18: CLOSED }).tokenFloor).toBe(5);
  });

  test('never falls', () => {
    expect(plan(two, states, 12).tokenFloor).toBe(12);
    expect(plan([], {}, 12).tokenFloor).toBe(12);
  });
});

test('each scope is judged by itself, and what goes is in order', () => {
  const records = [
    found(20),
    found(17, {}, 'preview'),
    found(17, {}, 'deploy'),
    found(17, {}, 'zoo'),
    found(17, { activeRun: active() }, 'agent'),
    found(17),
  ];
  const { removed, kept: stays } = plan(records, { 17: CLOSED, 20: CLOSED });
  expect(removed.map(({ pr, scope }) => [pr, scope])).toEqual([
    [17, null],
    [17, 'deploy'],
    [17, 'preview'],
    [17, 'zoo'],
    [20, null],
  ]);
  expect(stays).toEqual(kept({ in_use: 1 }));
});
