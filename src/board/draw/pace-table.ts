import type { Board } from '../../core/board/model.js';
import { markup, type Markup } from './markup.js';
import { paceCells, paceText, slowText } from './pace.js';
import { PACE_COLUMNS, tableHead } from './table-columns.js';

/** Whether the repository gets slow, on the page; nothing where no change tells what it took. */
export function paceTable(board: Board): Markup {
  const text = paceText(board);
  if (text === '') return markup``;
  const slow = slowText(board);
  const rows = board.counts.pace.slices.map((slice) => {
    const [[name, from], ...cells] = paceCells(slice);
    const others = cells.map(([shown, value]) => markup`<td data-value="${value}">${shown}</td>`);
    return markup`<tr><th scope="row" data-value="${from}">${name}</th>${others}</tr>\n`;
  });
  return markup`<h2>Pace</h2>
${slow === '' ? null : markup`<p class="verdict troubled">${slow}</p>`}
<p>${`${text.slice(0, 1).toUpperCase()}${text.slice(1)}`}.</p>
<table id="pace">
<caption>What changes took, by time</caption>
${tableHead(PACE_COLUMNS)}
<tbody>
${rows}</tbody>
</table>`;
}
