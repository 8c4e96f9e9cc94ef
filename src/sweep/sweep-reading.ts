import type { BranchReading } from '../board/branch.js';
import type { BranchesReading } from '../board/branches.js';

/** One state branch, with what the same answer says of the repository. */
export interface SweepReading extends BranchReading, Pick<BranchesReading, 'repo' | 'repoId' | 'now'> {}

export function readingsOf({ repo, repoId, now, branches }: BranchesReading): readonly SweepReading[] {
  return branches.map((branch) => ({ ...branch, repo, repoId, now }));
}
