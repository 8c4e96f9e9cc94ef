import { describe, expect, test } from '@jest/globals';
import { isOlderReading } from '../../src/core/older-reading.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { NOW, owned } from './samples.js';

function events(from: number, to: number): HistoryEvent[] {
  return Array.from({ length: to - from }, (_, index) => ({
    type: 'refresh',
    runId: '1001',
    previousRunId: null,
    at: NOW,
    reason: null,
    fencingToken: 4,
    id: `id-${String(from + index)}`,
  }));
}

const record = (from: number, to: number, fencingToken = 4): OwnershipRecord =>
  owned({ fencingToken, history: events(from, to) });

describe('a reading is older than what was seen', () => {
  test.each<[string, OwnershipRecord | null, OwnershipRecord, boolean]>([
    ['the same', record(0, 3), record(0, 3), false],
    ['one event more', record(0, 4), record(0, 3), false],
    ['one event less', record(0, 2), record(0, 3), true],
    ['no record', null, record(0, 3), true],
    ['a lower token', record(0, 3, 3), record(0, 3), true],
    ['a higher token', record(0, 1, 5), record(0, 3), false],
    ['nothing to look for', record(0, 0), record(0, 0), false],
    ['no event yet', record(0, 0), record(0, 1), true],
    ['fifty events, so that what was seen fell out', record(60, 110), record(0, 50), false],
    ['fifty older events', record(0, 50), record(1, 51), true],
    [
      'events of schema 2, which have no id',
      record(0, 1),
      owned({ history: events(0, 1).map((event) => ({ ...event, id: null })) }),
      false,
    ],
  ])('%s', (_name, reading, seen, expected) => {
    expect(isOlderReading(reading, seen)).toBe(expected);
  });
});
