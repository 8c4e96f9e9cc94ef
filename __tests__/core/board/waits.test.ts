import { describe } from '@jest/globals';
import { join, of, serve, standing, tells, withLine } from './line-words.js';
import { at, entry } from './words.js';

describe('who waits', () => {
  tells([
    ['is served by a hand-over', [join(1, '2'), serve(5, '2', 1)], null, ['2 1–5 served']],
    ['leaves', [join(1, '2'), entry(5, 'leave', '2', 1)], null, ['2 1–5 left']],
    ['still waits', [join(1, '2')], withLine(standing('2', 1)), ['2 1–… waits']],
    ['waits, as the record says', [], withLine(standing('2', 1)), ['2 1–… waits']],
    ['is told of by its join alone', [serve(5, '2', 1), entry(6, 'leave', '3', 1)], null, []],
    [
      'finds its run the owner, in each of its steps',
      [join(1, '2'), join(2, '2'), entry(5, 'claim', '2', 2)],
      null,
      ['2 1–5 served', '2 2–5 served'],
    ],
    ['left when its time was past', [join(1, '2')], withLine(standing('2', 1, { until: at(31) })), ['2 1–31 left']],
    ['left at once where no time counts', [], withLine(standing('2', 1, { until: null })), ['2 1–1 left']],
    ['is not told of where nobody knows since when', [], withLine(standing('2', 1, { since: null })), []],
    [
      'was dropped without a word, at the latest when the log tells of the target last',
      [join(1, '2'), entry(7, 'refresh', '1', 1)],
      withLine(),
      ['2 1–7 left'],
    ],
    ['is gone from a record that nobody can read', [join(1, '2'), join(3, '4')], null, ['2 1–3 left', '4 3–3 left']],
  ]);
});

describe('of a job that waits in several steps', () => {
  const both = [join(1, '2'), join(2, '2'), entry(5, 'leave', '2', 1)];
  tells([
    ['the oldest leaves', both, withLine(standing('2', 2)), ['2 1–5 left', '2 2–… waits']],
    ['the one leaves that is not in line any more', both, withLine(standing('2', 1)), ['2 2–5 left', '2 1–… waits']],
    ['not the one that is served later', [...both, serve(7, '2', 1)], null, ['2 2–5 left', '2 1–7 served']],
    [
      'none leaves with another attempt or workflow run',
      [
        ...[join(1, '2', of('8')), entry(3, 'leave', '2', 1, of('8', '2')), entry(4, 'leave', '2', 1, of('9'))],
        entry(5, 'leave', '2', 1, of('8')),
      ],
      null,
      ['2 1–5 left'],
    ],
  ]);
});

describe('a later attempt', () => {
  tells([
    [
      'takes the place of all earlier ones, where the first of them stands',
      [join(1, '2', of('8')), join(2, '3'), join(3, '2', of('8')), join(4, '2', of('8', '2')), serve(6, '3', 2)],
      null,
      ['2 1–4 left', '2 3–4 left', '2 4–6 left', '3 2–6 served'],
    ],
    [
      'takes none of another job of its workflow run',
      [join(1, 'lint', of('8')), join(2, 'test', of('8', '2'))],
      withLine(standing('lint', 1), standing('test', 2)),
      ['lint 1–… waits', 'test 2–… waits'],
    ],
    [
      'of another workflow run is none',
      [join(1, '2', of('8')), join(2, '2', of('9', '2')), join(3, '2', { Attempt: '2' }), serve(5, '2', 1)],
      null,
      ['2 1–5 served', '2 2–5 served', '2 3–5 served'],
    ],
    [
      'is told from one that nobody has numbered',
      [join(1, '2', of('8', '')), join(2, '2', of('8', '')), join(3, '2', of('8'))],
      null,
      ['2 1–3 left', '2 2–3 left', '2 3–3 left'],
    ],
  ]);
});
