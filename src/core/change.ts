import type { Answer, OkStatus, WriteDecision } from './answer.js';
import { keepHistory } from './history.js';
import { REASON_LIMIT, type EventType, type HistoryEvent, type OwnershipRecord } from './record.js';
import type { CoordinationRequest, Facts } from './request.js';

/** What happened, beside the record that comes of it. */
export interface Happened {
  readonly type: EventType;
  readonly fencingToken: number;
  /** Whom it is about, where that is not the asking run. */
  readonly runId?: string;
  readonly previousRunId?: string | null;
  readonly details?: Pick<HistoryEvent, 'cause' | 'outcome' | 'from' | 'to' | 'ref'>;
}

/** Trimmed to 500 code units without cutting a surrogate pair in two; nothing left means no reason. */
export function trimReason(reason: string | null): string | null {
  const text = (reason ?? '').trim().slice(0, REASON_LIMIT);
  const whole = text.replace(/[\uD800-\uDBFF]$/, '');
  return whole === '' ? null : whole;
}

/** The event carries the id of the write that brings it, and who made that write. */
export function eventOf(what: Happened, { run, reason }: CoordinationRequest, facts: Facts): HistoryEvent {
  return {
    type: what.type,
    runId: what.runId ?? run.runId,
    attempt: run.attempt,
    previousRunId: what.previousRunId ?? null,
    at: facts.now,
    reason: trimReason(reason),
    fencingToken: what.fencingToken,
    id: facts.writeId,
    actor: run.holder?.actor ?? null,
    workflow: run.holder?.workflow ?? null,
    workflowRunId: run.holder?.workflowRunId ?? null,
    ...what.details,
  };
}

/** A change that adds an event to the history, and names the target as it is called now. */
export function change(
  next: OwnershipRecord,
  event: HistoryEvent,
  answer: OkStatus | Answer,
  facts: Facts,
): WriteDecision {
  return changeUnrecorded({ ...next, history: [...next.history, event] }, event, answer, facts);
}

/** A change of which only the log of the branch keeps the event. */
export function changeUnrecorded(
  next: OwnershipRecord,
  event: HistoryEvent,
  answer: OkStatus | Answer,
  facts: Facts,
): WriteDecision {
  return {
    kind: 'write',
    answer: typeof answer === 'string' ? { kind: 'ok', status: answer } : answer,
    event,
    next: { ...next, target: facts.target, history: keepHistory(next.history) },
  };
}
