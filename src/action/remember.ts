import { isOwned, type Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import { writeRecord } from '../core/write-record.js';
import type { Inputs } from './inputs.js';
import { save, type SavedState } from './saved-state.js';

export interface Remembered {
  readonly inputs: Inputs;
  readonly request: CoordinationRequest;
  readonly target: Target;
}

/** Before the first request: if this process dies from here on, post has to look whether it had written. */
export function rememberPending(step: Remembered): void {
  save({ ...common(step), phase: 'pending', tenure: null });
}

/** After the answer: the tenure that post releases, or that there is none. */
export function rememberOutcome(step: Remembered, outcome: Outcome): void {
  if (outcome.kind !== 'ok') {
    save({ ...common(step), phase: outcome.mayHaveWritten === true ? 'pending' : 'none', tenure: null });
    return;
  }
  const { view } = outcome;
  const active = view?.record?.activeRun ?? null;
  if (!isOwned(outcome, step.request.run) || active === null || view?.record == null || view.stateCommit === null) {
    save({ ...common(step), phase: 'none', tenure: null });
    return;
  }
  save({
    ...common(step),
    phase: 'held',
    tenure: {
      fencingToken: active.fencingToken,
      commit: view.stateCommit,
      record: writeRecord(view.record),
      headSha: view.headSha,
      outdatedHeads: view.previousHead === null ? [] : [view.previousHead],
    },
  });
}

function common({ inputs, request, target }: Remembered): Omit<SavedState, 'phase' | 'tenure'> {
  return {
    requestId: request.id,
    target,
    stateBranch: inputs.stateBranch,
    run: { runId: request.run.runId, attempt: request.run.attempt },
    timeoutMs: inputs.timeoutMs,
  };
}
