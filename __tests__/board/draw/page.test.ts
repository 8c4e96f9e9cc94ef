import { createHash } from 'node:crypto';
import { Script } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ticksOf } from '../../../src/board/draw/axis.js';
import { pageBoard } from '../../../src/board/draw/page.js';
import { hostileText, LIVE_TEXTS } from '../../hostile/arbitraries.js';
import { hostileBoard, largeBoard } from '../other-boards.js';
import { ago, boardOf, owner, party, place, row, tenure, wait } from '../pieces.js';
import { smallBoard } from '../sample-board.js';
import { structureOf } from './structure.js';

const small = pageBoard(smallBoard());

/** The page without tags, as one line. */
function textOf(page: string): string {
  return page
    .replace(/<(style|script)>.*?<\/\1>/gs, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe('the page', () => {
  test('says first what needs a look, then who owns, and what happened', () => {
    const text = textOf(small);
    expect(text).toContain(
      'As of 2026-03-08 10:00 UTC 4 of 7 pull requests need a look: 1 owner is over, 1 tenure has expired, 1 was told to exit and still owns, 1 line is longer than an hour, 1 record cannot be read.',
    );
    expect(text).toContain(
      ' #17 Widgets turn the other way over its workflow run is over, and nobody took its place somebody has waited for more than an hour run 1001, attempt 2 agent / fix, by octocat 3 h 5 min since 2026-03-08 06:55 run 1007 waits for 1 h 35 min agent / fix, by octocat',
    );
    expect(text).toContain('hold until 2026-03-08 17:05 person:mona 55 min');
    expect(text).toContain(
      'run 995 taken over (agent / fix, by octocat); from 2026-03-07 20:40 to 2026-03-08 01:40; 5 h; reason: The agent went in circles',
    );
    expect(text).toContain('run 1032 owns (nightly / fix, by octocat); before 2026-03-07 10:00 until now');
    expect(text).toContain('Read from: runner-coord-state at c0ffee000000');
  });

  test('is well formed, and allows this very script and style and nothing else', () => {
    structureOf(small);
    const hash = (name: string): string =>
      createHash('sha256')
        .update(new RegExp(`<${name}>(.*)</${name}>`, 's').exec(small)?.[1] ?? '')
        .digest('base64');
    expect(small).toContain(
      `content="default-src 'none'; script-src 'sha256-${hash('script')}'; style-src 'sha256-${hash('style')}'; img-src data:; base-uri 'none'; form-action 'none'"`,
    );
    expect(() => new Script(/<script>(.*)<\/script>/s.exec(small)?.[1] ?? '')).not.toThrow();
    expect(small).not.toMatch(/\ssrc=|@import|url\((?!#)/);
  });

  test('an empty board is a page too', () => {
    const page = pageBoard(boardOf({ heads: [], counts: { ...boardOf().counts, reasons: [] } }));
    structureOf(page);
    expect(textOf(page)).toContain('Nobody owned a pull request or waited for one.');
    expect(textOf(page)).toContain('There is no state branch yet.');
  });

  test('a thousand owners and thousands of tenures stay small, and what is left out is said', () => {
    const page = pageBoard(largeBoard(1000));
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(
      page.match(
        /<tr[^>]* data-pr="\d+" data-state="\w+" data-workflows=" \d "><th[^>]*data-value|<th scope="row" data-value="\d+"><a/g,
      ),
    ).toHaveLength(1000);
    expect(page).toContain('2,500 more bars are left out');
  });

  test('the longest texts do not make it larger: the rest is said to be elsewhere', () => {
    const long = hostileBoard('<"&'.repeat(1000));
    const many = <One>(all: readonly One[]): readonly One[] => Array.from({ length: 400 }, () => all).flat();
    const workflows = Array.from({ length: 400 }, (_, index) =>
      wait(2, party('1', `${'&'.repeat(90)}${String(index)}`), 5, null, 'left'),
    );
    const page = pageBoard({ ...long, rows: many(long.rows), tenures: many(long.tenures), waits: workflows });
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    expect(page.match(/more are in board\.json/g)).toHaveLength(2);
  });

  test('a long line is cut; waits of one time lie beneath each other, and no deeper than can be drawn', () => {
    const line = Array.from({ length: 9 }, () => place(party('2'), 5));
    const waits = Array.from({ length: 9 }, (_, index) => wait(1, party(String(index)), 60 + index, 30, 'served'));
    const one = row(1, {
      line,
      owner: owner(party('1'), 5, { workflow: null, actor: null, job: null }),
      lastEvent: { type: 'claim', at: null, runId: '8', actor: null },
    });
    const page = pageBoard(
      boardOf({
        rows: [one],
        waits: [...waits, wait(1, party('x'), 20, 10, 'left')],
        tenures: [tenure(2, party('3'), 0, null)],
      }),
    );
    expect(page).toContain('<li>4 more</li>');
    expect(page).toContain('claim by run 8');
    const depths = new Set([...page.matchAll(/class="bar (?:served|left)" x="[\d.]+%" y="(\d+)"/g)].map(([, y]) => y));
    expect([...depths]).toEqual(['2', '16', '30', '44']);
  });

  test('the axis has whole hours or days, whatever the span', () => {
    const labels = (minutes: number): readonly string[] =>
      ticksOf({ startMs: Date.parse(ago(minutes)), endMs: Date.parse(ago(0)) }).map(({ label }) => label);
    expect(labels(240)).toEqual(['06:00', '06:30', '07:00', '07:30', '08:00', '08:30', '09:00', '09:30', '10:00']);
    expect(labels(7 * 1440)).toEqual(['03-02', '03-03', '03-04', '03-05', '03-06', '03-07', '03-08']);
    expect(labels(20 * 365 * 1440).length).toBeLessThanOrEqual(9);
  });

  test('whatever text is in a board, it is text', () => {
    for (const text of LIVE_TEXTS) structureOf(pageBoard(hostileBoard(`<x-evil on=" ' ${text}`)));
    fc.assert(
      fc.property(hostileText, (text) => {
        structureOf(pageBoard(hostileBoard(text)));
      }),
      { numRuns: 30 },
    );
    expect(pageBoard(hostileBoard('javascript:alert(1)'))).not.toContain('href="javascript');
    expect(pageBoard(hostileBoard('https://a.test/"><b>'))).toContain(
      'href="https://a.test/%22%3E%3Cb%3E" rel="noopener noreferrer"',
    );
  });
});
