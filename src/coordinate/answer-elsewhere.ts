import { answerOnMovedBranch } from '../core/moved-branch.js';
import type { Outcome } from '../core/outcome.js';
import type { CoordinationRequest } from '../core/request.js';
import { stateBranchOf } from '../core/state-branch.js';
import type { MovedAway, Snapshot } from '../store/state-store.js';
import type { CoordinationContext } from './context.js';
import { viewOf } from './facts.js';
import type { Ledger } from './ledger.js';

/** What comes of a request on a branch whose records have moved to another one. */
export function answerElsewhere(
  request: CoordinationRequest,
  { to }: MovedAway,
  snapshot: Snapshot,
  { store, stateBranch, clock }: Pick<CoordinationContext, 'store' | 'stateBranch' | 'clock'>,
  ledger: Ledger,
): Outcome {
  const answer = answerOnMovedBranch(request, stateBranchOf(stateBranch, store.target.pr).name, to);
  if (answer.kind === 'fail') return ledger.failed(answer.failure);
  return { ...answer, view: { ...viewOf(null, snapshot, clock), movedTo: to } };
}
