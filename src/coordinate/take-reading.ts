import type { CoordinationRequest } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';
import type { CoordinationContext } from './context.js';
import { movedFailure, movesAlong } from './moved.js';
import type { GivingUp, Turn } from './patience.js';
import { judgeReading, type Seen } from './seen.js';

export type Taken =
  | { readonly kind: 'taken'; readonly seen: Seen; readonly snapshot: Snapshot }
  /** Nothing to decide from; a pause has been made before another reading, unless it is given up. */
  | { readonly kind: 'nothing'; readonly seen: Seen; readonly failure: GivingUp };

/** Reads, and judges whether a decision may be made from it: not by an old name, and not from an older state than is known. */
export async function takeReading(
  seen: Seen,
  request: CoordinationRequest,
  { store, stateBranch, repositoryId }: Pick<CoordinationContext, 'store' | 'stateBranch' | 'repositoryId'>,
  { deadline, patience }: Turn,
): Promise<Taken> {
  const read = await store.read(deadline);
  if (read.kind === 'failed') return { kind: 'nothing', seen, failure: await patience.afterFailure(read.failure) };
  const { target } = read.snapshot;
  if (target.repo !== store.target.repo && !movesAlong(request, target, repositoryId)) {
    return { kind: 'nothing', seen, failure: movedFailure(store.target, target) };
  }
  const judgement = judgeReading(seen, read.snapshot, stateBranch);
  if (judgement.kind === 'current') return { kind: 'taken', seen: judgement.seen, snapshot: read.snapshot };
  return { kind: 'nothing', seen: judgement.seen, failure: await patience.afterStaleRead(judgement.failure) };
}
