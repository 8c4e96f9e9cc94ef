import { markup, type Markup } from './markup.js';

/** The columns of the tables of `board.html`, and by what the script sorts them. */
type Columns = readonly (readonly [name: string, kind: 'number' | 'text'])[];

export const ROW_COLUMNS: Columns = [
  ['Pull request', 'number'],
  ['State', 'text'],
  ['Owner', 'text'],
  ['Owns for', 'number'],
  ['Waiting', 'number'],
  ['Last event', 'number'],
];

export const BAR_COLUMNS: Columns = [
  ['Pull request', 'number'],
  ['Who', 'text'],
  ['From', 'text'],
  ['To', 'text'],
  ['What became of it', 'text'],
];

export const PACE_COLUMNS: Columns = [
  ['From (UTC)', 'text'],
  ['Changes', 'number'],
  ['Lost races a change', 'number'],
  ['Half within', 'number'],
  ['Nine of ten within', 'number'],
];

export function tableHead(columns: Columns): Markup {
  return markup`<thead><tr>${columns.map(([name, kind]) => markup`<th scope="col" data-sort="${kind}">${name}</th>`)}</tr></thead>`;
}
