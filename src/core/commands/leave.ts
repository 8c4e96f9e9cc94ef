import { ok, type Decision } from '../answer.js';
import { isBegunBy } from '../history.js';
import { blankRecord } from '../new-tenure.js';
import { placeOf } from '../queue.js';
import type { LeaveRequest } from '../request.js';
import type { Situation } from '../situation.js';
import { endTenure } from '../succession.js';
import { leaveLine, recordLeave } from '../tenure.js';

/**
 * Ends what writes of unknown outcome may have begun, and what a step that died has left in line. Finding none of it is no
 * proof that none lands later, so then the head is moved by a commit of our own: every write was made from an older head.
 */
export function decideLeave({ record, request, facts }: Situation<LeaveRequest>): Decision {
  const isOurs = (id: string | null | undefined): boolean => id != null && request.writes.includes(id);
  const active = record?.activeRun ?? null;
  if (record !== null && active !== null && isBegunBy(record, request.writes)) {
    // What another step of the run has renewed since is that step's.
    const renewedByAnother = active.renewedBy !== null && !isOurs(active.renewedBy);
    const { jobOutcome } = request;
    if (!renewedByAnother) {
      return endTenure(record, active, request, facts, { type: 'release', jobOutcome, answer: 'released' });
    }
  }
  if (record !== null && placeOf(record, request.writes) !== null) {
    return leaveLine(record, request.writes, request, facts, 'release_noop');
  }
  // Only the last write proves anything about those before it: it was made from the newest head.
  const last = request.writes.at(-1);
  const isLast = (id: string | null | undefined): boolean => id != null && id === last;
  const landed =
    isLast(active?.renewedBy) || record?.history.some(({ id, entry }) => isLast(id) || isLast(entry)) === true;
  return landed ? ok('release_noop') : recordLeave(record ?? blankRecord(facts.target), request, facts);
}
