import { ok, type Decision } from '../answer.js';
import type { LeaveRequest } from '../request.js';
import type { Situation } from '../situation.js';
import { blankRecord, endTenure, recordLeave } from '../tenure.js';

/**
 * Ends what writes of unknown outcome may have begun. Finding none of them is no proof that none lands later, so then
 * the head is moved by a commit of our own: every one of them was made from an older head.
 */
export function decideLeave({ record, request, facts }: Situation<LeaveRequest>): Decision {
  const isOurs = (id: string | null | undefined): boolean => id != null && request.writes.includes(id);
  const active = record?.activeRun ?? null;
  if (record !== null && active !== null && isOurs(active.id)) {
    const renewedByAnother = active.renewedBy !== null && !isOurs(active.renewedBy);
    if (renewedByAnother) return ok('release_noop');
    return endTenure(record, active, request, facts, { type: 'release', jobOutcome: request.jobOutcome });
  }
  const landed = isOurs(active?.renewedBy) || record?.history.some(({ id }) => isOurs(id)) === true;
  return landed ? ok('release_noop') : recordLeave(record ?? blankRecord(facts.target), request, facts);
}
