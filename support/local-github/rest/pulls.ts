import { may } from '../context.js';
import { pullsOfCommit } from '../state/commit-pulls.js';
import type { PullRecord } from '../state/pulls.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { forbidden, notFound, RestRefusal } from './errors.js';
import { pageOf } from './pages.js';
import { pullShape } from './shapes.js';

function insistOnPulls({ context, repository }: RestCall): void {
  if (!may(context, repository, 'pull-requests', 'read')) throw forbidden();
}

async function getPull(call: RestCall): Promise<RestResult> {
  insistOnPulls(call);
  const { context, repository, params } = call;
  const pull = repository.pulls.get(Number(params.pull_number));
  if (pull === null) throw notFound();
  const merged = pull.state === 'merged';
  const body = {
    ...(await pullShape(context, repository, pull)),
    merged,
    mergeable: pull.state === 'open' ? true : null,
    rebaseable: null,
    mergeable_state: pull.state === 'open' ? 'clean' : 'unknown',
    merged_by: null,
    comments: 0,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
  return { status: 200, body };
}

async function page(call: RestCall, pulls: readonly PullRecord[]): Promise<RestResult> {
  const { items, headers } = pageOf(call, '/pulls', pulls);
  const body = await Promise.all(items.map((pull) => pullShape(call.context, call.repository, pull)));
  return { status: 200, body, headers };
}

function listPulls(call: RestCall): Promise<RestResult> {
  insistOnPulls(call);
  const { repository, query } = call;
  const state = query.get('state') ?? 'open';
  const base = query.get('base');
  // GitHub ignores a head without an owner, and then lists everything: a trap worth keeping.
  const head = query.get('head');
  const wanted = head !== null && head.includes(':') ? head.toLowerCase() : null;
  const found = repository.pulls
    .all()
    .filter((pull) => state === 'all' || (state === 'open') === (pull.state === 'open'))
    .filter((pull) => base === null || pull.baseRefName === base)
    .filter((pull) => wanted === null || `${pull.headRepository.owner}:${pull.headRefName}`.toLowerCase() === wanted);
  return page(call, query.get('direction') === 'asc' ? found : found.reverse());
}

async function pullsWithCommit(call: RestCall): Promise<RestResult> {
  insistOnPulls(call);
  const { repository, params } = call;
  const sha = params.commit_sha ?? '';
  if ((await repository.store.commit(sha)) === null) throw new RestRefusal(422, `No commit found for SHA: ${sha}`);
  return page(call, await pullsOfCommit(repository, sha));
}

export const pullHandlers: RestHandlers = {
  'GET /repos/{owner}/{repo}/pulls': listPulls,
  'GET /repos/{owner}/{repo}/pulls/{pull_number}': getPull,
  'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls': pullsWithCommit,
};
