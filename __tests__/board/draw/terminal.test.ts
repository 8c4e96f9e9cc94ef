import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cellsOf } from '../../../src/board/draw/columns.js';
import { terminalBoard } from '../../../src/board/draw/terminal.js';
import { hostileText } from '../../hostile/arbitraries.js';
import { hostileBoard, largeBoard } from '../other-boards.js';
import { boardOf, owner, party, row } from '../pieces.js';
import { smallBoard } from '../sample-board.js';

describe('the board in a terminal', () => {
  test('columns, the troubled first, and under a row what more there is to say', () => {
    expect(terminalBoard(smallBoard(), 110).split('\n')).toEqual([
      '4 of 7 pull requests need a look: 1 owner is over, 1 tenure has expired, 1 was told to exit and still owns, 1',
      'line is longer than an hour, 1 record cannot be read.',
      '',
      '   PR             STATE         SINCE       OWNER                LINE  FROM',
      '!  #17            over          3 h 5 min   run 1001, attempt 2  2     agent / fix, by octocat',
      '      run 1007 waits for 1 h 35 min, and 2 more',
      '!  #21            expired       10 h        person:mona          0     –',
      '      expired at 2026-03-08 08:00',
      '!  #23            told to exit  1 h 15 min  run 1020             0     agent / fix, by octocat',
      '      told to exit: The branch was rebased by hand',
      '!  #24            unreadable    –           –                    0     –',
      '      unreadable: the record is not JSON',
      '   #17 [preview]  alive         30 min      run 1300             0     deploy previews / deploy, by hubot',
      '   #30            hold          55 min      person:mona          1     –',
      '      run 1031 waits for 20 min',
      '   #31            unknown       –           run 1032             0     nightly / fix, by octocat',
      '   #32            nobody owns   –           –                    1     –',
      '      run 1033 waits for 2 min',
      '',
      'Now (2026-03-08 10:00 UTC): 6 owners (1 hold), 3 wait, 31 records free.',
      'In the span (since 2026-03-07 10:00 UTC): 12 tenures began (half of them shorter than 42 min), 1 taken over,',
      '1 superseded, 1 evicted, 1 expired, 4 publishes, 2 lost races, longest wait 1 h 35 min.',
      'Why owners were replaced:',
      '  1 × run_completed',
      '  1 × The agent went in circles',
      '',
    ]);
  });

  test('a wide terminal has room for events and titles, a narrow one keeps what matters', () => {
    expect(terminalBoard(smallBoard(), 200).split('\n')[2]).toMatch(/FROM +LAST EVENT +TITLE$/);
    const narrow = terminalBoard(smallBoard(), 3).split('\n');
    expect(narrow).toContain('   PR             STATE');
    for (const line of narrow) expect(line.length).toBeLessThanOrEqual(40);
  });

  test('nobody; and very many', () => {
    const counts = { ...boardOf().counts, reasons: [] };
    expect(terminalBoard(boardOf({ counts }), 200)).toMatch(/^Nobody owns a pull request, and nobody waits\.\n\nNow /);
    expect(terminalBoard(largeBoard(300), 100)).toContain('\n100 more\n');
  });

  test('wide characters keep the columns', () => {
    const rows = ['変更', '🦊', 'e\u0301'].map((scope, index) => row(index, { scope, owner: owner(party('1'), 5) }));
    const [first, ...others] = terminalBoard(boardOf({ rows }), 80)
      .split('\n')
      .slice(3, 6)
      .map((line) => cellsOf(line.slice(0, line.indexOf('alive'))));
    expect(others).toEqual([first, first]);
  });

  test('no text steers a terminal or leaves its line', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 40, max: 160 }), (text, width) => {
        const lines = terminalBoard(hostileBoard(text), width).split('\n');
        return lines.every((line) => cellsOf(line) <= width && !/[\p{Cc}\p{Cf}\p{Cs}]|::|##\[/u.test(line));
      }),
      { numRuns: 50 },
    );
  });
});
