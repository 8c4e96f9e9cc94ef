import type { BarKind } from './bars.js';
import { BAR_COLUMNS, PACE_COLUMNS, ROW_COLUMNS } from './table-columns.js';
import { PATTERNED } from './patterns.js';

/** How `board.html` looks: light and dark, on a wide screen and on a phone, where rows of tables become cards. */

/** What stands before a cell where rows are cards. */
function columnNames(): string {
  const names = { owners: ROW_COLUMNS, bars: BAR_COLUMNS, pace: PACE_COLUMNS };
  return Object.entries(names)
    .flatMap(([table, columns]) =>
      columns
        .slice(1)
        .map(([name], index) => `#${table} td:nth-child(${String(index + 2)})::before{content:"${name}"}`),
    )
    .join('\n');
}

/** Ground, ink of the pattern and border of each kind of bar, by light and by dark. */
type Colours = readonly [ground: string, ink: string, border: string];

const BARS: Readonly<Record<BarKind, { readonly light: Colours; readonly dark: Colours }>> = {
  holds: { light: ['#cfe8ff', '#cfe8ff', '#0969da'], dark: ['#12335f', '#12335f', '#58a6ff'] },
  released: { light: ['#e6eaef', '#e6eaef', '#6e7781'], dark: ['#272d35', '#272d35', '#8b949e'] },
  taken_over: { light: ['#fff4d1', '#e3b341', '#9a6700'], dark: ['#3b2a05', '#7a5a10', '#d29922'] },
  superseded: { light: ['#ffe9d6', '#eda66d', '#bc4c00'], dark: ['#3d1d08', '#85400f', '#f0883e'] },
  evicted: { light: ['#ffe5e3', '#f4817c', '#cf222e'], dark: ['#4a1013', '#94282b', '#ff7b72'] },
  expired: { light: ['#f2f4f7', '#8c959f', '#6e7781'], dark: ['#1d232a', '#6e7681', '#8b949e'] },
  unknown: { light: ['#ffffff', '#ffffff', '#6e7781'], dark: ['#0d1117', '#0d1117', '#8b949e'] },
  waits: { light: ['#f5e9ff', '#c297ff', '#8250df'], dark: ['#2d1a52', '#6e40c9', '#bc8cff'] },
  served: { light: ['#f5e9ff', '#f5e9ff', '#8250df'], dark: ['#2d1a52', '#2d1a52', '#bc8cff'] },
  left: { light: ['#ffffff', '#ffffff', '#8250df'], dark: ['#0d1117', '#0d1117', '#bc8cff'] },
};

function bars(theme: 'light' | 'dark'): string {
  return Object.entries(BARS)
    .map(
      ([
        kind,
        {
          [theme]: [ground, ink, border],
        },
      ]) => `.${kind}{--ground:${ground};--ink:${ink};--border:${border}}`,
    )
    .join('\n');
}

