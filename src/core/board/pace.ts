import type { LogEvent } from './log-event.js';
import type { Pace, PaceSlice } from './model.js';
import { medianOf, ninetiethOf } from './quantiles.js';

/** Whether a repository gets slow, from what each change says that it took. */

const MOST_SLICES = 7;
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];
/** Lengths that people think in. */
const LENGTHS_MS = [10 * MINUTE_MS, HOUR_MS, 4 * HOUR_MS, DAY_MS, 7 * DAY_MS, 60 * DAY_MS];

/** Above this somebody waits, and sees it. */
const SLOW_MS = 15_000;
/** The more are lost, the more are tried again, and lost. */
const MANY_LOST_RACES = 2;
/** One change that was slow is an accident. */
const LEAST_CHANGES = 5;

export interface Span {
  readonly since: string;
  readonly now: string;
}

/** @param events of the span. */
export function paceOf(events: readonly LogEvent[], { since, now }: Span): Pace {
  const requests = events.flatMap((event) => event.requests ?? []);
  const milliseconds = events.flatMap((event) => event.milliseconds ?? []);
  const slices = milliseconds.length === 0 ? [] : slicesOf(events, Date.parse(since), Date.parse(now));
  return {
    ...{ medianMs: medianOf(milliseconds), p90Ms: ninetiethOf(milliseconds) },
    ...{ medianRequests: medianOf(requests), p90Requests: ninetiethOf(requests) },
    retries: events.reduce((sum, { retries }) => sum + retries, 0),
    // Of the last one alone: what was slow before may be mended.
    slow: slices.reduce<Pace['slow']>((_before, slice) => slownessOf(slice), 'no'),
    slices,
  };
}

/** Told backwards from the end, so that the last one is whole; those before the first change are left out. */
function slicesOf(events: readonly LogEvent[], begin: number, end: number): readonly PaceSlice[] {
  const length = LENGTHS_MS.find((each) => (end - begin) / each <= MOST_SLICES) ?? (end - begin) / MOST_SLICES;
  const count = Math.max(1, Math.ceil((end - begin) / length));
  // A commit may bear a clock that is ahead.
  const ago = ({ at }: LogEvent): number => Math.max(0, Math.ceil((end - Date.parse(at)) / length) - 1);
  const slices = Array.from({ length: count }, (_, index): PaceSlice => {
    const own = events.filter((event) => ago(event) === count - 1 - index);
    const milliseconds = own.flatMap((event) => event.milliseconds ?? []);
    const at = (slicesAgo: number): string => new Date(Math.max(begin, end - slicesAgo * length)).toISOString();
    return {
      ...{ from: at(count - index), to: at(count - index - 1), changes: own.length },
      lostRaces: own.reduce((sum, { lostRaces }) => sum + lostRaces, 0),
      ...{ medianMs: medianOf(milliseconds), p90Ms: ninetiethOf(milliseconds) },
    };
  });
  return slices.slice(slices.findIndex(({ changes }) => changes > 0));
}

function slownessOf({ changes, lostRaces, p90Ms }: PaceSlice): Pace['slow'] {
  if (changes < LEAST_CHANGES) return 'no';
  if (lostRaces / changes > MANY_LOST_RACES) return 'lost_races';
  return p90Ms !== null && p90Ms > SLOW_MS ? 'time' : 'no';
}
