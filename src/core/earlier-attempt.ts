import { beginsTenure, endsTenure } from './history.js';
import type { HistoryEvent, OwnershipRecord } from './record.js';
import type { EnsureRequest } from './request.js';
import type { Run } from './run.js';

/** Whether the token, where one is given, lets this attempt ask at all. Before anything else, and whoever owns. */
export function mayEnsure({ fencingToken, run }: EnsureRequest, record: OwnershipRecord | null): boolean {
  if (fencingToken === null) return true;
  if (record === null) return false;
  return fencingToken === record.activeRun?.fencingToken || speaksForAttempt(fencingToken, run, record);
}

/**
 * Whether a fencing token from an earlier attempt of a workflow run still speaks for its present attempt: after "re-run
 * failed jobs" the jobs that are not run again keep the outputs of the attempt before, tokens included.
 *
 * It does if its tenure began in an earlier attempt of the same workflow run, and nobody has ended or signalled a tenure
 * of the present attempt since. Where the history is too short to tell, it does not.
 */
export function speaksForAttempt(token: number, run: Run, record: OwnershipRecord): boolean {
  const { history } = record;
  const begun = history.findIndex((event) => beginsTenure(event) && event.fencingToken === token);
  const beginning = history[begun];
  if (beginning === undefined || !isOfEarlierAttempt(beginning, run)) return false;
  return !lostSince(history.slice(begun + 1), run);
}

/** Whether a tenure that the present attempt began was ended by another, or signalled. */
function lostSince(events: readonly HistoryEvent[], run: Run): boolean {
  let own: number | null = null;
  for (const event of events) {
    if (event.fencingToken === own && own !== null) {
      if (event.type === 'signal-exit') return true;
      // A release is made by the run itself; every other end was made by somebody else or by time.
      if (endsTenure(event)) {
        if (event.type !== 'release') return true;
        own = null;
      }
    }
    if (!beginsTenure(event)) continue;
    const mine = isOfAttempt(event, run);
    if (own !== null && !mine) return true;
    own = mine ? event.fencingToken : null;
  }
  return false;
}

function isOfEarlierAttempt(event: HistoryEvent, run: Run): boolean {
  return isOfWorkflowRun(event, run) && event.attempt !== null && event.attempt < run.attempt;
}

function isOfAttempt(event: HistoryEvent, run: Run): boolean {
  return isOfWorkflowRun(event, run) && event.attempt === run.attempt;
}

/** The id of a workflow run is unique on its server; an event names no repository beside it. */
function isOfWorkflowRun(event: HistoryEvent, { runId, holder }: Run): boolean {
  return event.runId === runId && event.workflowRunId !== null && event.workflowRunId === holder?.workflowRunId;
}
