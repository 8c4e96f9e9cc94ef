import type { Decision, OkStatus } from './answer.js';
import { change, trimReason } from './change.js';
import {
  HIGHEST_TOKEN,
  SCHEMA_VERSION,
  type ActiveRun,
  type ExitSignal,
  type OwnershipRecord,
  type StoredTarget,
  type SupersedeCause,
} from './record.js';
import type { CoordinationRequest, Facts } from './request.js';
import { keepNewestSignals } from './signals.js';

/** The ways in which a record may change. */

/** What a target looks like before its first tenure. Token 0 was never handed out. */
export function blankRecord(target: StoredTarget): OwnershipRecord {
  return {
    schemaVersion: SCHEMA_VERSION,
    target,
    fencingToken: 0,
    activeRun: null,
    previousRun: null,
    queue: [],
    history: [],
    exitSignals: [],
  };
}

/** Begins a tenure of the asking run with the next token, replacing whoever held the target. */
export function startTenure(
  record: OwnershipRecord,
  request: CoordinationRequest,
  facts: Facts,
  how: { readonly status: OkStatus; readonly cause?: SupersedeCause },
): Decision {
  const fencingToken = Math.max(record.fencingToken, facts.tokenFloor) + 1;
  if (fencingToken > HIGHEST_TOKEN) return tokensUsedUp(facts.target);
  const replaced = record.activeRun !== null && record.activeRun.runId !== request.run.runId ? record.activeRun : null;
  const activeRun: ActiveRun = {
    runId: request.run.runId,
    attempt: request.run.attempt,
    fencingToken,
    claimedAt: facts.now,
    updatedAt: facts.now,
    expiresAt: null,
    detached: false,
    id: facts.writeId,
    renewedBy: null,
    holder: request.run.holder,
  };
  const previousRun =
    replaced === null
      ? record.previousRun
      : { runId: replaced.runId, replacedAt: facts.now, replacedByRunId: request.run.runId };
  return change(
    { ...record, fencingToken, activeRun, previousRun },
    {
      type: replaced === null ? 'claim' : 'takeover',
      status: how.status,
      fencingToken,
      previousRunId: replaced?.runId ?? null,
      details: how.cause === undefined ? {} : { cause: how.cause },
    },
    request,
    facts,
  );
}

/**
 * The owner goes on in its tenure. The holder becomes the renewing workflow run, so that liveness follows whoever works;
 * `claimedAt` is filled in where it was missing.
 */
export function refreshTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const { attempt, holder } = request.run;
  const activeRun = {
    ...active,
    claimedAt: active.claimedAt ?? facts.now,
    updatedAt: facts.now,
    renewedBy: facts.writeId,
    attempt,
    holder,
  };
  const { fencingToken } = active;
  return change({ ...record, activeRun }, { type: 'refresh', status: 'refreshed', fencingToken }, request, facts);
}

/** A strict assert: only the history grows, so that the commit itself proves the ownership. */
export function confirmTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const { fencingToken } = active;
  return change(record, { type: 'confirm', status: 'owner_confirmed', fencingToken }, request, facts);
}

/** Ends the tenure; the record stays, because its token must go on rising. */
export function endTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
  { type, jobOutcome }: { readonly type: 'release' | 'evict'; readonly jobOutcome: string | null },
): Decision {
  const previousRun = { runId: active.runId, replacedAt: facts.now, replacedByRunId: null };
  return change(
    { ...record, activeRun: null, previousRun },
    {
      type,
      status: 'released',
      fencingToken: active.fencingToken,
      previousRunId: type === 'evict' ? active.runId : null,
      details: jobOutcome === null ? {} : { outcome: jobOutcome },
    },
    request,
    facts,
  );
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
  return change(
    { ...record, exitSignals },
    { type: 'signal-exit', status: 'exit_signal_recorded', fencingToken, runId },
    request,
    facts,
  );
}

/** Changes nothing but the history: the commit moves the head, so that writes of unknown outcome can land no more. */
export function recordLeave(record: OwnershipRecord, request: CoordinationRequest, facts: Facts): Decision {
  const { fencingToken } = record;
  return change(record, { type: 'leave', status: 'release_noop', fencingToken }, request, facts);
}

function tokensUsedUp({ pr }: StoredTarget): Decision {
  return {
    kind: 'fail',
    failure: {
      code: 'state_corrupt',
      problem: `The fencing token of pull request ${String(pr)} cannot be raised any more; no honest record gets that far`,
      advice: 'Restore the last good version of the record from the log of the state branch.',
    },
  };
}
