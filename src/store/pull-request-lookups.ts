import * as v from 'valibot';
import type { Failure } from '../core/outcome.js';
import { identityOf } from '../target/payload.js';
import type { CandidatePullRequest, PullRequestLookups } from '../target/resolve.js';
import { parseRepositoryName } from '../target/target.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, permanent, transient, type Purpose } from './failures.js';
import { readGraphqlAnswer } from './graphql-answer.js';
import type { StoreFailure } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

/** Thrown by a look-up, whose callers are pure and know nothing of GitHub; the shell turns it into the outcome. */
export class LookupError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.problem, { cause: failure.cause });
    this.name = 'LookupError';
  }
}

const RepositorySchema = v.object({ id: v.nullish(v.number(), null), full_name: v.string() });
const PageSchema = v.array(
  v.object({
    number: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
    state: v.picklist(['open', 'closed']),
    merged_at: v.nullish(v.string(), null),
    merge_commit_sha: v.nullish(v.string(), null),
    head: v.object({ sha: v.string(), ref: v.string(), repo: v.nullish(RepositorySchema, null) }),
    base: v.object({ repo: RepositorySchema }),
  }),
);

const PER_PAGE = 100;
/** More pull requests than this for one commit or branch is nothing that a person could choose from. */
const MOST_PAGES = 5;
const MOST_TRIES = 3;

/** `followRenames` is the schema's default, so the old name is answered by the repository as it is called now. */
const NAME_QUERY = 'query($owner:String!,$name:String!){repository(owner:$owner,name:$name){nameWithOwner}}';
const NameSchema = v.object({ repository: v.object({ nameWithOwner: v.string() }) });
const REDIRECTS: readonly number[] = [301, 302, 307, 308];

/** Asks GitHub which pull requests belong to a branch or a commit. One request a page; nothing is kept. */
export function createLookups(transport: Transport, clock: Clock, deadline: Deadline): PullRequestLookups {
  return {
    byHead: (repo, headOwner, headBranch) =>
      all(repo, 'GET /repos/{owner}/{repo}/pulls', { head: `${headOwner}:${headBranch}`, state: 'open' }),
    byCommit: (repo, sha) => all(repo, 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: sha }),
  };

  async function all(repo: string, route: string, parameters: Record<string, string>): Promise<CandidatePullRequest[]> {
    const [owner, name] = repo.split('/');
    const found: CandidatePullRequest[] = [];
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const entries = await onePage(repo, route, { owner, repo: name, ...parameters, per_page: PER_PAGE, page });
      found.push(...entries);
      if (entries.length < PER_PAGE) return found;
    }
    // "Exactly one" cannot be told of a list whose end nobody saw.
    const problem = `GitHub lists ${String(found.length)} pull requests or more for one branch or commit of ${repo}`;
    throw new LookupError(permanent('target_unresolved', problem, 'Say which one is meant with the input "pr".'));
  }

  async function onePage(
    repo: string,
    route: string,
    parameters: Record<string, unknown>,
  ): Promise<CandidatePullRequest[]> {
    for (let tries = 1; ; tries += 1) {
      const purpose = purposeAt(clock.now());
      const answer = await transport.rest(route, parameters, deadline);
      if (isRedirect(answer)) throw new LookupError(moved(repo, await presentName(repo)));
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

  /** One request, for the message alone: whatever else is answered leaves the name untold. */
  async function presentName(repo: string): Promise<string | null> {
    const [owner, name] = repo.split('/');
    const raw = await transport.graphql(NAME_QUERY, { owner, name }, deadline);
    const answer = readGraphqlAnswer(raw, purposeAt(clock.now()));
    if (answer.kind === 'failed') return null;
    const data = v.safeParse(NameSchema, answer.data, { abortEarly: true });
    const told = data.success ? data.output.repository.nameWithOwner : '';
    const present = parseRepositoryName(told);
    return present.ok && present.value !== repo.toLowerCase() ? told : null;
  }
}

function purposeAt(now: string): Purpose {
  return { doing: 'looking up the pull request of this event', permission: 'pull-requests: read', now };
}

function isRedirect(answer: HttpAnswer): boolean {
  return answer.kind === 'answer' && REDIRECTS.includes(answer.status);
}

/** A redirect is never followed: what it leads to is another repository than the one that was asked for. */
function moved(repo: string, name: string | null): StoreFailure {
  if (name === null) {
    const problem = `GitHub redirects from the repository ${repo}, which was probably renamed or transferred; its present name could not be told`;
    return permanent('target_moved', problem, 'Start a new run, or set the inputs "repo" (its present name) and "pr".');
  }
  const problem = `The repository ${repo} was renamed or transferred: it is ${name} now`;
  return permanent('target_moved', problem, `Start a new run, or set the inputs "repo" (${name}) and "pr".`);
}

function candidateOf(entry: v.InferOutput<typeof PageSchema>[number]): CandidatePullRequest {
  const { head, base } = entry;
  return {
    number: entry.number,
    state: entry.state,
    merged: entry.merged_at !== null,
    headSha: head.sha,
    headRef: head.ref,
    headRepo: head.repo === null ? null : identityOf(head.repo),
    baseRepo: identityOf(base.repo),
    mergeCommitSha: entry.merge_commit_sha,
  };
}
