import { MARKER_PATH, writeMarker, type Marker } from '../core/marker.js';
import { recordPath } from '../core/record.js';
import type { SweepPlan } from '../core/sweep/plan.js';
import type { BoardContext } from '../board/context.js';
import { commitFiles } from '../store/commit-change.js';
import type { CommitMessage } from '../store/commit-message.js';
import type { WriteResult } from '../store/state-store.js';

export interface SweepCommit {
  readonly repo: string;
  readonly branch: string;
  readonly head: string;
  /** As it is at that head: all but the floor stays. */
  readonly marker: Marker;
  readonly plan: SweepPlan;
  readonly message: CommitMessage;
}

/** All deletions and the risen floor, as one commit on the very head that the plan was made from. */
export async function commitSweep(
  { transport, clock, deadline }: BoardContext,
  { repo, branch, head: expectedHead, marker, plan, message }: SweepCommit,
): Promise<WriteResult> {
  const text = writeMarker({ ...marker, tokenFloor: plan.tokenFloor });
  const files = {
    message,
    additions: [{ path: MARKER_PATH, text }],
    deletions: plan.removed.map(({ pr, scope }) => ({ path: recordPath({ repo, pr, scope }) })),
  };
  const purpose = { doing: 'sweeping the state branch', permission: 'contents: write', now: clock.now() };
  return commitFiles(transport, { repo, branch, expectedHead }, files, purpose, deadline);
}
