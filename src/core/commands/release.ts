import { conflict, ok, type Decision } from '../answer.js';
import { speaksForAttempt } from '../earlier-attempt.js';
import type { ActiveRun, OwnershipRecord } from '../record.js';
import type { ReleaseRequest } from '../request.js';
import { relationOf, type Run } from '../run.js';
import { meansOwner, meansTenure, ownedRecord, refuseWithoutPermission, type Situation } from '../situation.js';
import { endTenure } from '../succession.js';

/** Ends the tenure of this run, or with `evict` one of another run that somebody saw and named. */
export function decideRelease({ record, request, facts }: Situation<ReleaseRequest>): Decision {
  const owned = ownedRecord(record);
  if (owned === null) return ok('release_noop');
  const { active } = owned;
  if (!isMeant(request, owned.record, active)) return conflict('ownership_lost');
  const { evict, jobOutcome } = request;
  if (isMine(active, request.run)) {
    if (isRenewedByAnother(request, active)) return ok('release_noop');
    return endTenure(owned.record, active, request, facts, { type: 'release', jobOutcome, answer: 'released' });
  }
  if (!evict) return conflict('ownership_lost');
  // An eviction means a tenure that somebody saw, not whoever happens to own by now.
  if (request.fencingToken === null && request.targetRunId === null) return conflict('takeover_forbidden');
  // Nobody works on a closed pull request any more, so ending its tenure harms nobody and needs no permission.
  const refusal = facts.pullRequestOpen ? refuseWithoutPermission(facts) : null;
  return refusal ?? endTenure(owned.record, active, request, facts, { type: 'evict', jobOutcome, answer: 'released' });
}

/** A token of an earlier attempt of this workflow run means the tenure of this run that followed it. */
function isMeant(request: ReleaseRequest, record: OwnershipRecord, active: ActiveRun): boolean {
  if (!meansOwner(request, active)) return false;
  if (request.begunBy !== null && request.begunBy !== active.id) return false;
  if (meansTenure(request, active)) return true;
  return (
    request.fencingToken !== null &&
    isMine(active, request.run) &&
    speaksForAttempt(request.fencingToken, request.run, record)
  );
}

/** A later attempt answers for what an earlier one has left behind, but not the other way round. */
function isMine(active: ActiveRun, run: Run): boolean {
  const relation = relationOf(active, run);
  return relation === 'mine' || relation === 'mine_later_attempt';
}

/** The post step leaves alone what another step of the run has renewed since: that one goes on in it. */
function isRenewedByAnother({ begunBy, writes }: ReleaseRequest, { renewedBy }: ActiveRun): boolean {
  return begunBy !== null && renewedBy !== null && !writes.includes(renewedBy);
}
