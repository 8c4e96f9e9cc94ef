import type { Tick } from './axis.js';
import type { BarKind } from './bars.js';
import { markup, own, type Markup } from './markup.js';

/** What tells kinds of bars apart without a colour; the others have a plain ground, or a broken border. */
const SHAPES: readonly (readonly [kind: BarKind, size: number, shape: string])[] = [
  ['taken_over', 8, '<path d="M-2 10L10 -2M-2 2L2 -2M6 10L10 6"/>'],
  ['superseded', 8, '<path d="M-2 -2L10 10M-2 6L2 10M6 -2L10 2"/>'],
  ['evicted', 8, '<path d="M-2 10L10 -2M-2 -2L10 10"/>'],
  ['expired', 6, '<circle cx="3" cy="3" r="1.2"/>'],
  ['waits', 5, '<path d="M2.5 0V5"/>'],
];

export const PATTERNED: readonly BarKind[] = SHAPES.map(([kind]) => kind);

/** What the pictures refer to: patterns, and the lines of time. It stands in a picture of no size. */
export function definitions(ticks: readonly Tick[]): Markup {
  const patterns = SHAPES.map(
    ([kind, size, shape]) =>
      markup`<pattern id="pattern-${kind}" class="${kind}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><rect width="${size}" height="${size}"/>${own(shape)}</pattern>`,
  );
  const lines = ticks.map(({ at }) => markup`<line x1="${at}%" x2="${at}%" y1="0" y2="100%"/>`);
  return markup`<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>${patterns}
<g id="grid">${lines}<line class="now" x1="100%" x2="100%" y1="0" y2="100%"/></g></defs></svg>`;
}
