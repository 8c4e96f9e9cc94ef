import { MARKER_PATH, readMarker, type Moved } from '../core/marker.js';
import type { StoredTarget } from '../core/record.js';
import { stateBranchesOf, type StateBranch } from '../core/state-branch.js';
import { plain } from '../core/text.js';
import { permanent } from './failures.js';
import type { StoreFailure } from './state-store.js';

/** Whether a branch is a state branch of this repository. Anything else is not ours, whatever is on it. */

export interface BranchFiles {
  /** `text: null` is a marker that is no text. */
  readonly marker: 'absent' | { readonly text: string | null };
  /** Whether something lies where records do. */
  readonly hasRecords: boolean;
}

export type BranchJudgement =
  | { readonly kind: 'ours'; readonly tokenFloor: number; readonly moved: Moved | null }
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

export function judgeBranch(
  { marker, hasRecords }: BranchFiles,
  target: Pick<StoredTarget, 'repoId'>,
  { name, pattern, shard }: StateBranch,
): BranchJudgement {
  if (marker === 'absent') {
    return hasRecords ? corrupt(name, 'is missing') : foreign(name, `it has no ${MARKER_PATH}`);
  }
  const reading = marker.text === null ? null : readMarker(marker.text);
  if (reading === null) return corrupt(name, 'is not a text file');
  if (reading.kind === 'corrupt') return corrupt(name, `cannot be used: ${plain(reading.problem, 300)}`);
  if (reading.kind === 'unsupported') {
    const problem = `The branch "${name}" has layout ${String(reading.layout)}; this version of runner-coord knows layout 1`;
    const advice = 'Use the newest version of runner-coord in every workflow of this repository.';
    return { kind: 'failed', failure: permanent('state_unsupported', problem, advice) };
  }
  const { repoId, stateBranch: marked, tokenFloor, moved } = reading.marker;
  if (repoId !== target.repoId) {
    const why = `it belongs to the repository with id ${String(repoId)}, and this one has id ${String(target.repoId)}`;
    return foreign(name, why);
  }
  if (marked !== pattern) return foreign(name, `it was made as "${plain(marked)}"`);
  if (reading.marker.shard !== shard) return foreign(name, `it was made as shard ${reading.marker.shard ?? 'of none'}`);
  return { kind: 'ours', tokenFloor, moved };
}

/** Records on a branch that people or deploys use would be code changes, and start workflows. */
export function misplacedStateBranch(
  {
    defaultBranch,
    headBranch,
    baseBranch,
  }: { readonly defaultBranch: string | null; readonly headBranch: string | null; readonly baseBranch: string },
  { pattern }: StateBranch,
): StoreFailure | null {
  const uses = [
    { branch: defaultBranch, use: 'the default branch' },
    { branch: headBranch, use: 'the branch of this pull request' },
    { branch: baseBranch, use: 'the base branch of this pull request' },
  ];
  // Any shard: the records of other pull requests lie there.
  const names = stateBranchesOf(pattern).map(({ name }) => name);
  const found = uses.find(({ branch }) => branch !== null && names.includes(branch));
  if (found === undefined) return null;
  const problem = `The input "state-branch" is "${pattern}", which is ${found.use}`;
  return permanent('invalid_input', problem, 'Use a branch of its own, for example the default "runner-coord-state".');
}

function foreign(stateBranch: string, why: string): BranchJudgement {
  const problem = `The branch "${stateBranch}" is no state branch of this repository: ${why}`;
  const advice =
    'Nothing was written to it. Set the input "state-branch" to a branch of its own, the same in all workflows of this ' +
    'repository. If it is a copy that came with a fork or a template, delete it here; the next claim makes a new one.';
  return { kind: 'failed', failure: permanent('state_branch_foreign', problem, advice) };
}

function corrupt(stateBranch: string, how: string): BranchJudgement {
  const problem = `The marker ${MARKER_PATH} of the branch "${stateBranch}" ${how}, but records need one`;
  const advice =
    'Nothing was written. Restore its last good version from the log of that branch with a commit on top ' +
    `("git checkout <commit> -- ${MARKER_PATH}"); never begin it anew, or fencing tokens would fall.`;
  return { kind: 'failed', failure: permanent('state_corrupt', problem, advice) };
}
