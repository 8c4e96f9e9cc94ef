import * as v from 'valibot';
import type { StoredTarget } from '../core/record.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, type Purpose } from './failures.js';
import type { Transport } from './transport.js';

const PullRequestSchema = v.object({ state: v.string() });

/**
 * Whether the pull request is open, by one request. Anything that is not a clear answer is `unknown`: a reading of the
 * record shows the state too, and decides.
 */
export async function askPullRequestState(
  transport: Transport,
  { repo: name, pr }: StoredTarget,
  now: string,
  deadline: Deadline,
): Promise<'open' | 'closed' | 'unknown'> {
  const [owner, repo] = name.split('/');
  const purpose: Purpose = { doing: 'asking whether the pull request is open', permission: 'pull-requests: read', now };
  const route = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';
  const answer = await transport.rest(route, { owner, repo, pull_number: pr }, deadline);
  if (answer.kind === 'no_answer' || answer.status !== 200 || failureOfStatus(answer, purpose) !== null)
    return 'unknown';
  const pullRequest = v.safeParse(PullRequestSchema, answer.body, { abortEarly: true });
  if (!pullRequest.success) return 'unknown';
  return pullRequest.output.state === 'open' ? 'open' : 'closed';
}
