import * as v from 'valibot';
import type { Failure } from '../core/outcome.js';
import type { CandidatePullRequest, PullRequestLookups } from '../target/resolve.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, transient, type Purpose } from './failures.js';
import type { Transport } from './transport.js';

/** Thrown by a look-up, whose callers are pure and know nothing of GitHub; the shell turns it into the outcome. */
export class LookupError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.problem, { cause: failure.cause });
    this.name = 'LookupError';
  }
}

const PageSchema = v.array(
  v.object({
    number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    state: v.picklist(['open', 'closed']),
    merged_at: v.nullish(v.string(), null),
    head: v.object({ sha: v.string(), ref: v.string() }),
    base: v.object({ repo: v.object({ full_name: v.string() }) }),
  }),
);

const PER_PAGE = 100;
/** More pull requests than this for one commit or branch is nothing that a person could choose from. */
const MOST_PAGES = 5;
const MOST_TRIES = 3;

/** Asks GitHub which pull requests belong to a commit or a branch. One request a page. */
export function createLookups(transport: Transport, clock: Clock, deadline: Deadline): PullRequestLookups {
  return {
    byCommit: (repo, sha) => all(repo, 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: sha }),
    byHead: (repo, headOwner, headBranch) =>
      all(repo, 'GET /repos/{owner}/{repo}/pulls', { head: `${headOwner}:${headBranch}`, state: 'all' }),
  };

  async function all(repo: string, route: string, parameters: Record<string, string>): Promise<CandidatePullRequest[]> {
    const [owner, name] = repo.split('/');
    const found: CandidatePullRequest[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const entries = await onePage(route, { owner, repo: name, ...parameters, per_page: PER_PAGE, page });
      found.push(...entries);
      if (entries.length < PER_PAGE) return found;
    }
    return found;
  }

  async function onePage(route: string, parameters: Record<string, unknown>): Promise<CandidatePullRequest[]> {
    const purpose: Purpose = {
      doing: 'looking up the pull request of this event',
      permission: 'pull-requests: read',
      now: clock.now(),
    };
    for (let tries = 1; ; tries += 1) {
      const answer = await transport.rest(route, parameters, deadline);
      const page = answer.kind === 'answer' ? v.safeParse(PageSchema, answer.body, { abortEarly: true }) : null;
      const failure = failureOfStatus(answer, purpose);
      if (failure === null && page?.success === true) return page.output.map(candidateOf);
      const problem = failure ?? transient(`GitHub’s answer could not be understood while ${purpose.doing}`);
      const wait = problem.retry.kind === 'after' ? problem.retry.ms : clock.random() * 1000 * tries;
      if (problem.retry.kind === 'never' || tries === MOST_TRIES || wait >= deadline.remainingMs) {
        throw new LookupError(problem);
      }
      await deadline.sleep(wait);
    }
  }
}

function candidateOf(entry: v.InferOutput<typeof PageSchema>[number]): CandidatePullRequest {
  return {
    number: entry.number,
    state: entry.state,
    headSha: entry.head.sha,
    headRef: entry.head.ref,
    baseRepo: entry.base.repo.full_name,
    merged: entry.merged_at !== null,
  };
}
