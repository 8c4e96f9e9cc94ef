import { refOf, type BranchReading } from '../core/publication.js';
import { isNewEnough } from '../git/refusal.js';
import { runGit, type GitAnswer } from '../git/run-git.js';
import { permanent, transient } from '../store/failures.js';
import type { Compared, Comparing, StoreFailure } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import { tellingLine, withoutPasswords } from './git-words.js';
import { listHeads } from './heads.js';
import { refusalOf } from './push-refusals.js';
import { REMOTE, STATE_REF, type SideRepository } from './side-repository.js';

/**
 * Reads both heads as git's server has them, fetches the state branch's, and tells how the commit stands to the branch of the
 * pull request. A push with leases is a forced push: that it loses nobody's commits is known here or nowhere.
 */
export async function compareBranch(
  side: SideRepository,
  stateBranch: string,
  { publication, branch, leased, head: expected }: Comparing,
  deadline: Deadline,
): Promise<Compared> {
  const [state, name] = [refOf(stateBranch), refOf(branch)];
  const [listed, fetched] = await Promise.all([
    listHeads(side, [state, name], deadline),
    fetchState(side, stateBranch, deadline),
  ]);
  if (listed.kind === 'failed') return failed(listed.answer, 'asking git for the heads');
  if (fetched !== null) return failed(fetched, 'fetching the state branch');
  const { heads } = listed;
  const shown = heads.get(state) ?? null;
  if (shown !== expected || (await side.fetchedHead()) !== expected) {
    return { kind: 'stale', failure: olderThanGit(side, stateBranch, shown, expected) };
  }
  const head = heads.get(name) ?? null;
  const common = { head, isShallow: await side.isShallow() };
  const { commit } = publication;
  if (head === commit) return compared({ ...common, relation: 'same' });
  if (head === null) return compared({ ...common, relation: 'diverged' });
  if (leased !== null && leased !== head) return compared({ ...common, relation: 'moved' });
  const lease = await leaseOf(side, branch, deadline);
  if (lease.kind === 'missing') return { kind: 'failed', failure: lease.failure };
  if (lease.kind === 'told') return compared({ ...common, relation: lease.commit === head ? 'leased' : 'diverged' });
  if ((await buildsOn(side, head, commit, deadline)) === true) return compared({ ...common, relation: 'ahead' });
  const fetchedHistory = await fetchHistory(side, name, common.isShallow, deadline);
  if (fetchedHistory !== null) return failed(fetchedHistory, 'fetching the history of the branch');
  const isBehind = await buildsOn(side, commit, head, deadline);
  const isAhead = common.isShallow ? await continues(side, head, commit, deadline) : false;
  if (isBehind === null || isAhead === null) {
    return { kind: 'failed', failure: transient('Git does not show the history of the branch yet') };
  }
  return compared({ ...common, relation: isAhead ? 'ahead' : isBehind ? 'behind' : 'diverged' });
}

/** Git 2.31 knows how to fetch without telling what is here. */
const WITHOUT_NEGOTIATION: readonly [number, number] = [2, 31];

/** The whole of the newest commit but for what it holds of other pull requests; later only what came since. `null`: fetched. */
export async function fetchState(
  side: SideRepository,
  stateBranch: string,
  deadline: Deadline,
): Promise<GitAnswer | null> {
  const isFirst = (await side.fetchedHead()) === null;
  // The checkout has nothing of that branch; to ask what both have takes another request.
  const isDirect = isFirst && isNewEnough(side.checkout.version, WITHOUT_NEGOTIATION);
  const options = isDirect ? ['-c', 'fetch.negotiationAlgorithm=noop'] : [];
  const depth = isFirst ? ['--depth=1'] : [];
  const refspec = `+${refOf(stateBranch)}:${STATE_REF}`;
  const args = [...options, 'fetch', '--quiet', '--no-tags', '--filter=blob:none', ...depth, REMOTE, refspec];
  const answer = await side.git(deadline, args);
  return answer.kind === 'ended' && answer.status === 0 ? null : answer;
}

/** Whether the history that is here shows it; `null`: one of the commits is not here, and is not fetched for that. */
export async function buildsOn(
  side: SideRepository,
  ancestor: string,
  commit: string,
  deadline: Deadline,
): Promise<boolean | null> {
  const variables = { GIT_NO_LAZY_FETCH: '1' };
  const answer = await side.git(deadline, ['merge-base', '--is-ancestor', ancestor, commit], '', variables);
  if (answer.kind !== 'ended' || answer.status > 1) return null;
  return answer.status === 0;
}

