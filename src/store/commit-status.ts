import type { Target } from '../core/record.js';
import type { CommitStatus } from '../core/words/commit-status.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus } from './failures.js';
import type { Transport } from './transport.js';

/**
 * Shows a status beside a commit, by one request. What it shows stands in the record, whatever the answer is.
 *
 * @param repo the present name of the repository that the pull request is in, also where the commit comes from a fork.
 * @returns what the user should hear, or `null` if GitHub took it.
 */
export async function setCommitStatus(
  { transport, repo, now }: { readonly transport: Transport; readonly now: string } & Pick<Target, 'repo'>,
  { sha, context, state, description, targetUrl }: CommitStatus,
  deadline: Deadline,
): Promise<string | null> {
  const [owner, name] = repo.split('/');
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/statuses/{sha}',
    { owner, repo: name, sha, context, state, description, ...(targetUrl === null ? {} : { target_url: targetUrl }) },
    deadline,
  );
  const purpose = { doing: `setting the commit status "${context}"`, permission: 'statuses: write', now };
  const failure = failureOfStatus(answer, purpose);
  if (failure === null) return null;
  // Other advice is to run again, which would be wrong: the command itself has succeeded.
  const advice = failure.code === 'permission_denied' ? ` ${failure.advice}` : '';
  return `The pull request does not show who owns it now: ${failure.problem}.${advice}`;
}
