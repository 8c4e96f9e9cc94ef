import { describe, expect, test } from '@jest/globals';
import { lineInWords, ordinal, placeInWords } from '../../src/core/words/line.js';
import { HOLDER, NOW, owned, place } from './samples.js';

describe('a place in words', () => {
  const queue = [
    place('1002'),
    place('1003'),
    place('1004', { holder: { ...HOLDER, workflow: null } }),
    place('1005', { holder: null, since: null }),
    place('1006', { since: 'yesterday' }),
    place('1007', { id: null }),
  ];
  const record = owned({ queue });

  test.each([
    ['place-1002', 'first in line'],
    [
      'place-1003',
      'second in line behind run 1002 (workflow "agent", by octocat), since 2026-11-22T08:05:00.000Z (for 5 min)',
    ],
    ['place-1005', 'fourth in line behind run 1004 (by octocat), since 2026-11-22T08:05:00.000Z (for 5 min)'],
    ['place-1006', 'fifth in line behind run 1005'],
    ['gone', null],
  ])('%s is %s', (id, words) => {
    expect(placeInWords(record, ['another', id], NOW)).toBe(words);
  });

  test('says no time that nobody can read', () => {
    expect(placeInWords(owned({ queue: queue.slice(4, 5) }), ['place-1006'], NOW)).toBe('first in line');
    const behind = owned({ queue: [place('1006', { since: 'yesterday' }), place('1002')] });
    expect(placeInWords(behind, ['place-1002'], NOW)).toBe(
      'second in line behind run 1006 (workflow "agent", by octocat)',
    );
  });

  test('a name of somebody else stays one line and short', () => {
    const holder = { ...HOLDER, workflow: 'x\n::error::' + 'y'.repeat(200), actor: null };
    const words = placeInWords(owned({ queue: [place('1002', { holder }), place('1003')] }), ['place-1003'], NOW);
    expect(words).not.toContain('\n');
    expect(words?.length).toBeLessThan(220);
  });
});

test.each([
  [0, ''],
  [1, '; one run waits for it'],
  [2, '; 2 runs wait for it'],
])('%i in line', (count, words) => {
  const queue = Array.from({ length: count }, (_, index) => place(String(3000 + index)));
  expect(lineInWords(owned({ queue }))).toBe(words);
});

test('places are told by their number', () => {
  expect([1, 2, 10, 11, 100].map(ordinal)).toEqual(['first', 'second', 'tenth', 'number 11', 'number 100']);
});
