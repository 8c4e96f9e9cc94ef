import type { CommitLookup, HeadLookup } from './answer.js';
import { sameRepository, type RepositoryIdentity } from './repository.js';
import { shown } from './text.js';

/** A pull request that GitHub named in answer to a look-up. */
export interface CandidatePullRequest {
  number: number;
  state: 'open' | 'closed';
  merged: boolean;
  /** The commit its head branch is at now. */
  headSha: string;
  /** The name of its head branch, without `refs/heads/`. */
  headRef: string;
  /** The repository of its head branch; null once that is deleted. */
  headRepo: RepositoryIdentity | null;
  /** The repository that it is to be merged into. */
  baseRepo: RepositoryIdentity;
  /** What it was merged as. Of an open one GitHub's own test merge, which means nothing here. */
  mergeCommitSha: string | null;
}

/** Why a candidate is none, in words that follow its number; null if it is one. */
export type Flaw = (candidate: CandidatePullRequest) => string | null;

/** The open pull requests whose head is a branch. */
export function flawOfHead(head: HeadLookup, repo: string): Flaw {
  return (candidate) => {
    const flaw = flawOfBase(candidate, repo) ?? flawOfState(candidate);
    if (flaw !== null) return flaw;
    // GitHub drops a head filter that it cannot read, and answers with every pull request there is.
    if (candidate.headRef !== head.branch) return 'of another branch';
    if (candidate.headRepo === null) return 'from a repository that is gone';
    if (!sameRepository(candidate.headRepo, head.repository ?? candidate.baseRepo))
      return `from ${shown(candidate.headRepo.name)}`;
    if (head.sha !== null && !sameSha(candidate.headSha, head.sha)) return 'its head is another commit by now';
    return null;
  };
}

/** The open pull requests whose head is a commit, as far as the event leaves their branch open. */
export function flawOfOpen(commit: CommitLookup, repo: string): Flaw {
  return (candidate) => {
    const flaw = flawOfBase(candidate, repo) ?? flawOfState(candidate);
    if (flaw !== null) return flaw;
    const isHere = candidate.headRepo !== null && sameRepository(candidate.headRepo, candidate.baseRepo);
    // A branch of this repository would have been named; one that was not is only by chance at this commit.
    if (commit.open === 'none' || (commit.open === 'fork' && isHere)) return 'its branch is not the one of the event';
    if (commit.open === 'here' && !isHere) return `from ${shown(candidate.headRepo?.name)}`;
    if (!sameSha(candidate.headSha, commit.sha)) return 'its head is another commit';
    return commit.branch !== null && candidate.headRef !== commit.branch ? 'of another branch' : null;
  };
}

/** The merged pull requests that a commit is the merge of. */
export function flawOfMerged(commit: CommitLookup, repo: string): Flaw {
  return (candidate) => {
    const flaw = flawOfBase(candidate, repo);
    if (flaw !== null) return flaw;
    if (!candidate.merged) return candidate.state;
    if (!commit.merged) return 'merged';
    const mergedAs = candidate.mergeCommitSha;
    return mergedAs !== null && sameSha(mergedAs, commit.sha) ? null : 'merged as another commit';
  };
}

/** A commit is known to the whole network of forks, and so are the pull requests of all of them. */
function flawOfBase({ baseRepo }: CandidatePullRequest, repo: string): string | null {
  return baseRepo.name === repo ? null : `of ${shown(baseRepo.name)}`;
}

function flawOfState({ state, merged }: CandidatePullRequest): string | null {
  if (state === 'open') return null;
  return merged ? 'merged' : 'closed';
}

function sameSha(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Each number of this repository once, in order; the same number may stand on two pages. */
export function unique(candidates: readonly CandidatePullRequest[]): CandidatePullRequest[] {
  const byNumber = new Map(
    candidates.map((candidate) => [`${candidate.baseRepo.name}#${candidate.number}`, candidate]),
  );
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}
