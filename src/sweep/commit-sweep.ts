import { MARKER_PATH, writeMarker } from '../core/marker.js';
import { recordPath } from '../core/record.js';
import type { SweepPlan } from '../core/sweep/plan.js';
import type { StateBranch } from '../core/state-branch.js';
import type { BoardContext, BoardRepository } from '../board/context.js';
import { COMMIT_MUTATION, readWrite } from '../store/commit-change.js';
import type { CommitMessage } from '../store/commit-message.js';
import type { WriteResult } from '../store/state-store.js';

/** All deletions and the risen floor, as one commit on the very head that the plan was made from. */
export async function commitSweep(
  { transport, clock, deadline }: BoardContext,
  { repo, repoId }: BoardRepository,
  { name, pattern, shard }: StateBranch,
  { head, plan, message }: { readonly head: string; readonly plan: SweepPlan; readonly message: CommitMessage },
): Promise<WriteResult> {
  const marker = writeMarker({ repoId, stateBranch: pattern, shard, tokenFloor: plan.tokenFloor, moved: null });
  const input = {
    branch: { repositoryNameWithOwner: repo, branchName: name },
    expectedHeadOid: head,
    message,
    fileChanges: {
      additions: [{ path: MARKER_PATH, contents: Buffer.from(marker, 'utf8').toString('base64') }],
      deletions: plan.removed.map(({ pr, scope }) => ({ path: recordPath({ repo, pr, scope }) })),
    },
  };
  const purpose = { doing: 'sweeping the state branch', permission: 'contents: write', now: clock.now() };
  return readWrite(await transport.graphql(COMMIT_MUTATION, { input }, deadline), purpose);
}
