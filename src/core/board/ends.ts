import type { HistoryEvent, OwnershipRecord } from '../record.js';
import type { LogEvent } from './log-event.js';
import type { Tenure } from './model.js';

/** How a tenure ended, as a commit or the record tells it. */
export type HowEnded = Pick<Tenure, 'end' | 'reason'>;

export const UNKNOWN: HowEnded = { end: 'unknown', reason: null };

/** The causes that a claim writes. Whatever else stands there is foreign, and shown as it is. */
const CAUSES: ReadonlyMap<string, string> = new Map([
  ['dead', 'its run was over'],
  ['exit_signal', 'it was told to exit'],
  ['stale', 'it had not been heard of for too long'],
]);

/** The end of a tenure that no other followed. */
export function endOf({ type, endedBy, reason }: LogEvent): HowEnded {
  if (endedBy === 'expired') return { end: 'expired', reason: null };
  return { end: type === 'evict' ? 'evicted' : 'released', reason };
}

/** The end of a tenure that another one followed in the same commit. */
export function endBefore({ runId }: Tenure, event: LogEvent): HowEnded {
  const { type, endedBy, cause, reason } = event;
  if (endedBy !== null) return endOf({ ...event, type: endedBy });
  if (cause !== null) return { end: 'superseded', reason: CAUSES.get(cause) ?? cause };
  if (type === 'takeover') return { end: 'taken_over', reason };
  if (event.runId === runId) return { end: 'superseded', reason: 'the run began anew' };
  return UNKNOWN;
}

/**
 * A tenure with an end of its own is over before a commit says so. When that was, and whose it was, stands in the history of
 * the record, as far as that reaches.
 */
export function inTime(tenure: Tenure, record: OwnershipRecord | null): Tenure {
  const to = lapsedIn(record, ({ fencingToken }) => fencingToken === tenure.fencingToken)?.at ?? null;
  return to === null ? tenure : { ...tenure, to, end: 'expired', reason: null };
}

/** What the write of a commit found to have ended by its time; `null`: nothing, or nobody knows any more. */
export function lapsedBy({ requestId }: LogEvent, record: OwnershipRecord | null): HistoryEvent | null {
  return lapsedIn(record, ({ id }) => id === requestId);
}

function lapsedIn(record: OwnershipRecord | null, isMeant: (event: HistoryEvent) => boolean): HistoryEvent | null {
  return record?.history.find((event) => event.type === 'expired' && isMeant(event)) ?? null;
}
