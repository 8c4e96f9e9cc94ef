import type { OwnershipRecord } from '../record.js';
import { isExpired } from '../expiry.js';
import { takePlace, leavePlaces, servePlaces, stillWaiting, type OpenWait } from './waits.js';
import type { LogEvent } from './log-event.js';
import type { Party, Tenure, TenureEnd, Wait } from './model.js';
import { partyOf } from './owner.js';

/** What the log tells of one target: who owned it from when to when, and who waited. */
export interface Story {
  readonly tenures: readonly Tenure[];
  readonly waits: readonly Wait[];
}

interface Telling {
  readonly open: Tenure | null;
  readonly ended: readonly Tenure[];
  readonly waiting: readonly OpenWait[];
  readonly waited: readonly Wait[];
}

/**
 * @param events of one target, the oldest first.
 * @param record what is on the branch now; it knows best who owns and who waits. `null`: there is none that can be read.
 */
export function storyOf(
  events: readonly LogEvent[],
  record: OwnershipRecord | null,
  now: string,
  urlOf: (workflowRunId: number) => string,
): Story {
  const nothing: Telling = { open: null, ended: [], waiting: [], waited: [] };
  const told = events.reduce((before, event) => after(before, event, urlOf), nothing);
  const last = events.at(-1)?.at ?? now;
  const tenures = [...told.ended, ...present(told.open, record, now)];
  const waits = [...told.waited, ...stillWaiting(told.waiting, record, last)];
  return { tenures, waits };
}

function after(before: Telling, event: LogEvent, urlOf: (id: number) => string): Telling {
  const { open, ended, waiting, waited } = before;
  switch (event.type) {
    case 'claim':
    case 'takeover':
    case 'handover': {
      const served = servePlaces(waiting, event);
      const begun = begin(event, served.place, urlOf);
      return {
        open: begun,
        ended: open === null ? ended : [...ended, closed(open, event, endBefore(open, event))],
        waiting: served.rest,
        waited: [...waited, ...served.waits],
      };
    }
    case 'release':
    case 'evict': {
      const owner = open ?? earlier(event, event.previousRunId ?? event.runId, urlOf);
      const end: TenureEnd = event.endedBy === 'expired' ? 'expired' : event.type === 'evict' ? 'evicted' : 'released';
      return { ...before, open: null, ended: [...ended, closed(owner, event, { end, reason: event.reason })] };
    }
    case 'join': {
      const joined = takePlace(waiting, event, urlOf);
      return { ...before, waiting: joined.waiting, waited: [...waited, ...joined.waits] };
    }
    case 'leave': {
      const left = leavePlaces(waiting, event);
      return { ...before, waiting: left.rest, waited: [...waited, ...left.waits] };
    }
    default:
      // Whatever else an owner does, it owned before: the log may not reach back to its beginning.
      return open === null && event.fencingToken !== null
        ? { ...before, open: earlier(event, event.runId, urlOf) }
        : before;
  }
}

function begin(event: LogEvent, place: Wait | null, urlOf: (id: number) => string): Tenure {
  const { pr, scope, at, runId, attempt, workflowRunId, fencingToken } = event;
  // A hand-over is written by whoever ended the tenure before; who was served has told of itself when it joined.
  const who: Pick<Party, 'workflow' | 'actor'> = event.type === 'handover' ? (place ?? NOBODY) : event;
  const { workflow, actor } = who;
  return {
    ...{ pr, scope, runId, attempt, workflow, actor, job: null },
    url: workflowRunId === null ? null : urlOf(workflowRunId),
    ...{ fencingToken: fencingToken ?? 0, from: at, to: null, end: 'holds', reason: null },
  };
}

const NOBODY = { workflow: null, actor: null };

/** A tenure whose beginning was not read. */
function earlier(event: LogEvent, runId: string, urlOf: (id: number) => string): Tenure {
  const isOwn = runId === event.runId;
  const known = isOwn ? event : { ...event, attempt: null, workflowRunId: null };
  return { ...begin(known, null, urlOf), ...(isOwn ? {} : NOBODY), runId, from: null };
}

function closed(tenure: Tenure, { at }: LogEvent, how: Pick<Tenure, 'end' | 'reason'>): Tenure {
  return { ...tenure, to: at, ...how };
}

const CAUSES: Readonly<Record<string, string>> = {
  dead: 'its run was over',
  exit_signal: 'it was told to exit',
  stale: 'it had not been heard of for too long',
};

/** How a tenure ended that another one followed in the same commit. */
function endBefore(open: Tenure, event: LogEvent): Pick<Tenure, 'end' | 'reason'> {
  const { endedBy, cause, reason } = event;
  if (endedBy === 'release') return { end: 'released', reason };
  if (endedBy === 'evict') return { end: 'evicted', reason };
  if (endedBy === 'expired') return { end: 'expired', reason: null };
  if (cause !== null) return { end: 'superseded', reason: CAUSES[cause] ?? cause };
  if (event.type === 'takeover') return { end: 'taken_over', reason };
  if (event.runId === open.runId) return { end: 'superseded', reason: 'the run began anew' };
  return { end: 'unknown', reason: null };
}

/** What is now is what the record says; the log only tells what was before. */
function present(open: Tenure | null, record: OwnershipRecord | null, now: string): readonly Tenure[] {
  const active = record?.activeRun ?? null;
  if (record === null || active === null) {
    return open === null ? [] : [{ ...open, end: 'unknown' }];
  }
  const { pr, scope } = record.target;
  const { fencingToken } = active;
  const isEnded = isExpired(active, now);
  const current: Tenure = {
    ...{ pr, scope, ...partyOf(active), fencingToken, from: active.claimedAt },
    to: isEnded ? active.expiresAt : null,
    end: isEnded ? 'expired' : 'holds',
    reason: null,
  };
  return open === null || open.fencingToken === fencingToken ? [current] : [{ ...open, end: 'unknown' }, current];
}
