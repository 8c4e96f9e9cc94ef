import type { Board, Party, TenureEnd, Wait } from '../../core/board/model.js';

/** What both pictures show: tenures and waits as bars that lie within the span. */

export type BarKind = TenureEnd | Wait['end'];

export interface Bar {
  readonly pr: number;
  readonly scope: string | null;
  readonly kind: BarKind;
  readonly party: Party;
  readonly fencingToken: number | null;
  readonly reason: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Where it is drawn, in milliseconds since 1970. */
  readonly startMs: number;
  readonly endMs: number;
  /** The owner of a row that somebody should look at. */
  readonly isTroubled: boolean;
}

export interface Lane {
  readonly pr: number;
  readonly scope: string | null;
  readonly bars: readonly Bar[];
}

export interface ChosenLanes {
  readonly lanes: readonly Lane[];
  /** How many bars were left out. */
  readonly left: number;
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

export const BAR_TEXTS: Readonly<Record<BarKind, string>> = {
  holds: 'owns',
  released: 'released',
  taken_over: 'taken over',
  superseded: 'superseded',
  evicted: 'evicted',
  expired: 'expired',
  unknown: 'end unknown',
  waits: 'waits',
  served: 'waited, then owned',
  left: 'waited, then left',
};

export const WAIT_KINDS: readonly BarKind[] = ['waits', 'served', 'left'];

/** From `since` to now; a span that cannot be is a minute long, so that a picture of it can be drawn. */
export function spanOf({ since, now }: Board): Span {
  const endMs = Math.max(timeOr(now, 0), 60_000);
  return { startMs: Math.max(0, Math.min(timeOr(since, endMs), endMs - 60_000)), endMs };
}

/**
 * The bars that matter most, at most so many: what goes on, the troubled first, then what ended last. Lanes come in the
 * order of the board's rows, those without a row after them, the latest first.
 */
export function chosenLanes(board: Board, limit: number): ChosenLanes {
  const all = barsOf(board).sort(byImportance);
  const lanes = new Map<string, Bar[]>(board.rows.map((row) => [laneKey(row), []]));
  for (const bar of all.slice(0, limit)) {
    const lane = lanes.get(laneKey(bar));
    if (lane === undefined) lanes.set(laneKey(bar), [bar]);
    else lane.push(bar);
  }
  return {
    lanes: [...lanes.values()].flatMap((bars) => {
      const [first] = bars.sort((one, other) => one.startMs - other.startMs || one.endMs - other.endMs);
      return first === undefined ? [] : [{ pr: first.pr, scope: first.scope, bars }];
    }),
    left: Math.max(0, all.length - limit),
  };
}

export function laneKey({ pr, scope }: { readonly pr: number; readonly scope: string | null }): string {
  return `${String(pr)} ${scope ?? ''}`;
}

function barsOf(board: Board): Bar[] {
  const span = spanOf(board);
  const troubled = new Set(board.rows.filter((row) => row.troubles.length > 0).map(laneKey));
  const within = (time: string | null, fallback: number): number =>
    Math.min(Math.max(time === null ? fallback : timeOr(time, fallback), span.startMs), span.endMs);
  const tenures = board.tenures.map((tenure) => ({ ...tenure, party: tenure, kind: tenure.end }));
  const waits = board.waits.map((wait) => ({ ...wait, party: wait, kind: wait.end, fencingToken: null, reason: null }));
  return [...tenures, ...waits].map((one) => {
    const { pr, scope, kind, party, fencingToken, reason, from, to } = one;
    const startMs = within(from, span.startMs);
    const endMs = Math.max(startMs, within(to, span.endMs));
    const isTroubled = kind === 'holds' && troubled.has(laneKey(one));
    return { pr, scope, kind, party, fencingToken, reason, from, to, startMs, endMs, isTroubled };
  });
}

function byImportance(one: Bar, other: Bar): number {
  return rank(one) - rank(other) || other.endMs - one.endMs || other.startMs - one.startMs;
}

function rank({ isTroubled, kind }: Bar): number {
  if (isTroubled) return 0;
  return kind === 'holds' || kind === 'waits' ? 1 : 2;
}

function timeOr(time: string, fallback: number): number {
  const at = Date.parse(time);
  return Number.isNaN(at) ? fallback : at;
}
