import type { Texts } from './asked.js';
import { ask, type AskedWith } from './ask.js';
import { tell } from './tell.js';

/** Releases the tenure that a command of this process has begun, and only that one. */
export async function releaseBegun(
  { target, wanted, request }: AskedWith,
  fencingToken: number,
  { timeout }: Texts,
): Promise<void> {
  const meant: Texts = {
    repo: target.repo,
    pr: String(target.pr),
    ...(target.scope == null ? {} : { scope: target.scope }),
    'state-branch': wanted.stateBranch,
    'run-id': request.run.runId,
    'fencing-token': String(fencingToken),
    ...(wanted.prStatus ? { 'pr-status': 'true' } : {}),
    ...(timeout === undefined ? {} : { timeout }),
  };
  tell((await ask('release', meant, process.env)).report);
}
