import { describe, expect, test } from '@jest/globals';
import { readLogEntry, type LogEvent } from '../../../src/core/board/log-event.js';
import type { Pace } from '../../../src/core/board/model.js';
import { paceOf } from '../../../src/core/board/pace.js';
import { medianOf, ninetiethOf } from '../../../src/core/board/quantiles.js';
import { at, entry } from './words.js';

/** What a change took: milliseconds, requests, lost races, retries; 0 is not in the log. */
type Took = readonly [minute: number, milliseconds: number, requests?: number, lostRaces?: number, retries?: number];

function eventOf([minute, milliseconds, requests = 0, lostRaces = 0, retries = 0]: Took): LogEvent {
  const counts = { Milliseconds: milliseconds, Requests: requests, 'Lost-Races': lostRaces, Retries: retries };
  const trailers = Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [[name, String(count)]]));
  const event = readLogEntry(entry(minute, 'claim', '1', 1, Object.fromEntries(trailers) as Record<string, string>));
  if (event === null) throw new Error('no event');
  return event;
}

/** From eight o'clock on, so many minutes. */
function pace(took: readonly Took[], minutes = 60): Pace {
  return paceOf(took.map(eventOf), { since: at(0), now: at(minutes) });
}

test.each<readonly [string, number[], number | null, number | null]>([
  ['none', [], null, null],
  ['one', [7], 7, 7],
  ['two', [9, 1], 9, 9],
  ['ten', [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 9],
  ['eleven', [11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 6, 10],
])('the middle of %s, and what nine of ten are not above', (_name, values, median, ninetieth) => {
  expect([medianOf(values), ninetiethOf(values)]).toEqual([median, ninetieth]);
});

describe('what changes took', () => {
  test('of all that tell it, and of ten minutes each, the first in which something changed before', () => {
    expect(
      pace([
        [15, 800, 2],
        [16, 2_400, 4, 1, 1],
        [59, 1_000, 2],
        [60, 0, 0, 3],
        [61, 9_000, 3],
      ]),
    ).toEqual({
      ...{ medianMs: 2_400, p90Ms: 9_000, medianRequests: 3, p90Requests: 4, retries: 1, slow: 'no' },
      slices: [
        { from: at(10), to: at(20), changes: 2, lostRaces: 1, medianMs: 2_400, p90Ms: 2_400 },
        ...[20, 30, 40].map((from) => {
          return { from: at(from), to: at(from + 10), changes: 0, lostRaces: 0, medianMs: null, p90Ms: null };
        }),
        // With what bears a clock that is ahead, and what does not tell how long it took.
        { from: at(50), to: at(60), changes: 3, lostRaces: 3, medianMs: 9_000, p90Ms: 9_000 },
      ],
    });
  });

  test('nothing of a log from before changes told it', () => {
    expect(pace([[5, 0, 0, 30, 1]])).toEqual({
      ...{ medianMs: null, p90Ms: null, medianRequests: null, p90Requests: null, retries: 1, slow: 'no', slices: [] },
    });
  });

  test.each<readonly [string, number, number, string]>([
    ['no time', 0, 1, at(0)],
    ['a minute', 1, 1, at(1)],
    ['65 minutes', 65, 7, at(5)],
    ['a day', 24 * 60, 6, at(4 * 60)],
    ['a week', 7 * 24 * 60, 7, at(24 * 60)],
    ['400 days', 400 * 24 * 60, 7, at(40 * 24 * 60)],
    ['700 days', 700 * 24 * 60, 7, at(100 * 24 * 60)],
  ])('%s in at most seven parts, of which the last is whole', (_name, minutes, count, second) => {
    const { slices } = pace(
      [
        [0, 10],
        [minutes, 10],
      ],
      minutes,
    );
    expect(slices).toHaveLength(count);
    expect([slices.at(0)?.from, slices.at(0)?.to, slices.at(-1)?.to]).toEqual([at(0), second, at(minutes)]);
    expect(slices.reduce((sum, { changes }) => sum + changes, 0)).toBe(2);
  });
});

/** So many changes at that minute. */
function times(count: number, ...took: Took): readonly Took[] {
  return Array.from({ length: count }, () => took);
}

describe('it is slow', () => {
  test.each<readonly [string, readonly Took[], Pace['slow']]>([
    ['where one in ten takes more than 15 s', [...times(8, 55, 900), ...times(2, 55, 15_001)], 'time'],
    ['not at 15 s', times(9, 55, 15_000), 'no'],
    ['not for less than one in ten', [...times(9, 55, 900), [55, 90_000]], 'no'],
    ['where a change loses more than two races', [...times(4, 55, 900, 8, 2), [55, 900, 9, 3]], 'lost_races'],
    ['not at two', times(5, 55, 900, 8, 2), 'no'],
    ['for both, and says the cause', times(5, 55, 40_000, 8, 3), 'lost_races'],
    ['not by less than five changes', times(4, 55, 40_000, 8, 3), 'no'],
    ['not any more', [...times(9, 45, 40_000, 8, 3), ...times(9, 55, 900)], 'no'],
    ['not while nothing changes', times(9, 45, 40_000, 8, 3), 'no'],
    ['not by those that tell no time', [[45, 900], ...times(9, 55, 0)], 'no'],
  ])('%s', (_name, took, slow) => {
    expect(pace(took).slow).toBe(slow);
  });
});
