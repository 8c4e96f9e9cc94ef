import type { Board } from '../../core/board/model.js';
import { formatDuration } from '../../core/text.js';
import { BAR_TEXTS, chosenLanes, spanOf, WAIT_KINDS, type Bar, type BarKind, type Lane } from './bars.js';
import { number, partyName } from './words.js';

/** Tenures as a Mermaid gantt, which GitHub draws in step summaries. */

export const GANTT_BARS = 50;
/** Mermaid draws no text that is longer. */
export const GANTT_CHARACTERS = 50_000;

/**
 * What Mermaid colours: what ended well, and what was taken away. Owners are left plain, because in the dark nobody can read
 * a label beside an `active` bar; a wait is a milestone where it began. The label says what it is, too.
 */
const TAGS: Readonly<Record<BarKind, string>> = {
  holds: '',
  released: 'done, ',
  expired: 'done, ',
  unknown: 'done, ',
  taken_over: 'done, crit, ',
  superseded: 'done, crit, ',
  evicted: 'done, crit, ',
  waits: 'milestone, ',
  served: 'milestone, ',
  left: 'milestone, ',
};

const LABEL_LIMIT = 60;

export interface Gantt {
  /** Lines of Mermaid without a fence; empty where there is no bar. */
  readonly text: string;
  /** What stands under it; empty where there is nothing to say. */
  readonly note: string;
}

export function ganttOf(board: Board): Gantt {
  const { lanes, left } = chosenLanes(board, GANTT_BARS);
  if (lanes.length === 0) return { text: '', note: '' };
  const span = spanOf(board);
  const text = [
    '%%{init: {"gantt": {"leftPadding": 130, "topAxis": false, "numberSectionStyles": 2}}}%%',
    'gantt',
    'dateFormat x',
    `axisFormat ${span.endMs - span.startMs > 2 * 86_400_000 ? '%b %d' : '%b %d %H:%M'}`,
    'todayMarker off',
    ...lanes.flatMap((lane) => [
      `section ${sectionOf(lane)}`,
      ...lane.bars.map((bar) => lineOf(bar, span.endMs - span.startMs)),
    ]),
  ].join('\n');
  const rest = left === 0 ? '' : ` ${number(left)} more bar${left === 1 ? ' is' : 's are'} left out.`;
  return { text, note: `Times in the picture are those of your browser.${rest}` };
}

function sectionOf({ pr, scope }: Lane): string {
  return ganttLabel(scope === null ? `PR ${String(pr)}` : `PR ${String(pr)} ${scope}`, 20);
}

/** `run 1001 – owns :1772359200000, 1772362800000`. A bar is never too thin to be seen. */
function lineOf(bar: Bar, spanMs: number): string {
  const { kind, party, startMs, endMs, isTroubled } = bar;
  const label = `${ganttLabel(partyName(party), LABEL_LIMIT)} – ${BAR_TEXTS[kind]}`;
  if (WAIT_KINDS.includes(kind)) {
    return `${label} (${formatDuration(endMs - startMs)}) :${TAGS[kind]}${String(startMs)}, ${String(startMs)}`;
  }
  const start = Math.max(0, Math.min(startMs, endMs - Math.ceil(spanMs / 200)));
  const [sign, tags] = isTroubled ? [', needs a look', 'crit, '] : ['', TAGS[kind]];
  return `${label}${sign} :${tags}${String(start)}, ${String(endMs)}`;
}

/**
 * Foreign text that is a label to Mermaid and nothing else. Its syntax reads colons, semicolons, number signs, per cents and
 * ends of lines, and its pictures are HTML: so only letters, digits and a few harmless signs are left.
 */
export function ganttLabel(text: string, limit: number): string {
  const label = text
    .slice(0, 4 * limit)
    .replace(/[^\p{L}\p{N} .,_/()+-]+/gu, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  return label.length <= limit ? label : `${label.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
