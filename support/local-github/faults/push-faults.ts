import { writeReport } from '../git-http/push-report.js';
import type { LoggedRequest } from '../types.js';
import type { Answer, FaultAction, Meanwhile } from './plan.js';

/** For `isPushAdvertisement()`: a server that cannot move refs all together, so that git does not try. */
export function withoutAtomic(): FaultAction {
  return { name: 'without atomic', injections: { gitConfig: { 'receive.advertiseAtomic': 'false' } } };
}

/** What GitHub says where it does not know itself what came of a push; its clients do not either. */
function commitRefsFailed({ git }: LoggedRequest): Answer {
  const results = (git?.commands ?? []).map(({ ref }) => ({ ref, ok: false, reason: 'failure' }) as const);
  return {
    status: 200,
    headers: { 'content-type': 'application/x-git-receive-pack-result', 'cache-control': 'no-cache' },
    body: writeReport('fatal error in commit_refs\n', results),
  };
}

/** For `isPush()`: `remote: fatal error in commit_refs`, and nothing landed. */
export function commitRefsFails(): FaultAction {
  return { name: 'commit_refs fails', before: commitRefsFailed };
}

/** For `isPush()`: `remote: fatal error in commit_refs`, although everything landed. */
export function commitRefsFailsAfterApplying(): FaultAction {
  return { name: 'commit_refs fails after applying', after: (_usual, request) => commitRefsFailed(request) };
}

/**
 * For `isPush()`: somebody comes while git has locked the refs and compared them, and has not moved them yet. Who wants
 * to move one of them is turned away, or waits and loses the compare; in the work, that is no fault.
 */
export function whileRefsAreLocked(work: Meanwhile): FaultAction {
  return { name: 'while refs are locked', injections: { whileLocked: work } };
}
