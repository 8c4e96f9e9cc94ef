import type { Board, BoardRow, PaceSlice } from '../../core/board/model.js';
import { formatDuration, plain } from '../../core/text.js';
import { columnsOf, cut, type Column } from './columns.js';
import { nowText, SHOWN_REASONS, spanName, spanText } from './counts.js';
import { paceCells, paceText, slowText } from './pace.js';
import { PACE_COLUMNS } from './table-columns.js';
import {
  headline,
  lastEventText,
  minute,
  number,
  partyName,
  partyOrigin,
  rowState,
  stateText,
  STATE_NAMES,
  targetText,
  waitText,
} from './words.js';

/** The board for a terminal: plain text in columns, the troubled first. */

const ROWS = 200;
/** Narrower, a table says nothing. */
const LEAST_WIDTH = 40;

/** @param width of the terminal, in cells. */
export function terminalBoard(board: Board, width: number): string {
  const room = Math.max(LEAST_WIDTH, Math.floor(width));
  const shown = board.rows.slice(0, ROWS);
  const left = board.rows.length - shown.length;
  const lines = [
    `${headline(board)}.`,
    ...(shown.length === 0 ? [] : ['', ...tableOf(shown, board, room)]),
    ...(left === 0 ? [] : [`${number(left)} more`]),
    '',
    `Now (${minute(board.now)} UTC): ${nowText(board)}.`,
    `In the span (${spanName(board)}): ${spanText(board)}.`,
    ...reasons(board),
    ...pace(board, room),
  ];
  return `${lines.flatMap((line) => cut(line, room)).join('\n')}\n`;
}

function tableOf(rows: readonly BoardRow[], board: Board, width: number): readonly string[] {
  const columns: readonly Column<BoardRow>[] = [
    { head: '', text: ({ troubles }) => (troubles.length > 0 ? '!' : ' '), most: 1 },
    { head: 'PR', text: targetText, most: 24 },
    { head: 'STATE', text: (row) => STATE_NAMES[rowState(row)], most: 12 },
    { head: 'SINCE', text: ({ owner }) => (owner?.ageMs == null ? '–' : formatDuration(owner.ageMs)), most: 12 },
    { head: 'OWNER', text: ({ owner }) => (owner === null ? '–' : partyName(owner)), most: 28 },
    { head: 'LINE', text: ({ line }) => number(line.filter(({ isPast }) => !isPast).length), most: 6 },
    { head: 'FROM', text: ({ owner }) => (owner === null ? '–' : partyOrigin(owner) || '–'), most: 36 },
    { head: 'LAST EVENT', text: (row) => lastEventText(row, board.now), most: 36 },
    { head: 'TITLE', text: ({ title }) => title ?? '–', most: 48 },
  ];
  const { head, lines } = columnsOf(columns, rows, width);
  return [head, ...rows.flatMap((row, index) => [lines[index] ?? '', ...beneath(row)])];
}

/** What there is to know of a row that somebody should look at, or for which somebody waits. */
function beneath(row: BoardRow): readonly string[] {
  const [first, ...others] = row.line;
  const more = others.length === 0 ? '' : `, and ${number(others.length)} more`;
  return [
    ...(row.troubles.length > 0 && stateText(row) !== STATE_NAMES[rowState(row)] ? [stateText(row)] : []),
    ...(first === undefined ? [] : [`${partyName(first)} ${waitText(first)}${more}`]),
  ].map((line) => `      ${plain(line)}`);
}

function pace(board: Board, width: number): readonly string[] {
  const text = paceText(board);
  if (text === '') return [];
  const slow = slowText(board);
  const columns = PACE_COLUMNS.map(([name], index): Column<PaceSlice> => {
    return { head: name.toUpperCase(), text: (slice) => paceCells(slice)[index]?.[0] ?? '', most: 20 };
  });
  const { head, lines } = columnsOf(columns, board.counts.pace.slices, width);
  return [`Pace: ${text}.`, ...(slow === '' ? [] : [`! ${slow}`]), '', head, ...lines];
}

function reasons({ counts }: Board): readonly string[] {
  const named = counts.reasons.slice(0, SHOWN_REASONS);
  if (named.length === 0) return [];
  return ['Why owners were replaced:', ...named.map(({ text, count }) => `  ${number(count)} × ${plain(text)}`)];
}
