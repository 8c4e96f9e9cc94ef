import type { Decision, OkStatus } from './answer.js';
import { keepHistory } from './history.js';
import { REASON_LIMIT, type EventType, type HistoryEvent, type OwnershipRecord } from './record.js';
import type { CoordinationRequest, Facts } from './request.js';

/** What a change of a record is, beside the record that comes of it. */
export interface Change {
  readonly type: EventType;
  readonly status: OkStatus;
  readonly fencingToken: number;
  readonly runId?: string;
  readonly previousRunId?: string | null;
  readonly details?: Pick<HistoryEvent, 'cause' | 'outcome'>;
}

/** Trimmed to 500 code units without cutting a surrogate pair in two; nothing left means no reason. */
export function trimReason(reason: string | null): string | null {
  const text = (reason ?? '').trim().slice(0, REASON_LIMIT);
  const whole = text.replace(/[\uD800-\uDBFF]$/, '');
  return whole === '' ? null : whole;
}

/** Every change adds an event that carries the id of the write, and names the target as it is called now. */
export function change(next: OwnershipRecord, what: Change, request: CoordinationRequest, facts: Facts): Decision {
  const { run } = request;
  const event: HistoryEvent = {
    type: what.type,
    runId: what.runId ?? run.runId,
    attempt: run.attempt,
    previousRunId: what.previousRunId ?? null,
    at: facts.now,
    reason: trimReason(request.reason),
    fencingToken: what.fencingToken,
    id: facts.writeId,
    actor: run.holder?.actor ?? null,
    workflow: run.holder?.workflow ?? null,
    workflowRunId: run.holder?.workflowRunId ?? null,
    ...what.details,
  };
  return {
    kind: 'write',
    answer: { kind: 'ok', status: what.status },
    event,
    next: { ...next, target: facts.target, history: keepHistory([...next.history, event]) },
  };
}
