import type { Board, BoardPlace, BoardRow, Party } from '../../core/board/model.js';
import { formatDuration } from '../../core/text.js';
import { anchor, markup, own, shortened, type Markup } from './markup.js';
import { ROW_COLUMNS, tableHead } from './table-columns.js';
import { takeWithin } from './take.js';
import type { Workflows } from './workflows.js';
import {
  lastEventText,
  minute,
  number,
  partyName,
  partyOrigin,
  rowState,
  STATE_NAMES,
  stateText,
  targetText,
  TROUBLE_TEXTS,
  waitText,
} from './words.js';

/** The table of owners of `board.html`. */

/** With the timeline and its table, the page stays below 2 MB. */
const ROWS = { count: 2000, bytes: 1_100_000 };
const SHOWN_PLACES = 5;
const NONE = markup`–`;

export function rowsTable(board: Board, workflows: Workflows): Markup {
  if (board.rows.length === 0) return markup`<p>Nobody owns a pull request, and nobody waits.</p>`;
  const drawn = board.rows.slice(0, ROWS.count).map((row) => rowOf(row, board, workflows));
  const { taken } = takeWithin(drawn, ROWS, ({ html }) => html);
  const left = board.rows.length - taken.length;
  return markup`<table id="owners">
<caption>Owners and lines, those that need a look first</caption>
${tableHead(ROW_COLUMNS)}
<tbody>
${taken}</tbody>
</table>
${left === 0 ? null : markup`<p>${number(left)} more are in board.json.</p>`}`;
}

function rowOf(row: BoardRow, board: Board, workflows: Workflows): Markup {
  const { owner, line, lastEvent } = row;
  const state = rowState(row);
  const names = workflows.indices([...(owner === null ? [] : [owner]), ...line]);
  const waiting = line.filter(({ isPast }) => !isPast).length;
  const event = lastEvent?.at == null ? null : Date.parse(lastEvent.at);
  const trouble = row.troubles.length > 0 ? own(' class="troubled"') : null;
  return markup`<tr${trouble} data-pr="${row.pr}" data-state="${state}" data-workflows="${names}">
<th scope="row" data-value="${row.pr}">${target(row, board)}</th>
${cell(null, markup`<span class="state ${state}">${STATE_NAMES[state]}</span>${details(row)}`)}
${cell(null, owner === null ? NONE : party(owner))}
${cell(owner?.ageMs ?? '', since(row))}
${cell(waiting, line.length === 0 ? NONE : places(line))}
${cell(event === null || Number.isNaN(event) ? '' : event, lastEvent === null ? NONE : markup`${shortened(lastEventText(row, board.now), 120)}`)}
</tr>
`;
}

/** @param value by which it is sorted, where that is not its text. */
function cell(value: number | string | null, content: Markup): Markup {
  const sorted = value === null ? null : markup` data-value="${value}"`;
  return markup`<td${sorted}${content === NONE ? own(' class="none"') : null}>${content}</td>`;
}

function target(row: BoardRow, { serverUrl, repo }: Board): Markup {
  const closed = row.pullRequestState === 'closed' || row.pullRequestState === 'merged' ? row.pullRequestState : null;
  const name = anchor(targetText({ pr: row.pr, scope: null }), `${serverUrl}/${repo}/pull/${String(row.pr)}`);
  return markup`${name}${row.scope === null ? null : markup` <span class="scope">${shortened(row.scope, 60)}</span>`}${
    closed === null ? null : markup` <span class="scope">${closed}</span>`
  }${row.title === null ? null : markup`<span class="more">${shortened(row.title, 120)}</span>`}`;
}

/** What there is to say beside the name of the state. */
function details(row: BoardRow): Markup {
  const name = STATE_NAMES[rowState(row)];
  const text = stateText(row);
  const rest = text.startsWith(name) ? text.slice(name.length).replace(/^[:\s]+/, '') : text;
  const all = [...(rest === '' ? [] : [shortened(rest, 200)]), ...row.troubles.map((one) => TROUBLE_TEXTS[one])];
  return markup`${all.map((one) => markup`<span class="more">${one}</span>`)}`;
}

function party(who: Party): Markup {
  const origin = partyOrigin(who);
  const more = origin === '' ? null : markup`<span class="more">${shortened(origin, 160)}</span>`;
  return markup`${anchor(shortened(partyName(who), 100), who.url)}${more}`;
}

function since({ owner }: BoardRow): Markup {
  if (owner === null) return NONE;
  const age = owner.ageMs === null ? 'unknown' : formatDuration(owner.ageMs);
  return markup`${age}${owner.since === null ? null : markup`<span class="more">since ${minute(owner.since)}</span>`}`;
}

function places(line: readonly BoardPlace[]): Markup {
  const shown = line.slice(0, SHOWN_PLACES).map((place) => {
    const origin = partyOrigin(place);
    const from = origin === '' ? null : markup`<span class="more">${shortened(origin, 100)}</span>`;
    return markup`<li>${anchor(shortened(partyName(place), 60), place.url)} ${waitText(place)}${from}</li>`;
  });
  const more = line.length - shown.length;
  return markup`<ol>${shown}${more === 0 ? null : markup`<li>${number(more)} more</li>`}</ol>`;
}
