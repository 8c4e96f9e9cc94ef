import { describe, expect, test } from '@jest/globals';
import type { RunState } from '../../../src/core/board/owner.js';
import { isFree, rowsOf, type BoardFacts, type ReadRecord } from '../../../src/core/board/rows.js';
import type { ActiveRun, OwnershipRecord } from '../../../src/core/record.js';
import { active, CLAIMED, free, HOLDER, NOW, owned, pastPlace, place, RENEWED, signalled } from '../samples.js';

const [PAST, LATER] = [RENEWED, '2026-11-22T09:00:00.000Z'];

function read(record: OwnershipRecord, pr = 17, scope: string | null = null): ReadRecord {
  return { pr, scope, reading: { kind: 'record', record } };
}

function factsOf(runs: Readonly<Record<string, RunState>> = {}): BoardFacts {
  const pullRequests = new Map([[17, { title: 'Mend it', state: 'open' }]] as const);
  return { now: NOW, pullRequests, runs: new Map(Object.entries(runs)) };
}

describe('an owner', () => {
  const as = (changes: Partial<ActiveRun>, record = owned()): OwnershipRecord => ({
    ...record,
    activeRun: active(changes),
  });
  const held = { detached: true, expiresAt: LATER };
  type Row = readonly [name: string, record: OwnershipRecord, run: RunState, state: string, trouble: string | null];
  const rows: readonly Row[] = [
    ['at work', owned(), 'alive', 'alive', null],
    ['of whom GitHub tells nothing', owned(), 'unknown', 'unknown', null],
    ['whose run is over', owned(), 'over', 'over', 'owner_over'],
    ['with an end to come', as({ expiresAt: LATER }), 'alive', 'alive', null],
    [
      'with an end that is past, whatever else',
      as({ expiresAt: PAST }, signalled()),
      'over',
      'expired',
      'tenure_expired',
    ],
    ['of a hold that ends now', as({ detached: true, expiresAt: NOW }), 'over', 'expired', 'tenure_expired'],
    ['of a hold', as(held), 'unknown', 'held', null],
    ['of a hold that outlives its workflow run', as(held), 'over', 'held', null],
    ['of a hold, told to exit', as(held, signalled()), 'over', 'signalled', 'signalled_goes_on'],
    ['told to exit, and at work', signalled(), 'alive', 'signalled', 'signalled_goes_on'],
    ['told to exit, and nothing more is known', signalled(), 'unknown', 'signalled', 'signalled_goes_on'],
    ['told to exit, and over', signalled(), 'over', 'over', 'owner_over'],
  ];
  test.each(rows)('%s', (_name, record, run, state, trouble) => {
    const troubles = trouble === null ? [] : [trouble];
    expect(rowsOf([read(record)], factsOf({ 17: run }))).toMatchObject([{ owner: { state }, troubles }]);
  });

  test('is shown with all that is known', () => {
    const exitSignals = [{ runId: '1001', at: RENEWED, reason: 'wrong branch', fencingToken: 4 }];
    const [row] = rowsOf([read(owned({ exitSignals }))], factsOf());
    const { workflow, job, actor, url } = HOLDER;
    expect(row).toEqual({
      ...{ pr: 17, scope: null, title: 'Mend it', pullRequestState: 'open', troubles: ['signalled_goes_on'] },
      owner: {
        ...{ runId: '1001', attempt: 1, workflow, job, actor, url, state: 'signalled', fencingToken: 4 },
        ...{ since: CLAIMED, ageMs: 600_000, expiresAt: null, detached: false, exitReason: 'wrong branch' },
      },
      ...{ problem: null, line: [] },
      lastEvent: { type: 'takeover', at: CLAIMED, runId: '1001', actor: 'octocat' },
    });
  });

  test('may be nobody knows who, of a pull request that nobody has told of', () => {
    const record = owned({ activeRun: active({ holder: null, claimedAt: null }), history: [] });
    const owner = { workflow: null, job: null, actor: null, url: null, state: 'unknown', since: null, ageMs: null };
    const row = { title: null, pullRequestState: null, owner, lastEvent: null };
    expect(rowsOf([read(record, 18)], factsOf())).toMatchObject([row]);
  });
});

test('a line is long where somebody who counts has waited for more than an hour', () => {
  const since = '2026-11-22T07:09:59.000Z';
  const troublesOf = (...queue: OwnershipRecord['queue']): unknown =>
    rowsOf([read(owned({ queue }))], factsOf({ 17: 'over' }))[0]?.troubles;
  expect(troublesOf(place('2', { since: '2026-11-22T07:10:00.000Z' }), place('3'))).toEqual(['owner_over']);
  expect(troublesOf(place('3'), place('2', { since }))).toEqual(['owner_over', 'long_line']);
  expect(troublesOf(pastPlace('2', { since }), place('3', { since: null }))).toEqual(['owner_over']);
});

test('a place is shown as it counts', () => {
  const queue = [place('2'), pastPlace('3')];
  const { workflow, job, actor, url } = HOLDER;
  const shown = { attempt: 1, workflow, job, actor, url, since: RENEWED, waitsMs: 300_000 };
  expect(rowsOf([read(owned({ queue }))], factsOf())[0]?.line).toEqual([
    { ...shown, runId: '2', until: '2026-11-22T09:10:00.000Z', isPast: false },
    { ...shown, runId: '3', until: RENEWED, isPast: true },
  ]);
});

test('a record that nobody can read is a trouble, and one of which nobody is the owner nor in line is no row', () => {
  const unread: readonly ReadRecord[] = [
    { pr: 1, scope: null, reading: { kind: 'corrupt', problem: 'it is not JSON' } },
    { pr: 2, scope: 'preview', reading: { kind: 'unsupported', version: 9 } },
  ];
  const row = { title: null, pullRequestState: null, troubles: ['unreadable'], owner: null, line: [], lastEvent: null };
  expect(rowsOf([...unread, read(free(), 3)], factsOf())).toEqual([
    { ...row, pr: 1, scope: null, problem: 'it is not JSON' },
    { ...row, pr: 2, scope: 'preview', problem: 'it has schema version 9' },
  ]);
  expect([free(), owned(), { ...free(), queue: [place('2')] }].map(isFree)).toEqual([true, false, false]);
});

test('first comes what somebody should look at, then what nobody knows, then the oldest', () => {
  const old = owned({ activeRun: active({ claimedAt: '2026-11-22T07:00:00.000Z' }) });
  const waiting = { ...free(), queue: [place('2')] };
  const records = [
    ...[read(waiting, 1), read(owned(), 2, 'b'), read(owned(), 2), read(owned(), 2, 'a'), read(old, 3)],
    ...[read(owned(), 4), read(old, 5), read(owned(), 6), read(old, 7)],
    { pr: 8, scope: null, reading: { kind: 'corrupt', problem: '' } } as const,
  ];
  const alive = Object.fromEntries(['2', '2.a', '2.b', '3'].map((key) => [key, 'alive'] as const));
  const shown = rowsOf(records, factsOf({ ...alive, 6: 'over', 7: 'over' }));
  expect(shown.map(({ pr, scope }) => `${String(pr)}${scope ?? ''}`)).toEqual('7 6 8 5 4 3 2 2a 2b 1'.split(' '));
});
