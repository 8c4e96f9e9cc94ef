import type { Answer } from './answer.js';
import type { Failure } from './outcome.js';
import type { CoordinationRequest } from './request.js';
import { plain } from './text.js';

/** Those that ask whether a run still owns; where the records are kept elsewhere, it does not. */
const CONFIRMING: readonly CoordinationRequest['command'][] = ['assert', 'push'];

export type MovedAnswer = Extract<Answer, { kind: 'conflict' }> | { readonly kind: 'fail'; readonly failure: Failure };

/** What a request gets on a branch whose records are kept under another `state-branch` now: nothing may change there. */
export function answerOnMovedBranch({ command }: CoordinationRequest, branch: string, to: string): MovedAnswer {
  if (CONFIRMING.includes(command)) return { kind: 'conflict', code: 'ownership_lost' };
  return { kind: 'fail', failure: movedFailure(branch, to) };
}

export function movedFailure(branch: string, to: string): Failure {
  return {
    code: 'state_branch_foreign',
    problem: `The records of the branch "${plain(branch)}" have moved to "${plain(to)}", and nothing changes here any more`,
    advice: `Nothing was written. Set the input "state-branch" to ${plain(to)} in all workflows of this repository.`,
  };
}
