import { describe, expect, test } from '@jest/globals';
import { markdownBoard } from '../../../src/board/draw/markdown.js';
import { paceText, slowText } from '../../../src/board/draw/pace.js';
import { pageBoard } from '../../../src/board/draw/page.js';
import { terminalBoard } from '../../../src/board/draw/terminal.js';
import type { Board, Pace, PaceSlice } from '../../../src/core/board/model.js';
import { ago, boardOf, NO_PACE } from '../pieces.js';
import { structureOf } from './structure.js';

const QUIET: PaceSlice = { from: ago(480), to: ago(240), changes: 0, lostRaces: 0, medianMs: null, p90Ms: null };
const BUSY: PaceSlice = { from: ago(240), to: ago(0), changes: 1_200, lostRaces: 3_000, medianMs: 900, p90Ms: 75_300 };
const PACE: Pace = {
  ...{ medianMs: 640, p90Ms: 18_240, medianRequests: 2, p90Requests: 9 },
  ...{ retries: 3, slow: 'no', slices: [QUIET, BUSY] },
};

function withPace(pace: Partial<Pace>, more: Partial<Board> = {}): Board {
  return boardOf({ ...more, counts: { ...boardOf().counts, reasons: [], pace: { ...PACE, ...pace } } });
}

const SLOW = 'It is getting slow: since 2026-03-08 06:00 UTC a change lost 2.5 races to others.';
const WAY_OUT =
  'Too much goes on for one state branch: with {shard} in the input "state-branch" there are several, see docs/scale.md.';

test.each<readonly [string, Partial<Pace>, string]>([
  [
    'several',
    {},
    'half of the changes took at most 0.6 s and 2 requests, nine of ten at most 18.2 s and 9 requests; 3 retries',
  ],
  [
    'one',
    { medianRequests: 1, p90Requests: 1, retries: 1 },
    'half of the changes took at most 0.6 s and 1 request, nine of ten at most 18.2 s and 1 request; 1 retry',
  ],
  [
    'no requests',
    { medianRequests: null, p90Requests: null, retries: 0 },
    'half of the changes took at most 0.6 s, nine of ten at most 18.2 s',
  ],
  ['nothing', NO_PACE, ''],
])('the words of %s', (_name, pace, text) => {
  expect(paceText(withPace(pace))).toBe(text);
});

test.each<readonly [string, Partial<Pace>, Partial<Board>, string]>([
  ['nothing', {}, {}, ''],
  ['lost races', { slow: 'lost_races' }, {}, `${SLOW} ${WAY_OUT}`],
  [
    'time',
    { slow: 'time' },
    {},
    `It is getting slow: since 2026-03-08 06:00 UTC one change in ten took 75.3 s or more. ${WAY_OUT}`,
  ],
  [
    'a branch with shards',
    { slow: 'lost_races' },
    { stateBranch: 'state/{shard}' },
    `${SLOW} It has shards already; docs/scale.md says what else helps.`,
  ],
])('the way out of %s', (_name, pace, more, text) => {
  expect(slowText(withPace(pace, more))).toBe(text);
});

describe('how fast changes are', () => {
  const slow = withPace({ slow: 'lost_races' });

  test('in the summary', () => {
    expect(markdownBoard(slow)).toContain(
      [
        '**Pace**: half of the changes took at most 0.6 s and 2 requests, nine of ten at most 18.2 s and 9 requests; 3 retries.\n',
        `⚠️ ${SLOW} ${WAY_OUT}\n`,
        '| From (UTC) | Changes | Lost races a change | Half within | Nine of ten within |',
        '| --- | --- | --- | --- | --- |',
        '| 2026-03-08 02:00 | 0 | – | – | – |',
        '| 2026-03-08 06:00 | 1,200 | 2.5 | 0.9 s | 75.3 s |\n',
      ].join('\n'),
    );
    expect(markdownBoard(withPace({}))).not.toContain('slow');
  });

  test('in a terminal', () => {
    expect(terminalBoard(slow, 250)).toContain(
      [
        '3 retries.',
        `! ${SLOW} ${WAY_OUT}`,
        '',
        'FROM (UTC)        CHANGES  LOST RACES A CHANGE  HALF WITHIN  NINE OF TEN WITHIN',
        '2026-03-08 02:00  0        –                    –            –',
        '2026-03-08 06:00  1,200    2.5                  0.9 s        75.3 s\n',
      ].join('\n'),
    );
    expect(terminalBoard(withPace({}), 200)).not.toContain('slow');
  });

  test('on the page, where it can be sorted', () => {
    const page = pageBoard(slow);
    structureOf(page);
    expect(page).toContain('<p class="verdict troubled">It is getting slow: ');
    expect(page).toContain(
      '<th scope="row" data-value="2026-03-08T02:00:00.000Z">2026-03-08 02:00</th><td data-value="0">0</td><td data-value="">–</td>',
    );
    expect(page).toContain(
      '<td data-value="1200">1,200</td><td data-value="2.5">2.5</td><td data-value="900">0.9 s</td>',
    );
    expect(pageBoard(withPace({}))).not.toContain('slow');
    expect(pageBoard(boardOf())).not.toContain('id="pace"');
  });
});
