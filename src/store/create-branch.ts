import { MARKER_PATH, writeMarker } from '../core/marker.js';
import { recordPath } from '../core/record.js';
import type { StateBranch } from '../core/state-branch.js';
import { writeRecord } from '../core/write-record.js';
import type { Deadline } from '../time/deadline.js';
import { stateBranchReadme } from './branch-readme.js';
import { createRef } from './branch-ref.js';
import { commitMessage } from './commit-message.js';
import type { Purpose } from './failures.js';
import { makeCommit } from './make-commit.js';
import { refuseBesideShards } from './shards-beside.js';
import type { Change, WriteResult } from './state-store.js';
import type { Transport } from './transport.js';

/**
 * First use in a repository: makes the state branch as an orphan whose root commit holds the marker, a README and the
 * first record. Trees and commits that nothing points to are harmless, so only the last request, which creates the ref,
 * is the compare-and-swap. Three requests, and one more for a plain branch.
 */
export async function createBranch(
  transport: Transport,
  branch: StateBranch,
  change: Change,
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const { target } = change.next;
  const { name: stateBranch, pattern, shard } = branch;
  const ownRequests = shard === null ? 4 : 3;
  const { headline, body } = commitMessage(change.event, target, change.next.history, change.effort, ownRequests);
  if (target.repoId === null) throw new Error('a state branch is made from a reading, which knows the repository’s id');
  const marker = writeMarker({ repoId: target.repoId, stateBranch: pattern, shard, tokenFloor: 0, moved: null });

  const refusal = shard === null ? await refuseBesideShards(transport, target, branch, purpose, deadline) : null;
  if (refusal !== null) return refusal;
  const made = await makeCommit(
    transport,
    target.repo,
    {
      tree: [
        { path: MARKER_PATH, mode: '100644', type: 'blob', content: marker },
        { path: 'README.md', mode: '100644', type: 'blob', content: stateBranchReadme(stateBranch) },
        { path: recordPath(target), mode: '100644', type: 'blob', content: writeRecord(change.next) },
      ],
      message: `${headline}\n\n${body}`,
      parents: [],
    },
    purpose,
    deadline,
  );
  if (typeof made !== 'string') return made;
  return createRef(transport, target.repo, { stateBranch, commit: made }, purpose, deadline);
}
