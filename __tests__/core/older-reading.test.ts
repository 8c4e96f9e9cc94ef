import { describe, expect, test } from '@jest/globals';
import { isNewerReading, isOlderReading } from '../../src/core/older-reading.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { NOW, owned } from './samples.js';

/** Events of one tenure, a second apart. */
function events(from: number, to: number): HistoryEvent[] {
  return Array.from({ length: to - from }, (_, index) => ({
    ...{ type: 'refresh', runId: '1001', attempt: 1, previousRunId: null, reason: null, fencingToken: 4 },
    at: new Date(Date.parse(NOW) + (from + index) * 1000).toISOString(),
    ...{ id: `id-${String(from + index)}`, actor: null, workflow: null, workflowRunId: null },
  }));
}

const record = (from: number, to: number, fencingToken = 4): OwnershipRecord =>
  owned({ fencingToken, history: events(from, to) });
/** The event that began the tenure stays, whatever falls out after it. */
const withBeginning = (from: number, to: number): OwnershipRecord =>
  owned({ history: [...events(0, 1), ...events(from, to)] });
const withoutIds = owned({ history: events(0, 1).map((event) => ({ ...event, id: null })) });

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
    ['so many renewals that all but the beginning fell out', withBeginning(60, 109), withBeginning(1, 50), false],
    ['the same the other way round', withBeginning(1, 50), withBeginning(60, 109), true],
    ['fifty older events', record(0, 50), record(1, 51), true],
    ['forty-nine others: what was seen cannot have fallen out', record(60, 109), record(0, 50), true],
    ['events of schema 2, which have no id', record(0, 1), withoutIds, false],
  ])('%s', (_name, reading, seen, expected) => {
    expect(isOlderReading(reading, 0, seen)).toBe(expected);
  });

  // A sweep removes records of long-closed pull requests, and raises the floor to their tokens.
  test.each([
    [0, 4, true],
    [3, 4, true],
    [4, 4, false],
    [9, 4, false],
    // A record that nobody ever owned says nothing that a sweep would keep.
    [0, 0, true],
  ])('no record, with the floor at %s where token %s was seen: %s', (tokenFloor, token, older) => {
    expect(isOlderReading(null, tokenFloor, record(0, 1, token))).toBe(older);
  });
});

describe('a reading is certainly newer than what a write was made from', () => {
  test.each<[string, OwnershipRecord | null, OwnershipRecord | null, boolean]>([
    ['the same', record(0, 3), record(0, 3), false],
    ['one event more', record(0, 4), record(0, 3), true],
    ['one event less', record(0, 2), record(0, 3), false],
    ['a higher token', record(0, 1, 5), record(0, 3), true],
    ['a lower token', record(0, 4, 3), record(0, 3), false],
    ['a record where there was none', record(0, 1), null, true],
    ['no record', null, record(0, 3), false],
    ['no record where there was none', null, null, false],
    ['no event', record(0, 0), record(0, 1), false],
    ['events that have no id', withoutIds, record(0, 1), false],
    ['fifty others', record(60, 110), record(0, 50), true],
  ])('%s', (_name, reading, base, expected) => {
    expect(isNewerReading(reading, base)).toBe(expected);
  });
});
