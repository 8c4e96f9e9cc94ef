import type { Answer, Decision, OkStatus } from './answer.js';
import { change, changeUnrecorded, eventOf, trimReason } from './change.js';
import { nextToken, startedTenure, tokensUsedUp } from './new-tenure.js';
import type { ActiveRun, ExitSignal, OwnershipRecord, PreviousRun, SupersedeCause } from './record.js';
import type {
  ClaimRequest,
  CoordinationRequest,
  EnsureRequest,
  Facts,
  LeaveRequest,
  RenewRequest,
  TakeoverRequest,
  Term,
} from './request.js';
import { keepNewestSignals } from './signals.js';

/** The ways in which a tenure begins by the run that asks, goes on, and is told to end. */

/**
 * Begins a tenure of the asking run with the next token, replacing whoever held the target. Whoever else of the run waits
 * finds it the owner, so none of its places stays in line.
 */
export function startTenure(
  record: OwnershipRecord,
  request: ClaimRequest | TakeoverRequest | EnsureRequest,
  facts: Facts,
  how: { readonly status: OkStatus; readonly cause?: SupersedeCause },
): Decision {
  const fencingToken = nextToken(record, facts);
  if (fencingToken === null) return tokensUsedUp(facts.target);
  const { run, term } = request;
  const replaced = record.activeRun !== null && record.activeRun.runId !== run.runId ? record.activeRun : null;
  const previousRun: PreviousRun | null =
    replaced === null
      ? record.previousRun
      : { runId: replaced.runId, replacedAt: facts.now, replacedByRunId: run.runId };
  const event = eventOf(
    {
      type: replaced === null ? 'claim' : 'takeover',
      fencingToken,
      previousRunId: replaced?.runId ?? null,
      details: how.cause === undefined ? {} : { cause: how.cause },
    },
    request,
    facts,
  );
  const activeRun = startedTenure(run, fencingToken, term, facts);
  const queue = record.queue.filter(({ runId }) => runId !== run.runId);
  return change({ ...record, fencingToken, activeRun, previousRun, queue }, event, how.status, facts);
}

/**
 * The owner goes on in its tenure. The holder becomes the renewing workflow run, so that liveness follows whoever works;
 * `claimedAt` is filled in where it was missing, and the end moves where the renewal says how long.
 */
export function refreshTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: ClaimRequest | TakeoverRequest | EnsureRequest | RenewRequest,
  facts: Facts,
): Decision {
  const { attempt, holder } = request.run;
  const activeRun = {
    ...active,
    claimedAt: active.claimedAt ?? facts.now,
    updatedAt: facts.now,
    expiresAt: renewedEnd(active, request.term, facts.now),
    renewedBy: facts.writeId,
    attempt,
    holder,
  };
  const event = eventOf({ type: 'refresh', fencingToken: active.fencingToken }, request, facts);
  return change({ ...record, activeRun }, event, 'refreshed', facts);
}

/** A renewal sets the end anew where it says how long, and never clears it. What nobody said only puts an end off. */
function renewedEnd({ expiresAt }: ActiveRun, { expiresAfterMs, byDefault }: Term, now: string): string | null {
  if (expiresAfterMs === null || (byDefault && expiresAt === null)) return expiresAt;
  const end = Date.parse(now) + expiresAfterMs;
  const ms = byDefault && expiresAt !== null ? Math.max(end, Date.parse(expiresAt)) : end;
  return new Date(ms).toISOString();
}

/** A strict assert: only the history grows, so that the commit itself proves the ownership. */
export function confirmTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const event = eventOf({ type: 'confirm', fencingToken: active.fencingToken }, request, facts);
  return change(record, event, 'owner_confirmed', facts);
}

/** Records that the owner must exit, or is exiting. The signal belongs to its tenure. */
export function recordExitSignal(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const { runId, fencingToken } = active;
  const signal: ExitSignal = { runId, at: facts.now, reason: trimReason(request.reason), fencingToken };
  const exitSignals = keepNewestSignals([...record.exitSignals, signal], active);
  const event = eventOf({ type: 'signal-exit', fencingToken, runId }, request, facts);
  return change({ ...record, exitSignals }, event, 'exit_signal_recorded', facts);
}

/** Changes nothing but the history: the commit moves the head, so that writes of unknown outcome can land no more. */
export function recordLeave(record: OwnershipRecord, request: LeaveRequest, facts: Facts): Decision {
  const event = eventOf({ type: 'leave', fencingToken: record.fencingToken }, request, facts);
  return change(record, event, 'release_noop', facts);
}

/** Takes places out of the line. The commit moves the head too, and stands in no history: leaving is no event of a tenure. */
export function leaveLine(
  record: OwnershipRecord,
  ids: readonly string[],
  request: CoordinationRequest,
  facts: Facts,
  answer: OkStatus | Answer,
): Decision {
  const queue = record.queue.filter(({ id }) => id === null || !ids.includes(id));
  const event = eventOf({ type: 'leave', fencingToken: record.fencingToken }, request, facts);
  return changeUnrecorded({ ...record, queue }, event, answer, facts);
}
