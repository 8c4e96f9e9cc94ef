import { describe, expect, test } from '@jest/globals';
import { HIGHEST_TOKEN, type OwnershipRecord } from '../../src/core/record.js';
import { readRecord } from '../../src/core/read-record.js';
import { writeRecord } from '../../src/core/write-record.js';
import { active, decideOn, free, OTHER, owned, request, runOf, signalled, TARGET, wordOf, written } from './samples.js';

const granted = { takeoverPermission: 'granted' } as const;

describe('the next token is one more than the greater of the record’s and the floor', () => {
  test.each<[OwnershipRecord | null, number, number]>([
    [null, 0, 1],
    [null, 41, 42],
    [free(), 0, 5],
    [free(), 3, 5],
    [free(), 4, 5],
    [free(), 41, 42],
  ])('%#', (record, tokenFloor, token) => {
    const { next, event } = written(decideOn(record, request('claim'), { tokenFloor }));
    expect([next.fencingToken, next.activeRun?.fencingToken, event.fencingToken]).toEqual([token, token, token]);
  });

  test('for whatever begins a tenure', () => {
    const known = { ...granted, tokenFloor: 41, ownerLiveness: 'dead' } as const;
    const later = { run: runOf('1001', 2) };
    const beginnings = [
      decideOn(owned(), request('claim', later), known),
      decideOn(owned(), request('ensure', later), known),
      decideOn(owned(), request('claim', { run: OTHER, supersede: 'dead' }), known),
      decideOn(owned(), request('takeover', { run: OTHER }), known),
      decideOn(signalled(), request('takeover'), known),
    ];
    for (const decision of beginnings) expect(written(decision).next.fencingToken).toBe(42);
  });

  test('and a tenure that goes on keeps its own', () => {
    for (const command of ['claim', 'takeover'] as const) {
      expect(written(decideOn(owned(), request(command), { tokenFloor: 41 })).next).toMatchObject({
        fencingToken: 4,
        activeRun: { fencingToken: 4 },
      });
    }
  });
});

describe('a token that could not be raised any more', () => {
  const used = (fencingToken: number): OwnershipRecord => ({ ...free(), fencingToken, history: [] });
  const reads = (record: OwnershipRecord): string => readRecord(writeRecord(record), TARGET).kind;

  test('the highest one can be written and read', () => {
    const { next } = written(decideOn(used(HIGHEST_TOKEN - 1), request('claim')));
    expect(next.fencingToken).toBe(HIGHEST_TOKEN);
    expect(reads(next)).toBe('record');
  });

  test.each<[string, OwnershipRecord | null, number]>([
    ['of the record', used(HIGHEST_TOKEN), 0],
    ['of the floor', null, HIGHEST_TOKEN],
  ])('%s is an error before anything is written', (_name, record, tokenFloor) => {
    for (const command of ['claim', 'takeover', 'ensure'] as const) {
      const decision = decideOn(record, request(command), { tokenFloor });
      expect(wordOf(decision)).toBe('error state_corrupt');
      if (decision.kind !== 'fail') return;
      expect(decision.failure.problem).toContain('17');
      expect(decision.failure.advice).toMatch(/Restore/);
    }
  });

  test('its owner may go on and release', () => {
    const record = owned({ fencingToken: HIGHEST_TOKEN, activeRun: active({ fencingToken: HIGHEST_TOKEN }) });
    expect(wordOf(decideOn(record, request('assert')))).toBe('ok owner_confirmed');
    for (const command of ['claim', 'release', 'signal-exit'] as const) {
      expect(reads(written(decideOn(record, request(command))).next)).toBe('record');
    }
    expect(wordOf(decideOn(record, request('takeover', { run: OTHER }), granted))).toBe('error state_corrupt');
  });

  test('one above it is no record', () => {
    expect(reads(used(HIGHEST_TOKEN + 1))).toBe('corrupt');
  });
});
