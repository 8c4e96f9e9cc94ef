import type { Decision, OkStatus } from './answer.js';
import {
  KEPT_ENTRIES,
  REASON_LIMIT,
  SCHEMA_VERSION,
  type ActiveRun,
  type EventType,
  type ExitSignal,
  type HistoryEvent,
  type OwnershipRecord,
  type SupersedeCause,
  type Target,
} from './record.js';
import type { CoordinationRequest, Facts } from './request.js';
import { keepNewestSignals } from './signals.js';

/** The ways in which a record may change. Every one of them adds an event that carries the request's id. */

interface Change {
  readonly type: EventType;
  readonly status: OkStatus;
  readonly fencingToken: number;
  readonly runId?: string;
  readonly previousRunId?: string | null;
  readonly details?: Pick<HistoryEvent, 'actor' | 'cause' | 'outcome'>;
}

/** What a target looks like before its first tenure. Token 0 was never handed out. */
export function blankRecord(target: Target): OwnershipRecord {
  return {
    schemaVersion: SCHEMA_VERSION,
    target,
    fencingToken: 0,
    activeRun: null,
    previousRun: null,
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
  const fencingToken = record.fencingToken + 1;
  const replaced = record.activeRun !== null && record.activeRun.runId !== request.run.runId ? record.activeRun : null;
  const activeRun: ActiveRun = {
    runId: request.run.runId,
    attempt: request.run.attempt,
    fencingToken,
    claimedAt: facts.now,
    updatedAt: facts.now,
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
      details: { ...(replaced === null ? {} : actorOf(request)), ...(how.cause ? { cause: how.cause } : {}) },
    },
    request,
    facts,
  );
}

/** The owner goes on in its tenure: `updatedAt` moves, `claimedAt` is filled in where it was missing. */
export function refreshTenure(
  record: OwnershipRecord,
  active: ActiveRun,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const activeRun = { ...active, claimedAt: active.claimedAt ?? facts.now, updatedAt: facts.now };
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
  type: 'release' | 'evict',
): Decision {
  const previousRun = { runId: active.runId, replacedAt: facts.now, replacedByRunId: null };
  return change(
    { ...record, activeRun: null, previousRun },
    {
      type,
      status: 'released',
      fencingToken: active.fencingToken,
      previousRunId: type === 'evict' ? active.runId : null,
      details: {
        ...(type === 'evict' ? actorOf(request) : {}),
        ...(request.jobOutcome === null ? {} : { outcome: request.jobOutcome }),
      },
    },
    request,
    facts,
  );
}

/** Records that a run must exit, or is exiting. A signal to the owner belongs to its tenure, any other to this time. */
export function recordExitSignal(
  record: OwnershipRecord,
  runId: string,
  request: CoordinationRequest,
  facts: Facts,
): Decision {
  const { activeRun } = record;
  const fencingToken = activeRun?.runId === runId ? activeRun.fencingToken : record.fencingToken;
  const signal: ExitSignal = { runId, at: facts.now, reason: trimReason(request.reason), fencingToken };
  const exitSignals = keepNewestSignals([...record.exitSignals, signal], activeRun);
  return change(
    { ...record, exitSignals },
    { type: 'signal-exit', status: 'exit_signal_recorded', fencingToken, runId, details: actorOf(request) },
    request,
    facts,
  );
}

/** Trimmed to 500 code units without cutting a surrogate pair in two; nothing left means no reason. */
export function trimReason(reason: string | null): string | null {
  const text = (reason ?? '').trim().slice(0, REASON_LIMIT);
  const whole = text.replace(/[\uD800-\uDBFF]$/, '');
  return whole === '' ? null : whole;
}

function change(next: OwnershipRecord, what: Change, request: CoordinationRequest, facts: Facts): Decision {
  const event: HistoryEvent = {
    type: what.type,
    runId: what.runId ?? request.run.runId,
    previousRunId: what.previousRunId ?? null,
    at: facts.now,
    reason: trimReason(request.reason),
    fencingToken: what.fencingToken,
    id: request.id,
    ...what.details,
  };
  return {
    kind: 'write',
    answer: { kind: 'ok', status: what.status },
    event,
    next: { ...next, history: [...next.history, event].slice(-KEPT_ENTRIES) },
  };
}

function actorOf(request: CoordinationRequest): { actor?: string } {
  const actor = request.run.holder?.actor ?? null;
  return actor === null ? {} : { actor };
}
