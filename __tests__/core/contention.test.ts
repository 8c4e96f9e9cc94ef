import { expect, test } from '@jest/globals';
import { latestWriteOf } from '../../src/core/contention.js';
import { commitMessage } from '../../src/store/commit-message.js';
import { eventOf, TARGET } from '../store/records.js';

const AT = '2026-11-22T08:10:00Z';
const told = (message: string): unknown => latestWriteOf(message, AT);

test('what a commit of ours tells', () => {
  const effort = { requests: 9, retries: 1, lostRaces: 3, milliseconds: 4_512, waitedMilliseconds: 0 };
  const { headline, body } = commitMessage(eventOf(), TARGET, [], effort);
  expect(told(`${headline}\n\n${body}`)).toEqual({ at: AT, lostRaces: 3, milliseconds: 4_512 });
});

test.each([
  ['what is left out', 'claim\n\nCoord-Event: claim\n', 0, 0],
  ['nothing', '', 0, 0],
  ['no number', 'a\n\nCoord-Lost-Races: many\nCoord-Milliseconds: -4\n', 0, 0],
  ['a number that is too long', 'a\n\nCoord-Lost-Races: 1234567890\nCoord-Milliseconds: 999999999', 0, 999_999_999],
  ['a text before the trailers', 'a\n\nCoord-Lost-Races: 9\n\n[skip ci]\n\nCoord-Lost-Races: 2\n', 2, 0],
  ['the headline', 'Coord-Lost-Races: 2', 0, 0],
])('%s', (_, message, lostRaces, milliseconds) => {
  expect(told(message)).toEqual({ at: AT, lostRaces, milliseconds });
});
