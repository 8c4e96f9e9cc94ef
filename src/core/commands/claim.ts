import { conflict, type Decision } from '../answer.js';
import type { ClaimRequest, EnsureRequest, Facts, TakeoverRequest } from '../request.js';
import { exitSignalOf, relationOf } from '../run.js';
import { isClosedTo, ownedRecord, refuseWithoutPermission, type OwnedRecord, type Situation } from '../situation.js';
import { supersede } from '../supersede.js';
import { blankRecord } from '../new-tenure.js';
import { hasOthersWaiting, succeed } from '../succession.js';
import { refreshTenure, startTenure } from '../tenure.js';
import { inLine } from '../waiting.js';

/**
 * Becomes the owner if nobody is, renews if it is the owner, and replaces another only where `supersede` allows it. Where
 * others are in line it is the turn of the first of them.
 */
export function decideClaim(situation: Situation<ClaimRequest>): Decision {
  return inLine(situation, claimNow);
}

function claimNow(situation: Situation<ClaimRequest>): Decision {
  const { record, request, facts } = situation;
  const owned = ownedRecord(record);
  if (owned === null) return claimFree(situation);
  if (relationOf(owned.active, request.run) !== 'another') return claimMine(owned, request, facts);
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  return supersede(owned.record, owned.active, request, facts) ?? conflict('active_run_exists');
}

/** What a claim comes to where nobody owns. */
export function claimFree({ record, request, facts }: Situation<ClaimRequest | EnsureRequest>): Decision {
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  return succeed(record ?? blankRecord(facts.target), request, facts, { status: 'claimed_new' });
}

/**
 * A takeover passes by the line, and a hold keeps everybody out for hours though nobody works: either takes the same right
 * as another's tenure does.
 */
export function takeFree({ record, request, facts }: Situation<TakeoverRequest>): Decision {
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  const free = record ?? blankRecord(facts.target);
  const keepsOthersOut = request.term.detached || hasOthersWaiting(free, request.run, facts.now);
  const refusal = keepsOthersOut ? refuseWithoutPermission(facts) : null;
  return refusal ?? startTenure(free, request, facts, { status: 'claimed_new' });
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
