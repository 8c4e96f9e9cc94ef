import { SCHEMA_VERSION, type HistoryEvent, type OwnershipRecord } from './record.js';

/** The stored text: two-space JSON with a stable key order and one final newline, so that diffs on the branch read well. */
export function writeRecord(record: OwnershipRecord): string {
  const { activeRun, previousRun } = record;
  const ordered = {
    schemaVersion: SCHEMA_VERSION,
    target: { repo: record.target.repo, pr: record.target.pr },
    fencingToken: record.fencingToken,
    activeRun: activeRun && {
      runId: activeRun.runId,
      attempt: activeRun.attempt,
      fencingToken: activeRun.fencingToken,
      claimedAt: activeRun.claimedAt,
      updatedAt: activeRun.updatedAt,
      holder: activeRun.holder && {
        workflowRunId: activeRun.holder.workflowRunId,
        workflow: activeRun.holder.workflow,
        job: activeRun.holder.job,
        actor: activeRun.holder.actor,
        url: activeRun.holder.url,
      },
    },
    previousRun: previousRun && {
      runId: previousRun.runId,
      replacedAt: previousRun.replacedAt,
      replacedByRunId: previousRun.replacedByRunId,
    },
    history: record.history.map(orderEvent),
    exitSignals: record.exitSignals.map(({ runId, at, reason, fencingToken }) => ({ runId, at, reason, fencingToken })),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function orderEvent(event: HistoryEvent): HistoryEvent {
  const { type, runId, previousRunId, at, reason, fencingToken, id, actor, cause, outcome } = event;
  return {
    type,
    runId,
    previousRunId,
    at,
    reason,
    fencingToken,
    id,
    ...(actor === undefined ? {} : { actor }),
    ...(cause === undefined ? {} : { cause }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}