/**
 * The same for what only the fetched history shows, and stricter: the head has to be on the way that the commits themselves
 * took. What GitHub merges for the events of a pull request descends from its head as well, by the base's way.
 */
async function continues(
  side: SideRepository,
  ancestor: string,
  commit: string,
  deadline: Deadline,
): Promise<boolean | null> {
  const answer = await side.git(deadline, ['rev-list', '--first-parent', '--parents', commit, `^${ancestor}`]);
  if (answer.kind !== 'ended' || answer.status !== 0) return null;
  const [, parent] = answer.stdout.trim().split('\n').at(-1)?.split(' ') ?? [];
  return parent === ancestor;
}

/** Fetches what the checkout lacks of the branch’s history, commits alone. `null`: fetched. */
async function fetchHistory(
  side: SideRepository,
  ref: string,
  isShallow: boolean,
  deadline: Deadline,
): Promise<GitAnswer | null> {
  const depth = isShallow ? ['--unshallow'] : [];
  const args = ['fetch', '--quiet', '--no-tags', '--filter=tree:0', ...depth, REMOTE, `+${ref}:refs/coord/branch`];
  const answer = await side.git(deadline, args);
  return answer.kind === 'ended' && answer.status === 0 ? null : answer;
}

type ToldLease =
  | { readonly kind: 'none' }
  | { readonly kind: 'told'; readonly commit: string }
  | { readonly kind: 'missing'; readonly failure: StoreFailure };

async function leaseOf(side: SideRepository, branch: string, deadline: Deadline): Promise<ToldLease> {
  const { lease } = side.checkout;
  if (lease.kind === 'none') return { kind: 'none' };
  const commit = lease.kind === 'commit' ? lease.commit : await trackedHead(side, branch, deadline);
  if (commit !== null) return { kind: 'told', commit };
  const problem = `The checkout has fetched no branch "${branch}", so it does not know which head is to be replaced`;
  const advice =
    'Fetch it first, look at what it has, and then give --force-with-lease the commit that is to be replaced.';
  return { kind: 'missing', failure: permanent('invalid_input', problem, advice) };
}

/** Where the checkout has seen the branch when it fetched last. */
async function trackedHead(
  { checkout, remote }: SideRepository,
  branch: string,
  deadline: Deadline,
): Promise<string | null> {
  const ref = `refs/remotes/${remote.name ?? 'origin'}/${branch}`;
  const args = ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`];
  const answer = await runGit({ folder: checkout.folder, args, timeoutMs: deadline.remainingMs });
  return answer.kind === 'ended' && answer.status === 0 ? answer.stdout.trim() : null;
}

function compared(reading: BranchReading): Compared {
  return { kind: 'compared', reading };
}

export function failed(answer: GitAnswer, doing: string): { readonly kind: 'failed'; readonly failure: StoreFailure } {
  return { kind: 'failed', failure: failureOf(answer, doing) };
}

/** What a question to git's server failed of. */
function failureOf(answer: GitAnswer, doing: string): StoreFailure {
  if (answer.kind === 'missing')
    return permanent('api_error', 'Git is gone from the PATH', 'Look at what the job does to it.');
  if (answer.kind === 'broken')
    return permanent('api_error', `Git cannot be run: ${answer.error.message}`, 'Run `git version` there.');
  const stderr = withoutPasswords(answer.stderr);
  const line = tellingLine(stderr);
  return (
    refusalOf(stderr, null) ?? transient(`Git’s server gave no answer while ${doing}${line === '' ? '' : ` (${line})`}`)
  );
}

function olderThanGit(
  { remote }: SideRepository,
  stateBranch: string,
  shown: string | null,
  read: string | null,
): StoreFailure {
  const doubt = remote.isCertain ? '' : '; the remote may be another one, so look at `git remote -v`';
  const heads = `its head is ${shown ?? 'none'} by git, and ${read ?? 'none'} by the reading${doubt}`;
  return {
    code: 'contention_exhausted',
    problem: `The state branch "${stateBranch}" keeps moving while it is read: ${heads}`,
    advice: 'Run it again in a moment.',
    passing: true,
    retry: { kind: 'backoff' },
  };
}
