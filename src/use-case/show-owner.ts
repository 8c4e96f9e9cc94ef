import type { Outcome } from '../core/outcome.js';
import type { Deadline } from '../time/deadline.js';
import type { Surroundings } from './wanted.js';

/** Shows who owns beside the head of the pull request, where this step has moved that. The answer stands whatever comes of it. */
export async function showOwner(
  outcome: Outcome,
  writes: readonly string[],
  { transport, clock, say }: Surroundings,
  deadline: Deadline,
): Promise<void> {
  if (outcome.kind === 'error' || outcome.view === null || writes.length === 0) return;
  // Most steps never get here.
  const { commitStatusOf, movesCommitStatus, setCommitStatus } = await import('./commit-status.js');
  const status = movesCommitStatus(outcome, writes) ? commitStatusOf(outcome.view) : null;
  if (status === null) return;
  const { repo } = outcome.view.target;
  const warning = await setCommitStatus({ transport, repo, now: clock.now() }, status, deadline);
  if (warning !== null) say.warn(warning);
}
