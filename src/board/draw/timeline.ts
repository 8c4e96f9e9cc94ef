import type { Board, BoardRow } from '../../core/board/model.js';
import { formatDuration } from '../../core/text.js';
import { percent, ticksOf } from './axis.js';
import {
  BAR_TEXTS,
  laneKey,
  spanOf,
  WAIT_KINDS,
  type Bar,
  type BarKind,
  type ChosenLanes,
  type Lane,
  type Span,
} from './bars.js';
import { anchor, markup, shortened, type Markup } from './markup.js';
import { definitions } from './patterns.js';
import { takeWithin } from './take.js';
import type { Workflows } from './workflows.js';
import { minute, number, partyName, partyOrigin, rowState, targetText } from './words.js';

/**
 * The timeline of `board.html`: a picture for each pull request, drawn in per cents of its width, so that it fits a phone
 * without a script and a filter only has to hide some.
 */

export const TIMELINE_BARS = 500;
const BYTES = 500_000;
const TENURE_HEIGHT = 24;
const WAIT_HEIGHT = 14;
/** How many waits of one time are drawn beneath each other; more lie upon the last. */
const WAIT_ROWS = 4;
/** A bar is at least so many per cents wide, to be seen. */
const LEAST = 0.4;

const KINDS = Object.keys(BAR_TEXTS) as BarKind[];

export function timeline(board: Board, { lanes, left }: ChosenLanes, workflows: Workflows): Markup {
  if (lanes.length === 0) return markup`<p>Nobody owned a pull request or waited for one.</p>`;
  const span = spanOf(board);
  const ticks = ticksOf(span);
  const rows = new Map(board.rows.map((row) => [laneKey(row), row]));
  const drawn = lanes.map((lane) => ({
    bars: lane.bars.length,
    ...laneOf(lane, { board, span, row: rows.get(laneKey(lane)), workflows }),
  }));
  const { taken } = takeWithin(drawn, { count: TIMELINE_BARS, bytes: BYTES }, ({ html }) => html);
  const missing = left + drawn.slice(taken.length).reduce((sum, { bars }) => sum + bars, 0);
  const note =
    missing === 0 ? '' : ` ${number(missing)} more bar${missing === 1 ? ' is' : 's are'} left out, the oldest first.`;
  return markup`<p class="more">Times are UTC; the right edge is ${minute(board.now)}.${note}</p>
${legend(KINDS.filter((kind) => lanes.some(({ bars }) => bars.some((bar) => bar.kind === kind))))}
${definitions(ticks)}
<div class="lane axis" aria-hidden="true"><span></span><svg height="18">${ticks.map(
    ({ at, label }) =>
      markup`<text x="${at}%" y="13" class="${at < 3 ? 'first' : at > 97 ? 'last' : ''}">${label}</text>`,
  )}</svg></div>
<ol id="lanes">
${taken}</ol>`;
}

interface Around {
  readonly board: Board;
  readonly span: Span;
  readonly row: BoardRow | undefined;
  readonly workflows: Workflows;
}

function laneOf(lane: Lane, { board, span, row, workflows }: Around): Markup {
  const waits = inRows(lane.bars.filter(({ kind }) => WAIT_KINDS.includes(kind)));
  const tenures = lane.bars.filter(({ kind }) => !WAIT_KINDS.includes(kind));
  const top = tenures.length === 0 ? 2 : TENURE_HEIGHT + 4;
  const height = top + Math.max(0, ...waits.map(({ level }) => level + 1)) * WAIT_HEIGHT;
  const state = row === undefined ? 'nobody' : rowState(row);
  const name = shortened(targetText(lane), 60);
  const names = workflows.indices(lane.bars.map(({ party }) => party));
  return markup`<li class="lane" data-pr="${lane.pr}" data-title="${shortened(row?.title ?? '', 120)}" data-state="${state}" data-workflows="${names}">
<span class="name">${anchor(name, `${board.serverUrl}/${board.repo}/pull/${String(lane.pr)}`)}</span>
<svg height="${height}" role="group" aria-label="${name}"><use href="#grid"/>${tenures.map((bar) => barOf(bar, span, { y: 2, height: TENURE_HEIGHT - 2 }))}${waits.map(
    ({ bar, level }) => barOf(bar, span, { y: top + level * WAIT_HEIGHT, height: WAIT_HEIGHT - 2 }),
  )}</svg></li>
`;
}

function barOf(bar: Bar, span: Span, { y, height }: { readonly y: number; readonly height: number }): Markup {
  const end = percent(bar.endMs, span);
  const start = Math.max(0, Math.min(percent(bar.startMs, span), end - LEAST));
  const width = Math.max(LEAST, Math.round((end - start) * 100) / 100);
  const name = partyName(bar.party);
  const text = `${name} ${BAR_TEXTS[bar.kind]}`;
  const size = width >= 22 ? 'wide' : width >= 8 ? 'narrow' : null;
  const label =
    size === null || height < 16
      ? null
      : markup`<text class="${size}" x="6" y="15">${shortened(width >= 13 ? text : name, 60)}</text>`;
  return markup`<svg class="bar ${bar.kind}${bar.isTroubled ? ' troubled' : ''}" x="${start}%" y="${y}" width="${width}%" height="${height}" role="img"><title>${tooltip(bar, text)}</title><rect width="100%" height="100%" rx="3"/>${label}</svg>`;
}

function tooltip({ party, from, to, startMs, endMs, reason, isTroubled }: Bar, text: string): string {
  const origin = partyOrigin(party);
  return [
    shortened(text, 120) + (origin === '' ? '' : ` (${shortened(origin, 120)})`),
    `${from === null ? 'before' : 'from'} ${minute(new Date(startMs).toISOString())} ${to === null ? 'until now' : `to ${minute(to)}`}`,
    ...(from === null ? [] : [formatDuration(endMs - startMs)]),
    ...(reason === null ? [] : [`reason: ${shortened(reason, 200)}`]),
    ...(isTroubled ? ['needs a look'] : []),
  ].join('; ');
}

/** Each wait in the first row in which it has room. */
function inRows(waits: readonly Bar[]): readonly { readonly bar: Bar; readonly level: number }[] {
  const ends: number[] = [];
  return waits.map((bar) => {
    const free = ends.findIndex((end) => end <= bar.startMs);
    const level = Math.min(free === -1 ? ends.length : free, WAIT_ROWS - 1);
    ends[level] = bar.endMs;
    return { bar, level };
  });
}

function legend(kinds: readonly BarKind[]): Markup {
  const signs = kinds.map(
    (kind) =>
      markup`<li><svg width="22" height="12" aria-hidden="true" class="bar ${kind}"><rect width="100%" height="100%" rx="3"/></svg> ${BAR_TEXTS[kind]}</li>`,
  );
  return markup`<ul class="legend" aria-label="Legend">${signs}</ul>`;
}
