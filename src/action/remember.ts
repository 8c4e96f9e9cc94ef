import type { HistoryEvent, Target } from '../core/record.js';
import { isOwned, type Outcome } from '../core/outcome.js';
import type { Run } from '../core/run.js';
import { writeRecord } from '../core/write-record.js';
import { isBeginning } from '../coordinate/sent.js';
import type { Clock } from '../time/clock.js';
import type { Memory } from '../use-case/wanted.js';
import { save, type SavedState } from './saved-state.js';

/** No command sends so many; but what is saved has to stay small whatever happens. */
const MOST_WRITES = 200;

export interface RememberedStep {
  readonly run: Run;
  readonly target: Target;
  readonly repositoryId: number | null;
  readonly stateBranch: string;
  readonly timeoutMs: number;
  readonly releaseOnExit: boolean;
  readonly clock: Clock;
}

/** Keeps for the post step what this one may have begun. */
export class StepMemory implements Memory {
  readonly #step: RememberedStep;
  #writes: readonly string[] = [];

  constructor(step: RememberedStep) {
    this.#step = step;
  }

  /** Before a write: if this process dies from here on, post has to look whether it landed. */
  beforeWrite({ id, type }: HistoryEvent): void {
    if (id === null || !isBeginning(type)) return;
    this.#writes = [...this.#writes, id].slice(-MOST_WRITES);
    save(this.#state('pending', null));
  }

  /** After the answer: the tenure that post releases, or that there is none. */
  afterOutcome(outcome: Outcome): void {
    if (this.#writes.length === 0) return;
    if (outcome.kind !== 'ok') return save(this.#state(outcome.mayHaveWritten === true ? 'pending' : 'none', null));
    const { view } = outcome;
    const active = view?.record?.activeRun ?? null;
    const id = active?.id ?? null;
    // What this step only found belongs to another step.
    const began = isOwned(outcome, this.#step.run) && id !== null && this.#writes.includes(id);
    if (!began || !this.#step.releaseOnExit || active === null || view?.record == null || view.stateCommit === null) {
      return save(this.#state('none', null));
    }
    const { clock } = this.#step;
    const state = this.#state('held', {
      fencingToken: active.fencingToken,
      id,
      commit: view.stateCommit,
      record: writeRecord(view.record),
      outdatedHeads: view.previousHead === null ? [] : [view.previousHead],
    });
    save({ ...state, clockOffsetMs: Date.parse(view.now) - Date.parse(clock.now()) });
  }

  #state(phase: SavedState['phase'], tenure: SavedState['tenure']): SavedState {
    const { run, target, repositoryId, stateBranch, timeoutMs } = this.#step;
    return {
      phase,
      writes: [...this.#writes],
      target: { repo: target.repo, pr: target.pr, scope: target.scope ?? null },
      repositoryId,
      stateBranch,
      run: { runId: run.runId, attempt: run.attempt },
      timeoutMs,
      clockOffsetMs: 0,
      tenure,
    };
  }
}
