import { QUEUE_LIMIT, type OwnershipRecord, type QueueEntry } from './record.js';
import type { ClaimRequest, EnsureRequest, Facts, Liveness, WaiterLiveness } from './request.js';
import { isSameWorkflowRun, type Run } from './run.js';

/** The line in front of a target (docs/guarantees.md, 25): who stands where, who counts, and who is next. */

/** So many waiters are asked about at most before one is taken for alive. */
const MOST_ASKED = 5;

/** A name for a place among those of one record; one that was written by hand may have no id. */
export function placeKey({ id, runId, attempt, since, until }: QueueEntry): string {
  return JSON.stringify([id, runId, attempt, since, until]);
}

/** Whether the place has an end that is past. One whose end nobody can read has none that counts. */
export function isPast({ until }: QueueEntry, now: string): boolean {
  return until === null || Date.parse(until) < Date.parse(now);
}

/** The place that one of these writes took, or `null`. */
export function placeOf(record: OwnershipRecord | null, writes: readonly string[]): QueueEntry | null {
  return record?.queue.find(({ id }) => id !== null && writes.includes(id)) ?? null;
}

/** How many stand before the run and with it; `null` where it is not in line. */
export function positionOf(record: OwnershipRecord | null, runId: string): number | null {
  const index = record?.queue.findIndex((place) => place.runId === runId) ?? -1;
  return index === -1 ? null : index + 1;
}

/** Whose turn it is, and what is left of the line before that is decided. */
export type Next =
  | { readonly kind: 'ask'; readonly place: QueueEntry }
  /** `rest` begins with the place. */
  | { readonly kind: 'place'; readonly place: QueueEntry; readonly rest: readonly QueueEntry[] }
  | { readonly kind: 'nobody' };

/**
 * The first in line who counts. Those whose time is past or whose step is over are passed; what is not known counts as
 * alive, and so does everybody after five have been asked about.
 *
 * @param isTrusted the place needs no question, because who asks knows.
 */
export function nextInLine(
  queue: readonly QueueEntry[],
  { now, waiterLiveness }: Pick<Facts, 'now' | 'waiterLiveness'>,
  isTrusted: (place: QueueEntry) => boolean = () => false,
): Next {
  let asked = 0;
  for (const [index, place] of queue.entries()) {
    if (isPast(place, now)) continue;
    const next: Next = { kind: 'place', place, rest: queue.slice(index) };
    if (isTrusted(place) || asked === MOST_ASKED || place.holder?.workflowRunId == null) return next;
    const liveness = livenessOf(place, waiterLiveness);
    if (liveness === 'unasked') return { kind: 'ask', place };
    if (liveness !== 'dead') return next;
    asked += 1;
  }
  return { kind: 'nobody' };
}

function livenessOf(place: QueueEntry, known: WaiterLiveness): Liveness {
  return known.get(placeKey(place)) ?? 'unasked';
}

/**
 * The line with a place for the asking step at its end, or where an earlier attempt of its run stands; `null` where it is
 * full. Places that do not count any more are dropped only to make room.
 */
export function withPlace(
  queue: readonly QueueEntry[],
  { run, term, line }: ClaimRequest | EnsureRequest,
  { now, writeId }: Facts,
): readonly QueueEntry[] | null {
  const place: QueueEntry = {
    runId: run.runId,
    attempt: run.attempt,
    since: now,
    until: new Date(Date.parse(now) + (line?.placeMs ?? 0)).toISOString(),
    detached: term.detached,
    expiresAfter: term.expiresAfterMs,
    holder: run.holder,
    id: writeId,
  };
  const earlier = queue.findIndex((other) => isEarlierAttempt(other, run));
  if (earlier !== -1) {
    return queue.flatMap((other, index) => (index === earlier ? [place] : isEarlierAttempt(other, run) ? [] : [other]));
  }
  if (queue.length < QUEUE_LIMIT) return [...queue, place];
  const counting = queue.filter((other) => !isPast(other, now));
  return counting.length < QUEUE_LIMIT ? [...counting, place] : null;
}

function isEarlierAttempt({ runId, attempt, holder }: QueueEntry, run: Run): boolean {
  return runId === run.runId && isSameWorkflowRun(holder, run.holder) && attempt < run.attempt;
}
