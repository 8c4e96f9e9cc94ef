import type { Ask, Entry, Stored, Tenure } from './terms.js';

/** Contract, section 5: tenures that have an end. */

/** From its end on a tenure is nobody's. */
export function isExpired(tenure: Tenure | null, now: string): boolean {
  return tenure !== null && tenure.expiresAt !== null && Date.parse(tenure.expiresAt) <= Date.parse(now);
}

/** Silent: who has ended it is nobody, it is about the run that had it, and `at` is when it ended. */
export function expiredEntry({ runId, attempt, expiresAt, fencingToken, holder }: Tenure, id: string): Entry {
  return {
    ...{ type: 'expired', runId, attempt, previousRunId: null, at: expiresAt, reason: null, fencingToken, id },
    ...{ actor: null, workflow: null, workflowRunId: holder?.workflowRunId ?? null },
  };
}

/** What time has left of a record whose owner's tenure is over; `id` names the write that will say so. */
export function afterTheEnd(record: Stored, tenure: Tenure, id: string): Stored {
  const previousRun = { runId: tenure.runId, replacedAt: tenure.expiresAt, replacedByRunId: null };
  return { ...record, activeRun: null, previousRun, history: [...record.history, expiredEntry(tenure, id)] };
}

/** A renewal says how long from now on, or leaves the end alone. Silent: what nobody has said only puts an end off. */
export function renewedEnd({ expiresAt }: Tenure, { term }: Ask, now: string): string | null {
  const end = endAfter(term.expiresAfterMs, now);
  if (expiresAt === null) return term.byDefault ? null : end;
  if (end === null) return expiresAt;
  return term.byDefault && expiresAt > end ? expiresAt : end;
}

export function endAfter(milliseconds: number | null, now: string): string | null {
  return milliseconds === null ? null : new Date(Date.parse(now) + milliseconds).toISOString();
}
