import type { CandidatePullRequest, PullRequestLookups } from '../../src/target/resolve.js';

export const REPO = 'octo-org/octo-repo';
export const HERE = { id: 300029405, full_name: 'octo-org/octo-repo', default_branch: 'main' };
export const commit = (letter: string): string => letter.repeat(40);

/** A pull request of octo-org/octo-repo as GitHub keeps it. */
export interface PullRequest {
  number: number;
  /** `branch` of this repository, `owner:branch` of a fork, or `null:branch` of one that was deleted. */
  head: string;
  at: string;
  /** The commits that it contains beside its head; those of the default branch are associated with merged ones only. */
  contains?: string[];
  state?: 'open' | 'closed' | 'merged';
  mergedAs?: string;
  base?: string;
}

/** Answers as GitHub does, and notes each request, so that a test sees a surplus one. */
export class SmallGitHub implements PullRequestLookups {
  readonly requests: string[] = [];
  constructor(private readonly pulls: readonly PullRequest[]) {}

  byHead(repo: string, owner: string, branch: string): Promise<CandidatePullRequest[]> {
    this.requests.push(`${repo} head ${owner}:${branch}`);
    const wanted = this.pulls.filter((pull) => {
      const [ofOwner, ofBranch] = partsOf(pull.head);
      return ofOwner?.toLowerCase() === owner.toLowerCase() && ofBranch === branch;
    });
    return Promise.resolve(wanted.filter(({ state }) => (state ?? 'open') === 'open').map(candidateOf));
  }

  byCommit(repo: string, sha: string): Promise<CandidatePullRequest[]> {
    this.requests.push(`${repo} commit ${sha}`);
    const wanted = this.pulls.filter(({ at, contains = [], mergedAs }) => [at, mergedAs, ...contains].includes(sha));
    return Promise.resolve(wanted.map(candidateOf));
  }
}

function candidateOf({ number, head, at, state = 'open', mergedAs, base = REPO }: PullRequest): CandidatePullRequest {
  const [owner, branch] = partsOf(head);
  return {
    number,
    state: state === 'open' ? 'open' : 'closed',
    merged: state === 'merged',
    headSha: at,
    headRef: branch,
    headRepo:
      owner === null ? null : { id: owner === 'octo-org' ? HERE.id : 7, name: `${owner.toLowerCase()}/octo-repo` },
    baseRepo: { id: base === REPO ? HERE.id : 8, name: base },
    // GitHub's test merge of an open one.
    mergeCommitSha: mergedAs ?? commit('9'),
  };
}

function partsOf(head: string): [string | null, string] {
  const colon = head.indexOf(':');
  if (colon === -1) return ['octo-org', head];
  const owner = head.slice(0, colon);
  return [owner === 'null' ? null : owner, head.slice(colon + 1)];
}
