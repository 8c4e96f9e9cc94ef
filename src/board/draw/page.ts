import { createHash } from 'node:crypto';
import type { Board } from '../../core/board/model.js';
import { chosenLanes } from './bars.js';
import { barsTable } from './bars-table.js';
import { nowText, SHOWN_REASONS, spanName, spanText } from './counts.js';
import { anchor, markup, own, shortened, type Markup } from './markup.js';
import { SCRIPT } from './page-script.js';
import { STYLE } from './page-style.js';
import { paceTable } from './pace-table.js';
import { rowsTable } from './page-rows.js';
import { timeline, TIMELINE_BARS } from './timeline.js';
import { workflowsOf } from './workflows.js';
import { headline, minute, number, rowState, STATE_NAMES, type RowState } from './words.js';

/** Only this script and this style: whatever else got into the page would not run, and nothing is loaded. */
const POLICY = [
  `default-src 'none'`,
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(STYLE)}'`,
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

/** `board.html`: the board as one file that needs no other. */
export function pageBoard(board: Board): string {
  const workflows = workflowsOf(board);
  const chosen = chosenLanes(board, TIMELINE_BARS);
  const isTroubled = board.rows.some((row) => row.troubles.length > 0);
  const repo = shortened(board.repo, 150);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${own(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${`Who owns the pull requests of ${repo}`}</title>
<link rel="icon" href="data:,">
<style>${own(STYLE)}</style>
</head>
<body>
<header>
<h1>Who owns the pull requests of ${anchor(repo, `${board.serverUrl}/${board.repo}`)}</h1>
<p class="more">As of ${minute(board.now)} UTC<span id="age" data-now="${board.now}"></span></p>
</header>
<main>
<p class="verdict${isTroubled ? ' troubled' : ''}">${headline(board)}.</p>
${filters(board, workflows.names)}
<h2 id="now">Owners now</h2>
<p>${nowText(board)}.</p>
${rowsTable(board, workflows)}
<h2>Timeline</h2>
<p>${`${spanText(board)}, ${spanName(board)}`}.</p>
${timeline(board, chosen, workflows)}
${barsTable(board, chosen.lanes, workflows)}
${paceTable(board)}
${reasons(board)}
</main>
<footer>${heads(board)}</footer>
<script>${own(SCRIPT)}</script>
</body>
</html>
`.html;
}

/** Hidden until the script shows it: without the script it would do nothing. */
function filters({ rows }: Board, workflows: readonly string[]): Markup {
  const states = new Set(rows.map(rowState));
  const known = (Object.keys(STATE_NAMES) as RowState[]).filter((state) => states.has(state));
  return markup`<form id="filters" aria-label="Filters" hidden>
<div><label for="pr">Pull request</label><input id="pr" name="pr" type="search" placeholder="number or title" autocomplete="off"></div>
<div><label for="workflow">Workflow</label><select id="workflow" name="workflow"><option value="">all</option>${workflows.map(
    (name, index) => markup`<option value="${index}">${shortened(name, 80)}</option>`,
  )}</select></div>
<div><label for="state">State</label><select id="state" name="state"><option value="">all</option>${known.map(
    (state) => markup`<option value="${state}">${STATE_NAMES[state]}</option>`,
  )}</select></div>
<button type="reset">Show all</button>
<output id="shown" aria-live="polite"></output>
</form>`;
}

function reasons({ counts }: Board): Markup {
  const named = counts.reasons.slice(0, SHOWN_REASONS);
  if (named.length === 0) return markup``;
  return markup`<h2>Why owners were replaced</h2>
<ul>${named.map(({ text, count }) => markup`<li>${shortened(text, 300)} <span class="scope">${number(count)}</span></li>`)}</ul>`;
}

/** What was read, so that a reader can look it up. */
function heads(board: Board): Markup {
  const base = `${board.serverUrl}/${board.repo}/commit/`;
  const read = board.heads
    .slice(0, 32)
    .map(
      ({ branch, commit }) =>
        markup`<li>${shortened(branch, 100)} at ${anchor(commit.slice(0, 12), `${base}${commit}`)}</li>`,
    );
  return read.length === 0 ? markup`<p>There is no state branch yet.</p>` : markup`<p>Read from:</p><ul>${read}</ul>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
