import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BAR_TEXTS, WAIT_KINDS, type BarKind } from '../../src/board/draw/bars.js';
import { GANTT_BARS } from '../../src/board/draw/gantt.js';
import { TIMELINE_BARS } from '../../src/board/draw/timeline.js';
import { STATE_NAMES } from '../../src/board/draw/words.js';
import { MOST_OBJECTS } from '../../src/board/details.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/** docs/board.md has to explain what the board shows, under the names that it shows. */

const page = readFileSync(join(packageRoot(), 'docs', 'board.md'), 'utf8');

test('every state has a row, in the order of the board', () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` +\| (?:yes)? +\|/gm)].map(([, name]) => name);
  expect(rows).toEqual(Object.values(STATE_NAMES));
});

test('every end of a tenure is named', () => {
  const ends = (Object.keys(BAR_TEXTS) as BarKind[]).filter((kind) => kind !== 'holds' && !WAIT_KINDS.includes(kind));
  for (const end of ends) expect(page).toContain(`\`${BAR_TEXTS[end]}\``);
});

test('the limits are those of the code', () => {
  const limits = [`a picture of ${String(GANTT_BARS)} bars`, `${String(TIMELINE_BARS)} bars`];
  for (const limit of [...limits, `more than ${String(MOST_OBJECTS)} records`]) expect(page).toContain(limit);
});
