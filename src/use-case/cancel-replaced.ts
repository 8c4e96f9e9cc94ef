import type { Outcome } from '../core/outcome.js';
import { plain } from '../core/text.js';
import type { StateStore } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import type { Surroundings } from './wanted.js';

/** Asks GitHub to cancel the run whose tenure was just taken over. The takeover stands whatever the answer is. */
export async function cancelReplaced(
  outcome: Outcome,
  store: StateStore,
  { say }: Pick<Surroundings, 'say'>,
  deadline: Deadline,
): Promise<void> {
  if (outcome.kind !== 'ok' || outcome.status !== 'taken_over' || outcome.view?.replaced == null) return;
  const { replaced, record, target } = outcome.view;
  // A dead owner is over already; cancelling its run could only hit a later attempt, which was not replaced.
  if (record?.history.at(-1)?.cause === 'dead') return;
  const { value, warning } = await store.cancelRun(replaced, target, deadline);
  if (warning !== null) say.warn(warning);
  const name = `run ${plain(replaced.runId)}`;
  if (value === 'requested') say.info(`GitHub was asked to cancel ${name}, which was replaced.`);
  if (value === 'over_already') say.info(`${name}, which was replaced, is over already.`);
}
