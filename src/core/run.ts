import type { ActiveRun, ExitSignal, Holder, OwnershipRecord, StoredTarget } from './record.js';
import { signalsTenure } from './signals.js';

/** Whoever can own a target. The identity is the run id, never the actor: bots share one. */
export interface Run {
  readonly runId: string;
  readonly attempt: number;
  readonly holder: Holder | null;
}

/** How a tenure relates to the run that asks. `earlier` means that the asking attempt is older than the owner's. */
export type Relation = 'mine' | 'mine_later_attempt' | 'mine_earlier_attempt' | 'another';

/**
 * Compares by run id first. Attempts count within one workflow run only: with a run id of the user's own that spans
 * workflow runs, the run id alone is the identity.
 */
export function relationOf(active: ActiveRun, run: Run): Relation {
  if (active.runId !== run.runId) return 'another';
  if (!isSameWorkflowRun(active.holder, run.holder) || run.attempt === active.attempt) return 'mine';
  return run.attempt > active.attempt ? 'mine_later_attempt' : 'mine_earlier_attempt';
}

/** Whether the two certainly come from one workflow run. What is not known is like nothing. */
export function isSameWorkflowRun(one: Holder | null, other: Holder | null): boolean {
  if (one?.workflowRunId == null || one.repoId === null) return false;
  return one.workflowRunId === other?.workflowRunId && one.repoId === other.repoId;
}

/** The newest exit signal for the active tenure, or `null`. Signals of earlier tenures of the same run do not count. */
export function exitSignalOf(record: OwnershipRecord): ExitSignal | null {
  const active = record.activeRun;
  if (active === null) return null;
  return record.exitSignals.findLast((signal) => signalsTenure(signal, active)) ?? null;
}

/**
 * The same run with the id of its repository filled in, where only its name was known and that is the target's. Without
 * the id, attempts of the run could be compared with nothing.
 */
export function inRepository(run: Run, { repo, repoId }: Pick<StoredTarget, 'repo' | 'repoId'>): Run {
  const { holder } = run;
  if (holder === null || holder.repoId !== null || holder.repo?.toLowerCase() !== repo) return run;
  return { ...run, holder: { ...holder, repoId } };
}