export const STYLE = `
:root{color-scheme:light dark;--back:#fff;--card:#f6f8fa;--text:#1f2328;--soft:#59636e;--line:#d1d9e0;--link:#0959c2;--red:#c21f2b;--redback:#fff0ee;--focus:#0969da}
${bars('light')}
@media (prefers-color-scheme:dark){
:root{--back:#0d1117;--card:#161b22;--text:#e6edf3;--soft:#9aa4af;--line:#30363d;--link:#6cb6ff;--red:#ff7b72;--redback:#2a1315;--focus:#58a6ff}
${bars('dark')}
}
*{box-sizing:border-box}
[hidden]{display:none!important}
body{margin:0 auto;padding:1.25rem;max-width:84rem;background:var(--back);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
h1{margin:0;font-size:1.35rem}
h2{margin:2rem 0 .5rem;font-size:1.1rem}
p{margin:.4rem 0}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:3px}
.more{display:block;color:var(--soft);font-size:.87em}
.verdict{margin:1rem 0;padding:.7rem 1rem;border-left:4px solid var(--link);background:var(--card);font-size:1.05rem}
.verdict.troubled{border-color:var(--red);background:var(--redback)}
.counts{display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0;padding:0;list-style:none}
.counts li{padding:.35rem .75rem;border:1px solid var(--line);border-radius:.5rem;background:var(--card)}
.counts b{font-size:1.1rem}
form{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:1rem 0}
label{display:block;color:var(--soft);font-size:.87em}
input,select,form button{display:block;min-height:2.3rem;max-width:100%;padding:.3rem .6rem;border:1px solid var(--soft);border-radius:.4rem;background:var(--back);color:var(--text);font:inherit}
select{width:12rem}
form button,th button{cursor:pointer}
output{color:var(--soft)}
table{width:100%;border-collapse:collapse}
caption{padding:.3rem 0;color:var(--soft);font-size:.87em;text-align:left}
th,td{padding:.55rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
thead th{white-space:nowrap;background:var(--card)}
tbody th{font-weight:600;width:20%}
tbody th .more{font-weight:400}
tr.troubled th[scope=row]{box-shadow:inset 4px 0 var(--red)}
th button{padding:.1rem 0;border:0;background:none;color:inherit;font:inherit;font-weight:600}
th button::after{content:" \\2195";color:var(--soft)}
th[aria-sort=ascending] button::after{content:" \\2191";color:inherit}
th[aria-sort=descending] button::after{content:" \\2193";color:inherit}
td ol{margin:0;padding:0;list-style:none}
td li+li{margin-top:.25rem}
.state,.scope{display:inline-block;padding:0 .5rem;border:1px solid var(--soft);border-radius:1rem;font-size:.87em;white-space:nowrap}
.scope{white-space:normal;font-weight:400}
.troubled .state{border-color:var(--red);color:var(--red);font-weight:600}
.troubled .state::before{content:"! "}
.lane{display:grid;grid-template-columns:9rem 1fr;gap:0 .75rem;align-items:start;padding:2px 0;border-bottom:1px solid var(--line)}
.lane .name{padding-top:.15rem;font-size:.9em}
.lane>svg{display:block;width:100%}
#lanes{margin:0;padding:0;list-style:none}
line{stroke:var(--line)}
line.now{stroke:var(--red);stroke-width:3}
svg text{fill:var(--text);font-size:12px}
.axis text{fill:var(--soft);font-size:11px;text-anchor:middle}
.axis text.first{text-anchor:start}
.axis text.last{text-anchor:end}
.bar rect{fill:var(--ground);stroke:var(--border);stroke-width:2}
.bar text{paint-order:stroke;stroke:var(--ground);stroke-width:4px}
${PATTERNED.map((kind) => `.bar.${kind} rect{fill:url(#pattern-${kind})}`).join('\n')}
.bar.unknown rect,.bar.left rect{stroke-dasharray:4 3}
.bar.troubled rect{stroke:var(--red);stroke-width:5}
.definitions{position:absolute}
.definitions path{stroke:var(--ink);stroke-width:2;fill:none}
.definitions circle{fill:var(--ink)}
.definitions rect{fill:var(--ground)}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.5rem 0;padding:0;list-style:none;color:var(--soft);font-size:.87em}
details{margin:1rem 0}
summary{cursor:pointer}
footer{margin-top:2rem;color:var(--soft);font-size:.87em}
@media (min-width:44rem){
#owners td:nth-child(2){width:22%}
}
@media (max-width:44rem){
body{padding:.8rem}
.lane{grid-template-columns:1fr}
.bar text.narrow,.axis text:nth-child(even){display:none}
form>div,form input,form select{width:100%}
table,tbody,tr,td,tbody th,caption{display:block;width:auto}
thead tr{display:flex;flex-wrap:wrap;gap:.2rem .9rem;padding:.3rem 0}
thead th{padding:.3rem 0;border:0;background:none}
tbody tr{margin:.7rem 0;padding:.6rem .8rem;border:1px solid var(--line);border-radius:.6rem;background:var(--card)}
tbody tr.troubled{border-left:4px solid var(--red)}
tbody tr.troubled th[scope=row]{box-shadow:none}
td,tbody th{padding:.2rem 0;border:0}
td{display:grid;grid-template-columns:6.5rem 1fr}
${columnNames()}
td::before{grid-row:1/span 9;color:var(--soft);font-size:.87em}
td>*{grid-column:2;justify-self:start}
td.none{display:none}
}
@media print{form,thead button::after{display:none}}
`;
