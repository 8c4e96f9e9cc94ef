import type { PullRequestLookup } from './answer.js';
import { listed } from './text.js';

/** A pull request that GitHub named in answer to a look-up. */
export interface CandidatePullRequest {
  number: number;
  state: 'open' | 'closed';
  /** The commit its head branch is at now. */
  headSha: string;
  /** The name of its head branch, without `refs/heads/`. */
  headRef: string;
  /** `owner/name` of the repository it is to be merged into. */
  baseRepo: string;
  merged?: boolean;
}

/** What the candidates come to. `refused` says of each candidate that was passed over why it was. */
export type Choice =
  { kind: 'one'; pr: number } | { kind: 'several'; candidates: number[] } | { kind: 'none'; refused: string };

/** Chooses among the answers to a look-up by the rules of that look-up: exactly one fits, or it is an error. */
export function choose(lookup: PullRequestLookup, candidates: readonly CandidatePullRequest[], repo: string): Choice {
  const judged = unique(candidates).map((candidate) => ({ candidate, flaw: flawOf(lookup, candidate, repo) }));
  const open = judged.filter(({ flaw }) => flaw === null);
  const merged = judged.filter(({ flaw }) => flaw === 'merged');
  const mergedCounts = lookup.by === 'commit' && lookup.acceptMerged;
  const fitting = (open.length === 0 && mergedCounts ? merged : open).map(({ candidate }) => candidate.number);
  const [first] = fitting;
  if (first === undefined) {
    return { kind: 'none', refused: listed(judged.map(({ candidate, flaw }) => `#${candidate.number} (${flaw})`)) };
  }
  return fitting.length === 1 ? { kind: 'one', pr: first } : { kind: 'several', candidates: fitting };
}

/** Why a candidate is not an open pull request of this look-up, or null if it is one. */
function flawOf(lookup: PullRequestLookup, candidate: CandidatePullRequest, repo: string): string | null {
  // A commit is known to the whole network of forks, and so are the pull requests of all of them.
  if (candidate.baseRepo.toLowerCase() !== repo.toLowerCase()) return `of ${candidate.baseRepo}`;
  if (lookup.by === 'head') {
    // GitHub drops a head filter that it cannot read, and answers with every pull request there is.
    if (candidate.headRef !== lookup.headBranch) return 'of another branch';
    if (candidate.headSha.toLowerCase() !== lookup.headSha.toLowerCase()) return 'its head is another commit by now';
  }
  if (candidate.state === 'open') return null;
  return candidate.merged === true ? 'merged' : 'closed';
}

function unique(candidates: readonly CandidatePullRequest[]): CandidatePullRequest[] {
  const byNumber = new Map(candidates.map((candidate) => [`${candidate.baseRepo}#${candidate.number}`, candidate]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}
