import { may } from '../context.js';
import { isoSeconds } from '../git/objects.js';
import type { Repository } from '../state/repository.js';
import type { CommitStatus } from '../types.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { forbidden, RestRefusal } from './errors.js';
import { userShape } from './shapes.js';

/** What GitHub says of a field, beyond its description. */
function refused(field: string, message: string): RestRefusal {
  const errors = [{ resource: 'Status', code: 'custom', field, message }];
  return new RestRefusal(422, 'Validation Failed', { errors });
}

function readStatus({ body }: RestCall): Omit<CommitStatus, 'creator'> {
  const text = (name: string): string | null => {
    const value = body[name];
    return typeof value === 'string' ? value : null;
  };
  const description = text('description');
  if ([...(description ?? '')].length > 140) {
    throw refused('description', 'description is too long (maximum is 140 characters)');
  }
  if (/[\u{10000}-\u{10ffff}]/u.test(description ?? '')) {
    throw refused('description', "description doesn't accept 4-byte Unicode");
  }
  const targetUrl = text('target_url');
  if (targetUrl !== null && !/^https?:\/\//.test(targetUrl)) {
    throw refused('target_url', 'target_url must use http(s) scheme');
  }
  return { context: text('context') ?? 'default', state: text('state') ?? '', description, targetUrl };
}

async function createStatus(call: RestCall): Promise<RestResult> {
  const { context, repository, params } = call;
  if (!may(context, repository, 'statuses', 'write')) throw forbidden();
  const sha = params.sha ?? '';
  if (!(await knowsCommit(repository, sha))) throw new RestRefusal(422, `No commit found for SHA: ${sha}`);
  const creator = context.grant?.login ?? '';
  const status = { ...readStatus(call), creator };
  const id = repository.addStatus(sha, status);
  const { world } = repository;
  const at = isoSeconds(world.now());
  const user = userShape(world, creator);
  const body = {
    url: `${world.apiUrl}/repos/${repository.nameWithOwner}/statuses/${sha}`,
    avatar_url: user.avatar_url,
    id,
    node_id: `SC_${String(id)}`,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: at,
    updated_at: at,
    creator: user,
  };
  return { status: 201, body };
}

/** The commits of a fork's pull request are there under `refs/pull`, which this GitHub keeps in the fork. */
async function knowsCommit(repository: Repository, sha: string): Promise<boolean> {
  const stores = [repository, ...repository.pulls.all().map(({ headRepository }) => headRepository)];
  for (const { store } of new Set(stores)) if ((await store.commit(sha)) !== null) return true;
  return false;
}

export const statusHandlers: RestHandlers = { 'POST /repos/{owner}/{repo}/statuses/{sha}': createStatus };
