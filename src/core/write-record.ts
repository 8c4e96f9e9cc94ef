import { SCHEMA_VERSION, type ActiveRun, type HistoryEvent, type Holder, type OwnershipRecord } from './record.js';

/** The stored text: two-space JSON with a stable key order and one final newline, so that diffs on the branch read well. */
export function writeRecord(record: OwnershipRecord): string {
  const { target, activeRun, previousRun } = record;
  const ordered = {
    schemaVersion: SCHEMA_VERSION,
    target: { repo: target.repo, repoId: target.repoId, pr: target.pr, scope: target.scope },
    fencingToken: record.fencingToken,
    activeRun: activeRun && orderActiveRun(activeRun),
    previousRun: previousRun && {
      runId: previousRun.runId,
      replacedAt: previousRun.replacedAt,
      replacedByRunId: previousRun.replacedByRunId,
    },
    queue: record.queue.map(({ runId, attempt, since, until, detached, expiresAfter, holder, id }) => ({
      ...{ runId, attempt, since, until, detached, expiresAfter },
      holder: holder && orderHolder(holder),
      id,
    })),
    history: record.history.map(orderEvent),
    exitSignals: record.exitSignals.map(({ runId, at, reason, fencingToken }) => ({ runId, at, reason, fencingToken })),
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function orderActiveRun(run: ActiveRun): ActiveRun {
  const { runId, attempt, fencingToken, claimedAt, updatedAt, expiresAt, detached, id, renewedBy, holder } = run;
  return {
    ...{ runId, attempt, fencingToken, claimedAt, updatedAt, expiresAt, detached, id, renewedBy },
    holder: holder && orderHolder(holder),
  };
}

function orderHolder({ repo, repoId, workflowRunId, workflow, job, actor, url }: Holder): Holder {
  return { repo, repoId, workflowRunId, workflow, job, actor, url };
}

function orderEvent(event: HistoryEvent): HistoryEvent {
  const { type, runId, attempt, previousRunId, at, reason, fencingToken, id, actor, workflow, workflowRunId } = event;
  const { cause, entry, outcome, from, to, ref } = event;
  return {
    ...{ type, runId, attempt, previousRunId, at, reason, fencingToken, id, actor, workflow, workflowRunId },
    ...(cause === undefined ? {} : { cause }),
    ...(entry === undefined ? {} : { entry }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(ref === undefined ? {} : { ref }),
  };
}
