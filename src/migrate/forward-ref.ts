import { readRefChange } from '../store/branch-ref.js';
import { messageIn, type Purpose } from '../store/failures.js';
import type { WriteResult } from '../store/state-store.js';
import type { Transport } from '../store/transport.js';
import type { Deadline } from '../time/deadline.js';

/** Moves a branch on to a commit that has its head among its parents: refused if it has another head by now. */
export async function forwardRef(
  transport: Transport,
  repository: string,
  { stateBranch, commit }: { readonly stateBranch: string; readonly commit: string },
  purpose: Purpose,
  deadline: Deadline,
): Promise<WriteResult> {
  const [owner, repo] = repository.split('/');
  const route = 'PATCH /repos/{owner}/{repo}/git/refs/{ref}';
  const answer = await transport.rest(
    route,
    { owner, repo, ref: `heads/${stateBranch}`, sha: commit, force: false },
    deadline,
  );
  const said = answer.kind === 'answer' && answer.status === 422 ? messageIn(answer.body) : '';
  return /not a fast forward/i.test(said) ? { kind: 'lost_race' } : readRefChange(answer, commit, purpose);
}
