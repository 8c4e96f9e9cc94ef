import { describe, expect, test } from '@jest/globals';
import { ageInMs, isStale } from '../../src/core/staleness.js';
import { active, decideOn, free, MINUTE_MS, OTHER, owned, request, signalled, wordOf } from './samples.js';
import { decides } from './table.js';

const old = '2026-11-22T07:00:00.000Z';
const stale = owned({ activeRun: active({ claimedAt: old, updatedAt: old }) });
const undated = owned({ activeRun: active({ claimedAt: null, updatedAt: null }) });

const alive = { ownerLiveness: 'alive' } as const;
const dead = { ownerLiveness: 'dead' } as const;
const unknown = { ownerLiveness: 'unknown' } as const;
const hold = owned({ activeRun: active({ detached: true }) });

describe('check', () => {
  decides('check', [
    { name: 'no record', record: null, word: 'ok no_owner_record' },
    { name: 'no active run', record: free(), word: 'ok no_owner_record' },
    { name: 'no record, asked for a run', record: null, ask: { targetRunId: '1001' }, word: 'conflict ownership_lost' },
    {
      name: 'no owner, asked for a run',
      record: free(),
      ask: { targetRunId: '1001' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'another owner than asked for',
      record: owned(),
      ask: { targetRunId: '2002' },
      word: 'conflict ownership_lost',
    },
    {
      name: 'another owner than asked for, stale and dead',
      record: stale,
      ask: { targetRunId: '2002' },
      known: dead,
      word: 'conflict ownership_lost',
    },
    {
      name: 'another owner than asked for, signalled',
      record: signalled(),
      ask: { targetRunId: '2002' },
      word: 'conflict ownership_lost',
    },
    { name: 'signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    {
      name: 'signalled, dead and stale',
      record: signalled({ activeRun: stale.activeRun }),
      known: dead,
      word: 'conflict exit_signal_recorded',
    },
    { name: 'an owner: its life is asked', record: owned(), word: 'ask owner_liveness' },
    { name: 'the owner that is asked for', record: owned(), ask: { targetRunId: '1001' }, word: 'ask owner_liveness' },
    // Case O17.
    { name: 'over', record: owned(), known: dead, word: 'ok dead_runner' },
    { name: 'over and stale', record: stale, known: dead, word: 'ok dead_runner' },
    { name: 'alive', record: owned(), known: alive, word: 'ok fresh_runner' },
    { name: 'alive and stale', record: stale, known: alive, word: 'conflict stale_runner' },
    { name: 'perhaps alive', record: owned(), known: unknown, word: 'ok fresh_runner' },
    { name: 'perhaps alive, stale', record: stale, known: unknown, word: 'conflict stale_runner' },
    { name: 'without times', record: undated, known: alive, word: 'conflict stale_runner' },
    { name: 'a hold outlives its run', record: hold, known: dead, word: 'ok fresh_runner' },
    { name: 'a hold is asked nothing about', record: hold, word: 'ok fresh_runner' },
    {
      name: 'a hold that is old',
      record: owned({ activeRun: active({ claimedAt: old, updatedAt: old, detached: true }) }),
      known: dead,
      word: 'ok fresh_runner',
    },
    {
      name: 'a hold that was told to end',
      record: signalled({ activeRun: hold.activeRun }),
      word: 'conflict exit_signal_recorded',
    },
    { name: 'no workflow run to ask', record: owned({ activeRun: active({ holder: null }) }), word: 'ok fresh_runner' },
    { name: 'by another', record: owned(), ask: { run: OTHER }, known: alive, word: 'ok fresh_runner' },
    {
      name: 'by nobody',
      record: owned(),
      ask: { run: { ...OTHER, runId: '' } },
      known: alive,
      word: 'ok fresh_runner',
    },
  ]);
});

describe('status', () => {
  test.each([['no record', null] as const, ['no owner', free()] as const, ['signalled', signalled()] as const])(
    '%s',
    (_name, record) => {
      expect(wordOf(decideOn(record, request('status', { run: OTHER })))).toBe('ok status');
    },
  );
});

describe('staleness', () => {
  const now = '2026-11-22T09:00:00.000Z';
  const fresh = '2026-11-22T08:45:00.000Z';

  test.each([
    ['both old', old, old, true],
    ['claimed long ago, renewed lately', old, fresh, false],
    ['claimed lately', fresh, old, false],
    ['both fresh', fresh, fresh, false],
    ['exactly at the limit', '2026-11-22T08:30:00.000Z', '2026-11-22T08:30:00.000Z', false],
    ['just over the limit', '2026-11-22T08:29:59.999Z', '2026-11-22T08:29:59.999Z', true],
    ['neither time known', null, null, true],
    ['old, and the other unknown', null, old, true],
    ['unreadable', 'yesterday', 'yesterday', true],
    ['in the future', '2026-11-22T10:00:00.000Z', '2026-11-22T10:00:00.000Z', false],
  ])('%s', (_name, claimedAt, updatedAt, expected) => {
    expect(isStale(active({ claimedAt, updatedAt }), now, 30 * MINUTE_MS)).toBe(expected);
  });

  // Contract, section 4: "a missing or unreadable time counts as stale, never as fresh".
  test.each([
    ['claimedAt missing', null, fresh],
    ['updatedAt missing', fresh, null],
  ])('%s, the other time fresh', (_name, claimedAt, updatedAt) => {
    expect(isStale(active({ claimedAt, updatedAt }), now, 30 * MINUTE_MS)).toBe(true);
  });

  test.each([
    [null, null],
    ['never', null],
    [fresh, 15 * MINUTE_MS],
    ['2026-11-22T09:00:01.000Z', -1000],
  ])('the age of %s is %s', (time, age) => {
    expect(ageInMs(time, now)).toBe(age);
  });

  test('a question without a readable time has no age', () => {
    expect(ageInMs(fresh, 'now')).toBeNull();
  });
});
