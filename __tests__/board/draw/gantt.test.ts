import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GANTT_BARS, GANTT_CHARACTERS, ganttLabel, ganttOf } from '../../../src/board/draw/gantt.js';
import { hostileText, LIVE_TEXTS } from '../../hostile/arbitraries.js';
import { hostileBoard, largeBoard } from '../other-boards.js';
import { ago, boardOf, party, tenure } from '../pieces.js';
import { smallBoard } from '../sample-board.js';

/** What a bar or a section may be: no colon, number sign, semicolon, quote or bracket of HTML but our own. */
const LINE =
  /^(?:section PR \d+[\p{L}\p{N} .,_/()+…-]*|(?:run|person)[\p{L}\p{N} .,_/()+…–-]* :(?:done, |crit, |milestone, )*\d+, \d+)$/u;

const linesOf = (text: string): readonly string[] => text.split('\n').slice(5);

describe('the gantt', () => {
  test('a section for each target, troubled ones first; what a bar is stands in its label and its colour', () => {
    const { text, note } = ganttOf(smallBoard());
    expect(text.split('\n').slice(0, 15)).toEqual([
      '%%{init: {"gantt": {"leftPadding": 130, "topAxis": false, "numberSectionStyles": 2}}}%%',
      'gantt',
      'dateFormat x',
      'axisFormat %b %d %H:%M',
      'todayMarker off',
      'section PR 17',
      'run 990 – released :done, 1772877600000, 1772910000000',
      'run 995 – taken over :done, crit, 1772916000000, 1772934000000',
      'run 998 – waited, then owned (2 h) :milestone, 1772926800000, 1772926800000',
      'run 998 – superseded :done, crit, 1772934000000, 1772946000000',
      'run 1001, attempt 2 – owns, needs a look :crit, 1772952900000, 1772964000000',
      'run 1007 – waits (1 h 35 min) :milestone, 1772958300000, 1772958300000',
      'run 1008 – waits (12 min) :milestone, 1772963280000, 1772963280000',
      'section PR 21',
      'person mona – owns, needs a look :crit, 1772928000000, 1772964000000',
    ]);
    expect(text).toContain('\nsection PR 17 preview\nrun 1300 – owns :');
    expect(text).toContain('\nrun 1015 – evicted :done, crit, ');
    expect(note).toBe('Times in the picture are those of your browser.');
  });

  test('of very many the troubled owners are drawn, and how many are not is said', () => {
    const { text, note } = ganttOf(largeBoard(200));
    expect(linesOf(text).filter((line) => !line.startsWith('section'))).toHaveLength(GANTT_BARS);
    expect(text.match(/needs a look/g)).toHaveLength(20);
    expect(note).toContain(' 550 more bars are left out.');
    expect(ganttOf(boardOf({ tenures: Array.from({ length: 51 }, () => tenure(1, party('1'), 5, 4)) })).note).toContain(
      ' 1 more bar is left out.',
    );
  });

  test('the longest texts stay below what Mermaid draws', () => {
    const board = hostileBoard('字'.repeat(500));
    const tenures = Array.from({ length: 60 }, (_, index) => ({
      ...tenure(index, party('字'.repeat(500)), 9, 1),
      scope: '字'.repeat(90),
    }));
    expect(ganttOf({ ...board, tenures }).text.length).toBeLessThan(GANTT_CHARACTERS);
  });

  test('nothing to draw is no picture; a long span has days', () => {
    expect(ganttOf(boardOf())).toEqual({ text: '', note: '' });
    const tenures = [tenure(1, party('1'), 0, null)];
    expect(ganttOf(boardOf({ tenures, since: ago(9_000) })).text).toContain('axisFormat %b %d\n');
  });

  test('times that cannot be make bars that can', () => {
    const tenures = [tenure(1, party('1'), 5, 10), tenure(1, party('2'), -5, null), tenure(2, party('3'), 5, 4)];
    const { text } = ganttOf(boardOf({ tenures, since: 'never', now: 'whenever' }));
    for (const line of linesOf(text)) expect(line).toMatch(LINE);
    expect(text).toContain('run 3 – released :done, 59700, 60000');
  });

  test('no text is more than a label', () => {
    for (const text of LIVE_TEXTS) {
      for (const line of linesOf(ganttOf(hostileBoard(text)).text)) expect(line).toMatch(LINE);
    }
    fc.assert(
      fc.property(hostileText, (text) => linesOf(ganttOf(hostileBoard(text)).text).every((line) => LINE.test(line))),
      { numRuns: 50 },
    );
  });

  test.each([
    ['a: b; c #1 %% d', 'a b c 1 d'],
    ['<b>"x"</b>', 'b x /b'],
    ['日本 ünï (2), a-b_c/d+e.f.g', '日本 ünï (2), a-b_c/d+e.f…'],
    ['𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘', '𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘𝔘…'],
  ])('%p is labelled %p', (text, label) => {
    expect(ganttLabel(text, 24)).toBe(label);
  });
});
