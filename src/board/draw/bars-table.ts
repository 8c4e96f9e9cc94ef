import type { Board } from '../../core/board/model.js';
import { BAR_TEXTS, laneKey, type Bar, type Lane } from './bars.js';
import { anchor, markup, shortened, type Markup } from './markup.js';
import { BAR_COLUMNS, tableHead } from './table-columns.js';
import { takeWithin } from './take.js';
import type { Workflows } from './workflows.js';
import { minute, number, partyName, partyOrigin, rowState, targetText } from './words.js';

/** The bars of the timeline as a table, for those who cannot see or point at a bar. */

const BYTES = 250_000;

export function barsTable(board: Board, lanes: readonly Lane[], workflows: Workflows): Markup {
  const bars = lanes.flatMap((lane) => lane.bars);
  if (bars.length === 0) return markup``;
  const rows = new Map(board.rows.map((row) => [laneKey(row), row]));
  const drawn = bars.map((bar) => {
    const row = rows.get(laneKey(bar));
    const state = row === undefined ? 'nobody' : rowState(row);
    const title = shortened(row?.title ?? '', 120);
    return markup`<tr data-pr="${bar.pr}" data-title="${title}" data-state="${state}" data-workflows="${workflows.indices([bar.party])}">${cellsOf(bar)}</tr>
`;
  });
  const { taken, left } = takeWithin(drawn, { count: bars.length, bytes: BYTES }, ({ html }) => html);
  return markup`<details><summary>The same as a table</summary>
<table id="bars">
<caption>Tenures and waits</caption>
${tableHead(BAR_COLUMNS)}
<tbody>
${taken}</tbody>
</table>
${left === 0 ? null : markup`<p>${number(left)} more are in board.json.</p>`}</details>`;
}

function cellsOf(bar: Bar): Markup {
  const { party, from, to, kind, reason } = bar;
  const origin = partyOrigin(party);
  const name = shortened(partyName(party), 100);
  return markup`<th scope="row" data-value="${bar.pr}">${shortened(targetText(bar), 60)}</th>
${cell(markup`${anchor(name, party.url)}${more(origin)}`)}
${cell(markup`${from === null ? 'before' : minute(from)}`)}
${cell(markup`${to === null ? 'now' : minute(to)}`)}
${cell(markup`<span>${BAR_TEXTS[kind]}</span>${more(reason ?? '')}`)}`;
}

function cell(content: Markup): Markup {
  return markup`<td>${content}</td>`;
}

function more(text: string): Markup | null {
  return text === '' ? null : markup`<span class="more">${shortened(text, 160)}</span>`;
}
