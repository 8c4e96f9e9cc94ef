import { isBegunBy } from '../core/history.js';
import type { HistoryEvent, StoredTarget, Target } from '../core/record.js';
import { isOwned, type Outcome } from '../core/outcome.js';
import type { Run } from '../core/run.js';
import { writeRecord } from '../core/write-record.js';
import type { Clock } from '../time/clock.js';
import type { Memory } from '../use-case/wanted.js';
import { forget, save, type SavedState } from './saved-state.js';

/** No command sends so many; but what is saved has to stay small whatever happens. */
const MOST_WRITES = 200;

export interface RememberedStep {
  readonly run: Run;
  readonly target: Target;
  readonly stateBranch: string;
  readonly timeoutMs: number;
  readonly releaseOnExit: boolean;
  readonly prStatus: boolean;
  readonly clock: Clock;
}

/** Keeps for the post step what this one may have begun. */
export class StepMemory implements Memory {
  readonly #step: RememberedStep;
  #writes: readonly string[] = [];
  #founding = false;
  /** The target as the branch knows it: with the id of its repository, by which it is found again after a rename. */
  #present: StoredTarget | null = null;

  constructor(step: RememberedStep) {
    this.#step = step;
  }

  /** Before a write: if this process dies from here on, post has to look whether it landed. */
  beforeWrite({ id }: HistoryEvent, present: StoredTarget, head: string | null): void {
    if (id === null) return;
    this.#present = present;
    this.#founding ||= head === null;
    this.#writes = [...this.#writes, id].slice(-MOST_WRITES);
    save(this.#state('pending', null));
  }

  /** After the answer: the tenure that post releases, or that there is none. */
  afterOutcome(outcome: Outcome): void {
    if (this.#writes.length === 0) return;
    if (outcome.kind !== 'ok') {
      return outcome.mayHaveWritten === true ? save(this.#state('pending', null)) : forget();
    }
    const { view } = outcome;
    const active = view?.record?.activeRun ?? null;
    const id = active?.id ?? null;
    // What this step only found belongs to another step.
    if (view?.record == null || view.stateCommit === null || active === null || id === null) return forget();
    const began = isOwned(outcome, this.#step.run) && isBegunBy(view.record, this.#writes);
    if (!began || !this.#step.releaseOnExit) return forget();
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
    const { run, stateBranch, timeoutMs, prStatus } = this.#step;
    const target = this.#present ?? this.#step.target;
    return {
      phase,
      writes: [...this.#writes],
      founding: this.#founding,
      target: { repo: target.repo, pr: target.pr, scope: target.scope ?? null },
      repositoryId: this.#present?.repoId ?? null,
      stateBranch,
      run: { runId: run.runId, attempt: run.attempt },
      timeoutMs,
      prStatus,
      clockOffsetMs: 0,
      tenure,
    };
  }
}
