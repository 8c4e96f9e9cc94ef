import type { ActiveRun, ExitSignal, Holder, OwnershipRecord } from './record.js';
import { signalsTenure } from './signals.js';

/** Whoever can own a target. The identity is the run id, never the actor: bots share one. */
export interface Run {
  readonly runId: string;
  readonly attempt: number;
  readonly holder: Holder | null;
}

/** How a tenure relates to the run that asks. `earlier` means that the asking attempt is older than the owner's. */
export type Relation = 'mine' | 'mine_later_attempt' | 'mine_earlier_attempt' | 'another';

/** Compares by run id first, then by attempt. */
export function relationOf(active: ActiveRun, run: Pick<Run, 'runId' | 'attempt'>): Relation {
  if (active.runId !== run.runId) return 'another';
  if (run.attempt === active.attempt) return 'mine';
  return run.attempt > active.attempt ? 'mine_later_attempt' : 'mine_earlier_attempt';
}

/**
 * Whether the tenure belongs to this run. A later attempt may go on in the tenure of an earlier one ("re-run failed
 * jobs" does not run the claiming job again); an earlier attempt was replaced and may not.
 */
export function holdsTenure(active: ActiveRun, run: Pick<Run, 'runId' | 'attempt'>): boolean {
  const relation = relationOf(active, run);
  return relation === 'mine' || relation === 'mine_later_attempt';
}

/** The newest exit signal for the active tenure, or `null`. Signals of earlier tenures of the same run do not count. */
export function exitSignalOf(record: OwnershipRecord): ExitSignal | null {
  const active = record.activeRun;
  if (active === null) return null;
  return record.exitSignals.findLast((signal) => signalsTenure(signal, active)) ?? null;
}
