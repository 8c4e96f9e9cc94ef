import type { PullRequestState, View } from '../core/outcome.js';
import type { HeadBranch, Published } from '../core/publication.js';
import type { OwnershipRecord } from '../core/record.js';
import type { CoordinationRequest, Facts } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import { serverNow } from '../time/server-time.js';
import type { CoordinationContext } from './context.js';
import { livenessOf, type Known } from './known.js';

/** What a decision may know beside the record, at this moment of GitHub's clock. */
export function factsOf(
  record: OwnershipRecord | null,
  { time, target, tokenFloor, pullRequest }: Snapshot,
  known: Known,
  ownWrites: readonly string[],
  { clock, newId }: Pick<CoordinationContext, 'clock' | 'newId'>,
): Facts {
  return {
    now: serverNow(time, clock.monotonic()),
    writeId: newId(),
    target,
    tokenFloor,
    pullRequestOpen: pullRequest?.state === 'open',
    headBranch: pullRequest && headBranchOf(pullRequest),
    branch: known.branch ?? 'unasked',
    ownerLiveness: livenessOf(known, record?.activeRun ?? null),
    waiterLiveness: known.waiters,
    ownWrites,
    takeoverPermission: known.permission,
  };
}

/** What an answer stands on. */
export function viewOf(
  record: OwnershipRecord | null,
  { head, target, pullRequest, time }: Snapshot,
  clock: Clock,
): View {
  const now = serverNow(time, clock.monotonic());
  return { record, stateCommit: head, target, pullRequest, now, previousHead: null, replaced: null, published: null };
}

function headBranchOf({ headRef: name, isFork, isDefaultBranch }: PullRequestState): HeadBranch {
  return { name, isFork, isDefaultBranch };
}

/** What an answer tells of a commit that it did not publish; `null` for every other command, and where nobody looked. */
export function unpublished(
  request: CoordinationRequest,
  { pullRequest }: Snapshot,
  { branch }: Known,
): Published | null {
  if (request.command !== 'push' || pullRequest === null) return null;
  const { commit } = request.publication;
  const { head, relation, isShallow } = branch ?? { head: null, relation: null, isShallow: false };
  return { branch: pullRequest.headRef, commit, head, landed: false, relation, isShallow };
}
