import type { ActiveRun, HistoryEvent, OwnershipRecord } from './record.js';
import type { Facts } from './request.js';

/** What becomes of a tenure that has an end of its own. */

/** Whether the tenure has ended by itself. From its end on it is nobody's. */
export function isExpired({ expiresAt }: ActiveRun, now: string): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.parse(now);
}

/** From so long before the end of its tenure on, an owner is warned. */
const WARNING_MS = 10 * 60_000;

/** Whether the owner's tenure ends within ten minutes. */
export function endsSoon({ record, now }: { readonly record: OwnershipRecord | null; readonly now: string }): boolean {
  const end = record?.activeRun?.expiresAt ?? null;
  return end !== null && Date.parse(end) - Date.parse(now) <= WARNING_MS;
}

export interface Lapsed {
  readonly record: OwnershipRecord | null;
  /** The tenure that time has ended; `null`: none. */
  readonly expired: ActiveRun | null;
}

/** The record as time has left it: an expired tenure has ended, and the history says so. */
export function lapse(record: OwnershipRecord | null, facts: Pick<Facts, 'now' | 'writeId'>): Lapsed {
  const active = record?.activeRun ?? null;
  if (record === null || active === null || !isExpired(active, facts.now)) return { record, expired: null };
  const previousRun = { runId: active.runId, replacedAt: active.expiresAt, replacedByRunId: null };
  const history = [...record.history, expiredEvent(active, facts)];
  return { record: { ...record, activeRun: null, previousRun, history }, expired: active };
}

/** Time ended it, so nobody is named who did. */
export function expiredEvent(active: ActiveRun, { writeId }: Pick<Facts, 'writeId'>): HistoryEvent {
  return {
    type: 'expired',
    runId: active.runId,
    attempt: active.attempt,
    previousRunId: null,
    at: active.expiresAt,
    reason: null,
    fencingToken: active.fencingToken,
    id: writeId,
    actor: null,
    workflow: null,
    workflowRunId: active.holder?.workflowRunId ?? null,
  };
}
