import { isExpired } from './time.js';
import type { Asker, Holder, Place, Signal, Stored, Tenure } from './terms.js';

/** Contract, section 2: who is the same, and in which attempt. */

export interface Standing {
  /** The owner is this run, in this attempt or in one that it cannot be compared with. */
  readonly mine: boolean;
  /** The owner is an earlier attempt of this workflow run: this one is later. */
  readonly later: boolean;
  /** The owner is a later attempt of this workflow run. */
  readonly earlier: boolean;
}

type Attempt = Pick<Tenure, 'runId' | 'attempt' | 'holder'>;

export function standing(active: Attempt | null, run: Asker): Standing {
  const same = active !== null && active.runId === run.runId;
  const comparable = same && isOneWorkflowRun(active.holder, run.holder);
  const later = comparable && run.attempt > active.attempt;
  const earlier = comparable && run.attempt < active.attempt;
  return { mine: same && !later && !earlier, later, earlier };
}

/** An id together with its repository's id; an unknown one is compared with nothing. */
function isOneWorkflowRun(one: Holder | null, other: Holder | null): boolean {
  const known = [one?.workflowRunId, one?.repoId, other?.workflowRunId, other?.repoId].every((id) => id != null);
  return known && one?.workflowRunId === other?.workflowRunId && one?.repoId === other?.repoId;
}

/**
 * Whether an `ensure` has to move the holder. Silent: a run that does not know its own workflow run has none to move it
 * to; and one whose repository nobody noted is told by its id alone, since a renewal too many harms nobody.
 */
export function isHeldElsewhere(active: Tenure, run: Asker): boolean {
  const theirs = active.holder;
  const own = run.holder;
  if (theirs?.workflowRunId == null || own?.workflowRunId == null) return false;
  if (theirs.workflowRunId !== own.workflowRunId) return true;
  return theirs.repoId !== null && theirs.repoId !== own.repoId;
}

/** Silent: a workflow run that only names its repository is in the target's, if that is its name. */
export function atHome(run: Asker, { repo, repoId }: Place): Asker {
  const { holder } = run;
  const named = holder !== null && holder.repoId === null && holder.repo?.toLowerCase() === repo;
  return named ? { ...run, holder: { ...holder, repoId } } : run;
}

/** An exit signal belongs to the tenure it was recorded in. */
export function isSignalled(record: Stored | null): boolean {
  return record?.exitSignals.some((signal) => belongs(signal, record.activeRun)) ?? false;
}

export function belongs(signal: Signal, active: Tenure | null): boolean {
  return active !== null && signal.runId === active.runId && signal.fencingToken === active.fencingToken;
}

/** Whether the record shows this very run as the owner, in a tenure of this attempt that may go on. */
export function isOwner(record: Stored | null, run: Asker, target: Place, now: string): boolean {
  const active = record?.activeRun ?? null;
  return standing(active, atHome(run, target)).mine && !isSignalled(record) && !isExpired(active, now);
}
