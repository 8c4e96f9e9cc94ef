import type { Answer, Decision, OkStatus } from './answer.js';
import { change, eventOf } from './change.js';
import { expiredEvent, isExpired } from './expiry.js';
import { nextToken, startedTenure, tokensUsedUp } from './new-tenure.js';
import { isPast, nextInLine, withPlace } from './queue.js';
import type { ActiveRun, HistoryEvent, OwnershipRecord, QueueEntry, SupersedeCause } from './record.js';
import type {
  ClaimRequest,
  CoordinationRequest,
  EnsureRequest,
  Facts,
  LeaveRequest,
  ReleaseRequest,
} from './request.js';
import { isSameWorkflowRun, type Run } from './run.js';
import { startTenure } from './tenure.js';

/**
 * Who comes after a tenure (docs/guarantees.md, 25). Whatever ends one gives the target to the first in line in the same
 * commit, so that there is no gap, no race, and the order of coming is the order of service.
 */

/** What ended the tenure before, and what is answered if the asking run gets the target. */
export interface Succession {
  readonly status: OkStatus;
  readonly cause?: SupersedeCause;
}

/** Ends the tenure. The record stays, because its token must go on rising; the first in line becomes the owner. */
export function endTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: ReleaseRequest | LeaveRequest | ClaimRequest | EnsureRequest,
  facts: Facts,
  how: { readonly type: 'release' | 'evict'; readonly jobOutcome: string | null; readonly answer: OkStatus | Answer },
): Decision {
  const { type, jobOutcome, answer } = how;
  const ended = eventOf(
    {
      type,
      fencingToken: active.fencingToken,
      previousRunId: type === 'evict' ? active.runId : null,
      details: jobOutcome === null ? {} : { outcome: jobOutcome },
    },
    request,
    facts,
  );
  const byTime = isExpired(active, facts.now) ? [expiredEvent(active, facts)] : [];
  const next = nextInLine(record.queue, facts);
  if (next.kind === 'ask') return { kind: 'ask', question: 'waiter_liveness', place: next.place };
  const past = { ...record, history: [...record.history, ...byTime] };
  if (next.kind === 'nobody') {
    const previousRun = { runId: active.runId, replacedAt: facts.now, replacedByRunId: null };
    return change({ ...past, activeRun: null, previousRun, queue: [] }, ended, answer, facts);
  }
  const withEnd = { ...past, history: [...past.history, ended], queue: next.rest };
  return handOver(withEnd, active, next.place, request, facts, { answer });
}

/**
 * The owner is gone, or there is none. The first in line gets the target, be it who asks or another; where nobody counts
 * any more, who asks gets it.
 */
export function succeed(
  record: OwnershipRecord,
  request: ClaimRequest | EnsureRequest,
  facts: Facts,
  how: Succession,
): Decision {
  const next = nextInLine(record.queue, facts, (place) => isOwn(place, facts) || isOfRun(place, request.run));
  switch (next.kind) {
    case 'ask':
      return { kind: 'ask', question: 'waiter_liveness', place: next.place };
    case 'nobody':
      return startTenure({ ...record, queue: [] }, request, facts, how);
    case 'place': {
      const { place, rest } = next;
      const passed = { ...record, queue: rest };
      const { activeRun: gone } = record;
      const cause = how.cause === undefined ? {} : { cause: how.cause };
      if (isOwn(place, facts)) return handOver(passed, gone, place, request, facts, { ...cause, answer: how.status });
      // Another step of this run is the first: it finds its run the owner, and goes on.
      if (isOfRun(place, request.run)) return startTenure(passed, request, facts, how);
      // A later attempt of this run is the first: there is nothing left to wait for.
      const isLost = place.runId === request.run.runId;
      const answer: Answer = { kind: 'conflict', code: isLost ? 'ownership_lost' : 'active_run_exists' };
      const decision = handOver(passed, gone, place, request, facts, { ...cause, answer });
      return isLost ? decision : joiningOrLeaving(decision, request, facts);
    }
  }
}

/** Whoever would wait joins in the very commit by which it hands over to another, and whoever stops waiting leaves in it. */
function joiningOrLeaving(decision: Decision, request: ClaimRequest | EnsureRequest, facts: Facts): Decision {
  const { line } = request;
  if (decision.kind !== 'write' || line === null) return decision;
  const { next } = decision;
  const others = next.queue.filter((place) => !isOwn(place, facts));
  if (line.action === 'leave') return { ...decision, next: { ...next, queue: others } };
  if (others.length < next.queue.length) return decision;
  const queue = withPlace(next.queue, request, facts);
  return queue === null ? decision : { ...decision, next: { ...next, queue } };
}

/** The place that this very step took. */
function isOwn({ id }: QueueEntry, { ownWrites }: Facts): boolean {
  return id !== null && ownWrites.includes(id);
}

/** A later attempt's place is not that of the attempt that asks. */
function isOfRun(place: QueueEntry, run: Run): boolean {
  if (place.runId !== run.runId) return false;
  return !(isSameWorkflowRun(place.holder, run.holder) && place.attempt > run.attempt);
}

function handOver(
  record: OwnershipRecord,
  gone: ActiveRun | null,
  place: QueueEntry,
  request: CoordinationRequest,
  facts: Facts,
  { answer, cause }: { readonly answer: OkStatus | Answer; readonly cause?: SupersedeCause },
): Decision {
  const fencingToken = nextToken(record, facts);
  if (fencingToken === null) return tokensUsedUp(facts.target);
  const { runId, attempt, holder, detached, expiresAfter } = place;
  const event: HistoryEvent = {
    ...eventOf(
      { type: 'handover', fencingToken, runId, previousRunId: gone?.runId ?? lapsedNow(record, facts) },
      request,
      facts,
    ),
    attempt,
    // A reason is that of the end, and stands with it.
    reason: null,
    workflowRunId: holder?.workflowRunId ?? null,
    ...(cause === undefined ? {} : { cause }),
    ...(place.id === null ? {} : { entry: place.id }),
  };
  const activeRun = startedTenure(place, fencingToken, { detached, expiresAfterMs: expiresAfter }, facts);
  const previousRun =
    gone === null
      ? record.previousRun && { ...record.previousRun, replacedByRunId: runId }
      : { runId: gone.runId, replacedAt: facts.now, replacedByRunId: runId };
  const queue = record.queue.filter((other) => other.runId !== runId);
  return change({ ...record, fencingToken, activeRun, previousRun, queue }, event, answer, facts);
}

/** Whose tenure time has ended, as far as this very write is the first to say so. */
function lapsedNow({ history }: OwnershipRecord, { writeId }: Facts): string | null {
  const last = history.at(-1);
  return last?.type === 'expired' && last.id === writeId ? last.runId : null;
}

/** Whether anybody else may be in line whom a takeover of a free target would pass by. */
export function hasOthersWaiting({ queue }: OwnershipRecord, { runId }: Run, now: string): boolean {
  return queue.some((place) => place.runId !== runId && !isPast(place, now));
}
