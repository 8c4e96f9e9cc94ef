import type { CommitLookup, HeadLookup, PullRequestLookup } from './answer.js';
import { type CandidatePullRequest, type Flaw, flawOfHead, flawOfMerged, flawOfOpen, unique } from './candidates.js';
import { listed, shown } from './text.js';

/** The questions that only GitHub can answer. What they throw is a fault of the platform and passes through. */
export interface PullRequestLookups {
  /** The open pull requests from a branch of an account. */
  byHead(repo: string, headOwner: string, headBranch: string): Promise<CandidatePullRequest[]>;
  /** The pull requests that GitHub associates with a commit: for one on the default branch only merged ones. */
  byCommit(repo: string, sha: string): Promise<CandidatePullRequest[]>;
}

/**
 * What the look-ups come to. `asked` says what was asked, `refused` of each pull request that was passed over why it
 * was.
 */
export type Choice =
  | { kind: 'one'; pr: number; asked: string[] }
  | { kind: 'several'; candidates: number[]; asked: string[] }
  | { kind: 'none'; refused: string; asked: string[] };

/** Asks GitHub. Exactly one pull request fits, or it is an error: no rule here takes the first of two. */
export async function lookUp(
  { heads, commit }: PullRequestLookup,
  repo: string,
  lookups: PullRequestLookups,
): Promise<Choice> {
  const asked: string[] = [];
  const refused = new Map<number, string>();
  const fitting: number[] = [];
  const sift = (candidates: readonly CandidatePullRequest[], flawOf: Flaw): void => {
    for (const candidate of unique(candidates)) {
      const flaw = flawOf(candidate);
      if (flaw !== null) refused.set(candidate.number, flaw);
      else if (!fitting.includes(candidate.number)) fitting.push(candidate.number);
    }
  };

  for (const head of heads) {
    asked.push(questionOfHead(head, repo));
    sift(await lookups.byHead(repo, head.owner, head.branch), flawOfHead(head, repo));
  }
  if (fitting.length === 0 && commit !== null) {
    asked.push(questionOfCommit(commit, repo));
    const candidates = await lookups.byCommit(repo, commit.sha);
    const open = candidates.filter(({ state }) => state === 'open');
    sift(open, flawOfOpen(commit, repo));
    if (fitting.length === 0) {
      const closed = candidates.filter(({ state }) => state === 'closed');
      sift(closed, flawOfMerged(commit, repo));
    }
  }
  return choiceOf(fitting, refused, asked);
}

function choiceOf(fitting: number[], refused: ReadonlyMap<number, string>, asked: string[]): Choice {
  const [pr] = fitting;
  if (pr === undefined) {
    const reasons = [...refused].map(([number, flaw]) => `#${number} (${flaw})`);
    return { kind: 'none', refused: listed(reasons), asked };
  }
  if (fitting.length === 1) return { kind: 'one', pr, asked };
  return { kind: 'several', candidates: fitting.sort((a, b) => a - b), asked };
}

function questionOfHead({ owner, branch, sha }: HeadLookup, repo: string): string {
  const at = sha === null ? '' : ` at ${sha}`;
  return `open pull requests of ${repo} from ${shown(`${owner}:${branch}`)}${at}`;
}

function questionOfCommit({ sha, open, branch, merged }: CommitLookup, repo: string): string {
  const from = open === 'fork' ? ' of a fork' : '';
  const called = branch === null ? '' : ` called ${shown(branch)}`;
  const parts = [
    ...(open === 'none' ? [] : [`open with a head${from}${called} at ${sha}`]),
    ...(merged ? [`merged as ${sha}`] : []),
  ];
  return `pull requests of ${repo} ${parts.join(' or ')}`;
}
