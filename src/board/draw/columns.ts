import { plain } from '../../core/text.js';

/** Text in columns of a terminal, where some characters are two cells wide and some none. */

export interface Column<Row> {
  readonly head: string;
  readonly text: (row: Row) => string;
  /** The most cells that it takes. */
  readonly most: number;
}

/** Between columns. */
const GAP = 2;
/** A last column that is cut below this is left out. */
const LEAST = 12;

/** Head and lines, each within the width; columns that do not fit are left out from the end. */
export function columnsOf<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
): { readonly head: string; readonly lines: readonly string[] } {
  const shown: { readonly head: string; readonly cells: readonly string[]; readonly width: number }[] = [];
  let left = width;
  for (const { head, text, most } of columns) {
    const cells = rows.map((row) => plain(text(row)));
    const wanted = cells.reduce((widest, cell) => Math.max(widest, Math.min(most, cellsOf(cell))), head.length);
    const room = Math.min(wanted, left);
    if (room < Math.min(wanted, LEAST)) break;
    shown.push({ head, cells, width: room });
    left -= room + GAP;
  }
  const line = (cellOf: (column: (typeof shown)[number]) => string): string =>
    shown
      .map((column) => padded(cellOf(column), column.width))
      .join(' '.repeat(GAP))
      .trimEnd();
  return { head: line(({ head }) => head), lines: rows.map((_, index) => line(({ cells }) => cells[index] ?? '')) };
}

/** A text in lines of at most so many cells, broken between words where it can be. */
export function cut(text: string, width: number): readonly string[] {
  const indent = /^ */.exec(text)?.[0] ?? '';
  const lines: string[] = [];
  let rest = text;
  while (cellsOf(rest) > width) {
    const head = fitting(rest, width);
    const blank = head.lastIndexOf(' ');
    const end = blank > width / 2 ? blank : head.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = `${indent}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest];
}

function padded(text: string, width: number): string {
  const fits = cellsOf(text) <= width ? text : `${fitting(text, width - 1)}…`;
  return fits + ' '.repeat(width - cellsOf(fits));
}

/** The longest beginning that is not wider. */
function fitting(text: string, width: number): string {
  let cells = 0;
  let end = 0;
  for (const character of text) {
    cells += cellsOf(character);
    if (cells > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

const WIDE =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/gu;

/** How many cells of a terminal a text takes, near enough for columns. */
export function cellsOf(text: string): number {
  const bare = text.replace(/[\p{Mn}\p{Me}]/gu, '');
  return [...bare].length + (bare.match(WIDE)?.length ?? 0);
}
