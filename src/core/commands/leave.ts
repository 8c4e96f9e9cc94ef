import { ok, type Decision } from '../answer.js';
import { isBegunBy } from '../history.js';
import { blankRecord } from '../new-tenure.js';
import { placeOf } from '../queue.js';
import type { LeaveRequest } from '../request.js';
import type { Situation } from '../situation.js';
import { endTenure } from '../succession.js';
import { leaveLine, recordLeave } from '../tenure.js';

/** Without a branch nothing can land that does not make one, and a branch that somebody deleted is not made anew. */
export function hasNothingToLandOn({ founding }: LeaveRequest, head: string | null): boolean {
  return head === null && !founding;
}

/**
 * Ends what writes of unknown outcome may have begun, and what a step that died has left in line. Finding none of it is no
 * proof that none lands later, so then the head is moved by a commit of our own: every write was made from an older head.
 */
export function decideLeave({ record, request, facts }: Situation<LeaveRequest>): Decision {
  const isOurs = (id: string | null | undefined): boolean => id != null && request.writes.includes(id);
  const active = record?.activeRun ?? null;
  if (record !== null && active !== null && isBegunBy(record, request.writes)) {
    const renewedByAnother = active.renewedBy !== null && !isOurs(active.renewedBy);
    if (renewedByAnother) return ok('release_noop');
    const { jobOutcome } = request;
    return endTenure(record, active, request, facts, { type: 'release', jobOutcome, answer: 'released' });
  }
  if (record !== null && placeOf(record, request.writes) !== null) {
    return leaveLine(record, request.writes, request, facts, 'release_noop');
  }
  // What stands in the history was sent last, or a later write of ours would have landed on top of it.
  const landed =
    isOurs(active?.renewedBy) || record?.history.some(({ id, entry }) => isOurs(id) || isOurs(entry)) === true;
  return landed ? ok('release_noop') : recordLeave(record ?? blankRecord(facts.target), request, facts);
}
