import { describe, expect, test } from '@jest/globals';
import type { OwnershipRecord } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { ageInMs, isStale } from '../../src/core/staleness.js';
import { active, decideOn, free, MINUTE_MS, OTHER, owned, request, signalled, wordOf } from './samples.js';

interface Row {
  readonly name: string;
  readonly record: OwnershipRecord | null;
  readonly ask?: Partial<CoordinationRequest>;
  readonly word: string;
}

const old = '2026-11-22T07:00:00.000Z';
const stale = owned({ activeRun: active({ claimedAt: old, updatedAt: old }) });
const undated = owned({ activeRun: active({ claimedAt: null, updatedAt: null }) });

describe('check', () => {
  test.each<Row>([
    { name: 'no record', record: null, word: 'ok no_owner_record' },
    { name: 'no active run', record: free(), word: 'ok no_owner_record' },
    { name: 'no owner, asked for a run', record: free(), ask: { targetRunId: '1001' }, word: 'ok no_owner_record' },
    { name: 'an owner', record: owned(), word: 'ok fresh_runner' },
    { name: 'another’s owner', record: owned(), ask: { run: OTHER }, word: 'ok fresh_runner' },
    { name: 'the owner that is asked for', record: owned(), ask: { targetRunId: '1001' }, word: 'ok fresh_runner' },
    {
      name: 'another owner than asked for',
      record: owned(),
      ask: { targetRunId: '2002' },
      word: 'conflict ownership_lost',
    },
    { name: 'signalled', record: signalled(), word: 'conflict exit_signal_recorded' },
    {
      name: 'signalled and stale',
      record: signalled({ activeRun: active({ claimedAt: old, updatedAt: old }) }),
      word: 'conflict exit_signal_recorded',
    },
    { name: 'stale', record: stale, word: 'conflict stale_runner' },
    {
      name: 'stale and not asked for',
      record: stale,
      ask: { targetRunId: '2002' },
      word: 'conflict stale_runner',
    },
    { name: 'no times', record: undated, word: 'conflict stale_runner' },
    { name: 'no run id of one’s own', record: owned(), ask: { run: { ...OTHER, runId: '' } }, word: 'ok fresh_runner' },
  ])('$name: $word', ({ record, ask, word }) => {
    expect(wordOf(decideOn(record, request('check', ask)))).toBe(word);
  });
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
