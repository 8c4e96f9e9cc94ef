import { isExpired } from '../expiry.js';
import type { HistoryEvent, OwnershipRecord } from '../record.js';
import { endBefore, endOf, inTime, lapsedBy, UNKNOWN, type HowEnded } from './ends.js';
import type { LogEvent } from './log-event.js';
import type { Party, Tenure } from './model.js';
import { partyOf } from './owner.js';

/** Who owns one target while the log is told, and who did. */
export interface Owners {
  readonly open: Tenure | null;
  readonly ended: readonly Tenure[];
}

/** A tenure begins; the one before ended in the same commit, or has ended by its time, as the record may know. */
export function beginTenure(owners: Owners, event: LogEvent, party: Party, record: OwnershipRecord | null): Owners {
  const { open, ended } = ownerBefore(owners, event, lapsedBy(event, record));
  const past = open === null ? ended : [...ended, closed(open, event.at, endBefore(open, event))];
  return { open: { ...tenureOf(event, party), from: event.at }, ended: past };
}

/** A tenure ends, and nobody follows. */
export function endTenure(owners: Owners, event: LogEvent, party: Party): Owners {
  const { open, ended } = ownerIn(owners, event, party);
  return { open: null, ended: [...ended, closed(open, event.at, endOf(event))] };
}

/** Whom an event is about owned before it: the log may not reach back to the beginning. */
export function ownerIn(owners: Owners, event: LogEvent, party: Party): Owners & { readonly open: Tenure } {
  const { open, ended } = owners;
  if (open?.fencingToken === event.fencingToken) return { open, ended };
  const { type, runId, previousRunId } = event;
  // Whoever evicts another or tells it to exit says where it comes from itself.
  const isByAnother = type === 'evict' || type === 'signal-exit';
  return inPlaceOf(owners, event, tenureOf(event, isByAnother ? strangerOf(previousRunId ?? runId) : party));
}

function ownerBefore(owners: Owners, event: LogEvent, lapsed: HistoryEvent | null): Owners {
  const { open } = owners;
  const { previousRunId } = event;
  // A claim names nobody, because nobody is in its way.
  const isTold = open !== null && (previousRunId === null || previousRunId === open.runId);
  const runId = previousRunId ?? lapsed?.runId ?? null;
  if (isTold || runId === null) return owners;
  const fencingToken = lapsed?.fencingToken ?? null;
  return inPlaceOf(owners, event, { ...tenureOf(event, strangerOf(runId)), fencingToken });
}

/** Another owns than who the log has told of, so something is missing in it. */
function inPlaceOf({ open, ended }: Owners, { at }: LogEvent, owner: Tenure): Owners & { readonly open: Tenure } {
  return { open: owner, ended: open === null ? ended : [...ended, closed(open, at, UNKNOWN)] };
}

function tenureOf({ pr, scope, fencingToken }: LogEvent, party: Party): Tenure {
  return { pr, scope, ...party, fencingToken, from: null, to: null, end: 'holds', reason: null };
}

function strangerOf(runId: string): Party {
  return { runId, attempt: null, workflow: null, job: null, actor: null, url: null };
}

function closed(tenure: Tenure, to: string, how: HowEnded): Tenure {
  return { ...tenure, to, ...how };
}

/**
 * All tenures up to now. Who owns now is what the record says; the log only tells what was before.
 *
 * @param last when the log tells of the target last.
 */
export function allTenures(
  { open, ended }: Owners,
  record: OwnershipRecord | null,
  { last, now }: { readonly last: string; readonly now: string },
): readonly Tenure[] {
  const past = ended.map((tenure) => inTime(tenure, record));
  if (record === null) return open === null ? past : [...past, { ...open, ...UNKNOWN }];
  const present = presentIn(record, now);
  const isTold = open === null || open.fencingToken === present?.fencingToken;
  const lost = isTold ? [] : [closed(open, last, UNKNOWN)];
  return [...past, ...lost, ...(present === null ? [] : [present])];
}

function presentIn({ target: { pr, scope }, activeRun: active }: OwnershipRecord, now: string): Tenure | null {
  if (active === null) return null;
  const { fencingToken, claimedAt: from, expiresAt } = active;
  const tenure = { pr, scope, ...partyOf(active), fencingToken, from, reason: null };
  return isExpired(active, now) ? { ...tenure, to: expiresAt, end: 'expired' } : { ...tenure, to: null, end: 'holds' };
}
