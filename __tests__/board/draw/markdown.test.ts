import { describe, expect, test } from '@jest/globals';
import { markdownBoard } from '../../../src/board/draw/markdown.js';
import { LIVE_TEXTS } from '../../hostile/arbitraries.js';
import { hostileBoard, largeBoard } from '../other-boards.js';
import { boardOf, owner, party, place, row } from '../pieces.js';
import { smallBoard } from '../sample-board.js';

const RUNS = 'https://github.com/acme/widgets/actions/runs';

describe('the summary', () => {
  const lines = markdownBoard(smallBoard()).split('\n');

  test('the first line is what a person on call wants to know', () => {
    expect(lines[0]).toBe(
      '### 🔴 4 of 7 pull requests need a look: 1 owner is over, 1 tenure has expired, 1 was told to exit and still owns, 1 line is longer than an hour, 1 record cannot be read',
    );
  });

  test('a row says who, how, since when, who waits and what was last', () => {
    expect(lines[4]).toBe(
      `| [\\#17](https://github.com/acme/widgets/pull/17) Widgets turn the other way | 🔴 over<br>somebody has waited for more than an hour | [run 1001, attempt 2](${RUNS}/1001)<br>agent / fix, by octocat | 3 h 5 min | [run 1007](${RUNS}/1007) waits for 1 h 35 min<br>[run 1008](${RUNS}/1008) waits for 12 min<br>[run 1006](${RUNS}/1006) does not count any more | claim by octocat, 3 min ago |`,
    );
    expect(lines[6]).toContain('| 🔴 told to exit: The branch was rebased by hand |');
    expect(lines[7]).toContain(
      '[\\#24](https://github.com/acme/widgets/pull/24) | 🔴 unreadable: the record is not JSON | – | – | – | – |',
    );
    expect(lines[8]).toContain(' \\[preview\\] Widgets turn the other way | alive |');
    expect(lines[9]).toContain('| hold until 2026-03-08 17:05 | person:mona | 55 min |');
    expect(lines[10]).toContain('(merged) | unknown | run 1032<br>nightly / fix, by octocat | unknown | – |');
    expect(lines[11]).toContain('(closed) | nobody owns | – | – |');
  });

  test('then what is now, what was in the span, why, and the picture', () => {
    const text = lines.slice(12).join('\n');
    expect(text).toContain('**Now** (2026-03-08 10:00 UTC): 6 owners (1 hold), 3 wait, 31 records free.');
    expect(text).toContain(
      '**In the span** (since 2026-03-07 10:00 UTC): 12 tenures began (half of them shorter than 42 min), 1 taken over, 1 superseded, 1 evicted, 1 expired, 4 publishes, 2 lost races, longest wait 1 h 35 min.',
    );
    expect(text).toContain('Why owners were replaced:\n\n- run\\_completed\n- The agent went in circles\n');
    expect(text).toMatch(/```mermaid\n%%\{init.*\ngantt\n[^`]*\n```\n\nTimes in the picture/);
  });

  test('nobody, or nobody in trouble', () => {
    const counts = {
      ...boardOf().counts,
      owners: 1,
      holds: 0,
      waiting: 1,
      free: 1,
      reasons: [],
      tenures: 1,
      takeovers: 0,
      superseded: 0,
      evictions: 0,
      expired: 0,
      publishes: 1,
      lostRaces: 0,
      medianTenureMs: null,
      longestWaitMs: null,
    };
    expect(markdownBoard(boardOf({ counts, isComplete: false }))).toBe(
      [
        '### ⚪ Nobody owns a pull request, and nobody waits\n',
        '**Now** (2026-03-08 10:00 UTC): 1 owner, 1 waits, 1 record free.  ',
        '**In the span** (since 2026-03-07 10:00 UTC, though the log was not read back that far): 1 tenure began, 1 publish.\n',
      ].join('\n'),
    );
    const one = boardOf({ rows: [row(1, { owner: owner(party('1'), 1) })] });
    expect(markdownBoard(one)).toMatch(/^### 🟢 None of 1 pull request needs a look\n/);
    const two = boardOf({
      rows: ['over', 'over'].map((state, index) =>
        row(index + 1, { troubles: ['owner_over'], owner: owner(party('1'), 1, { state: state as 'over' }) }),
      ),
    });
    expect(markdownBoard(two)).toMatch(/^### 🔴 2 of 2 pull requests need a look: 2 owners are over\n/);
  });

  test('a long line and many reasons are cut, and the rest is said', () => {
    const line = Array.from({ length: 20 }, () => ({ ...place(party('2'), 5), waitsMs: null }));
    const reasons = Array.from({ length: 20 }, (_, count) => ({ text: `reason ${String(count)}`, count: count + 1 }));
    const text = markdownBoard(boardOf({ rows: [row(1, { line })], counts: { ...boardOf().counts, reasons } }));
    expect(text).toContain(`[run 2](${RUNS}/2) waits<br>17 more |`);
    expect(text).toContain('- reason 9 (10 times)\n');
    expect(text).not.toContain('reason 10');
  });

  test('it stays below what GitHub shows, whatever there is', () => {
    const large = markdownBoard(largeBoard(300));
    expect(large).toContain('\n\n200 more in `board.html` and `board.json`.\n');
    const long = hostileBoard('<@|'.repeat(1000));
    const longest = markdownBoard({ ...long, rows: Array.from({ length: 150 }, () => long.rows).flat() });
    expect(Buffer.byteLength(longest)).toBeLessThan(900_000);
    expect(longest).toMatch(/\d+ more in `board\.html`/);
  });

  test.each(LIVE_TEXTS.map((text) => [text.slice(0, 40), text]))('%j is text', (_, text) => {
    const drawn = markdownBoard(hostileBoard(text)).split('\n');
    const table = drawn.slice(2, 6);
    for (const line of table) expect(line.replace(/\\./g, '').split('|')).toHaveLength(8);
    expect(drawn.filter((line) => line.startsWith('```'))).toEqual(['```mermaid', '```']);
    const outside = drawn.slice(0, drawn.indexOf('```mermaid')).join(' ').replaceAll('<br>', ' ');
    expect(outside).not.toMatch(/[<@\p{Cc}\p{Cf}]/u);
  });
});
