import { escapeMarkdown, link, table } from '../../report/markdown.js';
import type { Board, BoardPlace, BoardRow, Party } from '../../core/board/model.js';
import { formatDuration } from '../../core/text.js';
import { nowText, SHOWN_REASONS, spanName, spanText } from './counts.js';
import { ganttOf } from './gantt.js';
import { paceCells, paceText, slowText } from './pace.js';
import { PACE_COLUMNS } from './table-columns.js';
import { takeWithin } from './take.js';
import {
  headline,
  lastEventText,
  minute,
  number,
  partyName,
  partyOrigin,
  rowState,
  stateText,
  targetText,
  TROUBLE_TEXTS,
  waitText,
} from './words.js';

/** How many rows the summary shows at most, and in how many bytes: GitHub shows no summary above 1 MiB. */
const ROWS = { count: 100, bytes: 600_000 };
const SHOWN_PLACES = 3;

const SIGNS = { troubled: '🔴', owned: '🟢', waiting: '⚪' } as const;

/** The board as a step summary. */
export function markdownBoard(board: Board): string {
  const troubled = board.rows.some((row) => row.troubles.length > 0);
  const sign = troubled ? SIGNS.troubled : board.rows.length > 0 ? SIGNS.owned : SIGNS.waiting;
  const parts = [
    `### ${sign} ${escapeMarkdown(headline(board))}`,
    rowTable(board),
    `**Now** (${minute(board.now)} UTC): ${nowText(board)}.  \n**In the span** (${spanName(board)}): ${spanText(board)}.`,
    pace(board),
    reasons(board),
    picture(board),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function rowTable(board: Board): string {
  if (board.rows.length === 0) return '';
  const cells = board.rows.slice(0, ROWS.count).map((row) => cellsOf(row, board));
  const { taken } = takeWithin(cells, ROWS, (row) => row.join(''));
  const left = board.rows.length - taken.length;
  const rest = left === 0 ? '' : `\n\n${number(left)} more in \`board.html\` and \`board.json\`.`;
  return `${table(['Pull request', 'State', 'Owner', 'Owns for', 'Waiting', 'Last event'], taken)}${rest}`;
}

function cellsOf(row: BoardRow, board: Board): readonly string[] {
  const { owner, troubles } = row;
  const age = owner?.ageMs == null ? null : formatDuration(owner.ageMs);
  return [
    target(row, board),
    [
      `${troubles.length > 0 ? `${SIGNS.troubled} ` : ''}${escapeMarkdown(stateText(row), 160)}`,
      ...troubles.filter((trouble) => TELLING[trouble] !== rowState(row)).map((trouble) => TROUBLE_TEXTS[trouble]),
    ].join('<br>'),
    owner === null ? '–' : party(owner),
    owner === null ? '–' : (age ?? 'unknown'),
    waiting(row.line),
    escapeMarkdown(lastEventText(row, board.now), 120),
  ];
}

/** The troubles that the state itself tells. */
const TELLING: Readonly<Record<string, string>> = {
  owner_over: 'over',
  tenure_expired: 'expired',
  signalled_goes_on: 'signalled',
  unreadable: 'unreadable',
};

function target(row: BoardRow, { serverUrl, repo }: Board): string {
  const closed = row.pullRequestState === 'closed' || row.pullRequestState === 'merged';
  const name = link(targetText({ ...row, scope: null }), `${serverUrl}/${repo}/pull/${String(row.pr)}`);
  const scope = row.scope === null ? '' : ` ${escapeMarkdown(`[${row.scope}]`, 60)}`;
  const title = row.title === null ? '' : ` ${escapeMarkdown(row.title, 80)}`;
  return `${name}${scope}${title}${closed ? ` (${row.pullRequestState})` : ''}`;
}

function party(who: Party): string {
  const origin = escapeMarkdown(partyOrigin(who), 120);
  return `${link(shortened(partyName(who)), address(who))}${origin === '' ? '' : `<br>${origin}`}`;
}

function waiting(line: readonly BoardPlace[]): string {
  if (line.length === 0) return '–';
  const shown = line
    .slice(0, SHOWN_PLACES)
    .map((place) => `${link(shortened(partyName(place)), address(place))} ${waitText(place)}`);
  const more = line.length - shown.length;
  return [...shown, ...(more === 0 ? [] : [`${number(more)} more`])].join('<br>');
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

/** An address of more than this is no address of a run. */
function address({ url }: Party): string | null {
  return url === null || url.length > 500 ? null : url;
}

function reasons({ counts }: Board): string {
  const named = counts.reasons
    .slice(0, SHOWN_REASONS)
    .map(({ text, count }) => `- ${escapeMarkdown(text, 160)}${count === 1 ? '' : ` (${number(count)} times)`}`);
  return named.length === 0 ? '' : ['Why owners were replaced:', '', ...named].join('\n');
}

function pace(board: Board): string {
  const text = paceText(board);
  if (text === '') return '';
  const slow = slowText(board);
  const rows = board.counts.pace.slices.map((slice) => paceCells(slice).map(([cell]) => cell));
  const head = PACE_COLUMNS.map(([name]) => name);
  return [`**Pace**: ${text}.`, ...(slow === '' ? [] : [`⚠️ ${slow}`]), table(head, rows)].join('\n\n');
}

function picture(board: Board): string {
  const { text, note } = ganttOf(board);
  return text === '' ? '' : `\`\`\`mermaid\n${text}\n\`\`\`\n\n${note}`;
}
