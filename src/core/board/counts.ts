import type { LogEvent } from './log-event.js';
import type { BoardCounts, BoardRow, Counted, Tenure, Wait } from './model.js';
import { paceOf } from './pace.js';
import { medianOf } from './quantiles.js';

export interface Countable {
  readonly rows: readonly BoardRow[];
  /** Records that can be read, and of which nobody is the owner nor in line. */
  readonly free: number;
  /** Those of the span. */
  readonly events: readonly LogEvent[];
  readonly tenures: readonly Tenure[];
  readonly waits: readonly Wait[];
  readonly now: string;
  readonly since: string;
}

/** So many different reasons are told apart. */
const MOST_REASONS = 10;

export function countsOf({ rows, free, events, tenures, waits, now, since }: Countable): BoardCounts {
  const endedBy = (end: Tenure['end']): number => tenures.filter((tenure) => tenure.end === end).length;
  const replaced = tenures.filter(({ end }) => end === 'taken_over' || end === 'superseded' || end === 'evicted');
  const whole = tenures.filter(({ end }) => end !== 'unknown');
  const lengths = whole.flatMap(({ from, to }) => (from === null || to === null ? [] : [lengthOf(from, to)]));
  const waited = waits.map(({ from, to }) => lengthOf(from, to ?? now));
  return {
    owners: rows.filter(({ owner }) => owner !== null).length,
    holds: rows.filter(({ owner }) => owner?.detached === true).length,
    waiting: rows.flatMap(({ line }) => line.filter(({ isPast }) => !isPast)).length,
    troubled: rows.filter(({ troubles }) => troubles.length > 0).length,
    free,
    tenures: tenures.filter(({ from }) => from !== null && from >= since).length,
    takeovers: endedBy('taken_over'),
    superseded: endedBy('superseded'),
    evictions: endedBy('evicted'),
    expired: endedBy('expired'),
    publishes: events.filter(({ type }) => type === 'publish').length,
    lostRaces: events.reduce((sum, { lostRaces }) => sum + lostRaces, 0),
    medianTenureMs: medianOf(lengths),
    longestWaitMs: waited.length === 0 ? null : waited.reduce((most, one) => Math.max(most, one)),
    pace: paceOf(events, { since, now }),
    reasons: mostFrequent(replaced.map(({ reason }) => reason ?? 'no reason given')),
  };
}

/** Never negative: a commit may bear the clock of another machine. */
function lengthOf(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from));
}

function mostFrequent(texts: readonly string[]): readonly Counted[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const counted = [...counts].map(([text, count]) => ({ text, count }));
  return counted
    .sort((one, other) => other.count - one.count || (one.text < other.text ? -1 : 1))
    .slice(0, MOST_REASONS);
}
