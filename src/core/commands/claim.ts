import { conflict, type Decision } from '../answer.js';
import type { ClaimRequest, EnsureRequest, Facts, TakeoverRequest } from '../request.js';
import { exitSignalOf, relationOf } from '../run.js';
import { isClosedTo, ownedRecord, type OwnedRecord, type Situation } from '../situation.js';
import { supersede } from '../supersede.js';
import { blankRecord, refreshTenure, startTenure } from '../tenure.js';

/** Becomes the owner if nobody is, renews if it is the owner, and replaces another only where section 5 allows it. */
export function decideClaim(situation: Situation<ClaimRequest>): Decision {
  const { record, request, facts } = situation;
  const owned = ownedRecord(record);
  if (owned === null) return claimFree(situation);
  if (relationOf(owned.active, request.run) !== 'another') return claimMine(owned, request, facts);
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  return supersede(owned.record, owned.active, request, facts) ?? conflict('active_run_exists');
}

/** What a claim comes to where nobody owns. */
export function claimFree({
  record,
  request,
  facts,
}: Situation<ClaimRequest | TakeoverRequest | EnsureRequest>): Decision {
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  return startTenure(record ?? blankRecord(facts.target), request, facts, { status: 'claimed_new' });
}

/** What a claim comes to where the run owns already, in this attempt or another. Only a renewal may go on when closed. */
export function claimMine(
  { record, active }: OwnedRecord,
  request: ClaimRequest | TakeoverRequest,
  facts: Facts,
): Decision {
  const relation = relationOf(active, request.run);
  const signalled = exitSignalOf(record) !== null;
  if (relation === 'mine' && !signalled) return refreshTenure(record, active, request, facts);
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  // What the earlier attempt left behind loses, its exit signal included: that one belongs to the old tenure.
  if (relation === 'mine_later_attempt') return startTenure(record, request, facts, { status: 'refreshed' });
  return conflict(relation === 'mine' ? 'exit_signal_recorded' : 'ownership_lost');
}
