import { isPast } from '../queue.js';
import type { OwnershipRecord, QueueEntry } from '../record.js';
import type { LogEvent } from './log-event.js';
import type { Party, Wait } from './model.js';
import { partyOf } from './owner.js';

/** Who stands in line while the log is told. */
export interface OpenWait {
  readonly wait: Wait;
  /** The id of the write that took the place. */
  readonly id: string | null;
  readonly workflowRunId: number | null;
}

/** The line in front of one target, and the waits that are over. */
export interface Line {
  readonly waiting: readonly OpenWait[];
  readonly waited: readonly Wait[];
}

/** Whether a place is known to have stayed in line, because it was served later or is there now. */
export type Stays = (open: OpenWait) => boolean;

/** At the end of the line, or where an earlier attempt of the run stands, whose place it takes. */
export function takePlace({ waiting, waited }: Line, event: LogEvent, party: Party): Line {
  const { pr, scope, at, requestId, workflowRunId } = event;
  const { runId, attempt } = party;
  const isEarlier = (open: OpenWait): boolean =>
    open.wait.runId === runId &&
    workflowRunId !== null &&
    open.workflowRunId === workflowRunId &&
    (open.wait.attempt ?? 0) < (attempt ?? 0);
  const taken: OpenWait = {
    wait: { pr, scope, ...party, from: at, to: null, end: 'waits' },
    ...{ id: requestId, workflowRunId },
  };
  const first = waiting.find(isEarlier);
  const isLeft = (open: OpenWait): boolean => isEarlier(open) && open !== first;
  const others = waiting.filter((open) => !isLeft(open));
  return {
    waiting: first === undefined ? [...others, taken] : others.map((open) => (open === first ? taken : open)),
    waited: [...waited, ...waiting.filter(isEarlier).map((open) => ended(open, 'left', at))],
  };
}

/** A commit that gives a run a tenure removes all its places, and those that it passed because they did not count. */
export function servePlaces({ waiting, waited }: Line, event: LogEvent, stays: Stays): Line {
  const { runId, at } = event;
  const isServed = ({ wait }: OpenWait): boolean => wait.runId === runId;
  const passed = new Set(passedBy(waiting, event).filter((open) => !stays(open)));
  const isOver = (open: OpenWait): boolean => isServed(open) || passed.has(open);
  return {
    waiting: waiting.filter((open) => !isOver(open)),
    waited: [...waited, ...waiting.filter(isOver).map((open) => ended(open, isServed(open) ? 'served' : 'left', at))],
  };
}

/** Who stood before whoever was served. */
function passedBy(waiting: readonly OpenWait[], { type, place, runId, cause, endedBy }: LogEvent): readonly OpenWait[] {
  if (type === 'handover')
    return waiting.slice(
      0,
      Math.max(
        0,
        waiting.findIndex(({ id }) => id === place),
      ),
    );
  // A takeover and a later attempt pass by the line, which stays as it is.
  if (cause === null && endedBy === null) return [];
  const own = waiting.findIndex(({ wait }) => wait.runId === runId);
  return own === -1 ? waiting : waiting.slice(0, own);
}

/** Nobody in line counted any more, or there would have been a hand-over. */
export function emptyLine({ waiting, waited }: Line, { at }: LogEvent, stays: Stays): Line {
  const dropped = waiting.filter((open) => !stays(open));
  return { waiting: waiting.filter(stays), waited: [...waited, ...dropped.map((open) => ended(open, 'left', at))] };
}

/** The log does not say which place was left; where a job waits in several steps, the oldest is. */
export function leavePlace({ waiting, waited }: Line, event: LogEvent, stays: Stays): Line {
  const isOfJob = ({ wait, workflowRunId }: OpenWait): boolean =>
    wait.runId === event.runId && wait.attempt === event.attempt && workflowRunId === event.workflowRunId;
  const left = waiting.find((open) => isOfJob(open) && !stays(open));
  if (left === undefined) return { waiting, waited };
  return { waiting: waiting.filter((open) => open !== left), waited: [...waited, ended(left, 'left', event.at)] };
}

/**
 * All waits up to now. Those that the record has go on until their time is past; what it does not have was dropped without a
 * word of the log.
 *
 * @param last when the log tells of the target last.
 */
export function allWaits(
  { waiting, waited }: Line,
  record: OwnershipRecord | null,
  { last, now }: { readonly last: string; readonly now: string },
): readonly Wait[] {
  const places = record === null ? [] : placesOf(record, now);
  const isPresent = ({ id }: OpenWait): boolean => places.some((place) => place.id === id);
  const dropped = waiting.filter((open) => !isPresent(open)).map((open) => ended(open, 'left', last));
  return [...waited, ...dropped, ...places.map(({ wait }) => wait)];
}

function placesOf({ target, queue }: OwnershipRecord, now: string): readonly Pick<OpenWait, 'wait' | 'id'>[] {
  const { pr, scope } = target;
  return queue.flatMap((place) => {
    const { since: from, id } = place;
    return from === null ? [] : [{ id, wait: { pr, scope, ...partyOf(place), from, ...endOf(place, from, now) } }];
  });
}

function endOf(place: QueueEntry, since: string, now: string): Pick<Wait, 'to' | 'end'> {
  return isPast(place, now) ? { to: place.until ?? since, end: 'left' } : { to: null, end: 'waits' };
}

function ended({ wait }: OpenWait, end: Wait['end'], to: string): Wait {
  return { ...wait, end, to };
}
