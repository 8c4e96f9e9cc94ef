import * as v from 'valibot';
import { recordPath } from '../core/record.js';
import { writeRecord } from '../core/write-record.js';
import type { Deadline } from '../time/deadline.js';
import { stateBranchReadme } from './branch-readme.js';
import type { CommitPlace } from './commit-change.js';
import { commitMessage } from './commit-message.js';
import { failureOfStatus, messageIn, transient, type Purpose } from './failures.js';
import type { Change, WriteResult } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

/** The Git data API answers with the id of what it made. */
const MadeSchema = v.object({ sha: v.pipe(v.string(), v.regex(/^[0-9a-f]{40,64}$/)) });

/**
 * First use in a repository: makes the state branch as an orphan whose root commit holds its README and the first
 * record. Trees and commits that nothing points to are harmless, so only the last request, which creates the ref, is
 * the compare-and-swap. Three requests.
 */
export async function createBranch(
  transport: Transport,
  { target, stateBranch }: CommitPlace,
  change: Change,
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const [owner, repo] = target.repo.split('/');
  const { headline, body } = commitMessage(change.event, target);

  const tree = await make('POST /repos/{owner}/{repo}/git/trees', {
    tree: [
      { path: 'README.md', mode: '100644', type: 'blob', content: stateBranchReadme(stateBranch) },
      { path: recordPath(target), mode: '100644', type: 'blob', content: writeRecord(change.next) },
    ],
  });
  if (typeof tree !== 'string') return tree;
  const commit = await make('POST /repos/{owner}/{repo}/git/commits', {
    message: `${headline}\n\n${body}`,
    tree,
    parents: [],
  });
  if (typeof commit !== 'string') return commit;
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/git/refs',
    { owner, repo, ref: `refs/heads/${stateBranch}`, sha: commit },
    deadline,
  );
  return readRefCreation(answer, commit, purpose);

  /** The id of what was made, or why not; nothing points to it yet, so an unknown outcome is as good as none. */
  async function make(route: string, parameters: Record<string, unknown>): Promise<string | WriteResult> {
    const made = await transport.rest(route, { owner, repo, ...parameters }, deadline);
    const failure = failureOfStatus(made, purpose);
    if (failure !== null || made.kind === 'no_answer') {
      return { kind: 'failed', failure: failure ?? transient(`GitHub did not answer while ${purpose.doing}`) };
    }
    const body = v.safeParse(MadeSchema, made.body, { abortEarly: true });
    if (body.success) return body.output.sha;
    return { kind: 'failed', failure: transient(`GitHub’s answer could not be understood while ${purpose.doing}`) };
  }
}

function readRefCreation(answer: HttpAnswer, commit: string, purpose: Purpose): WriteResult {
  if (answer.kind === 'answer' && answer.status === 422 && /reference already exists/i.test(messageIn(answer.body))) {
    return { kind: 'lost_race' };
  }
  const failure = failureOfStatus(answer, purpose);
  if (failure === null) return { kind: 'applied', commit };
  return { kind: failure.retry.kind === 'backoff' ? 'unknown' : 'failed', failure };
}
