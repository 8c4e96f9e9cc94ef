import { conflict, type Decision } from '../answer.js';
import type { TakeoverRequest } from '../request.js';
import { exitSignalOf, relationOf } from '../run.js';
import { isClosedTo, ownedRecord, refuseWithoutPermission, type Situation } from '../situation.js';
import { startTenure } from '../tenure.js';
import { claimMine, takeFree } from './claim.js';

/** Becomes the owner whoever owns, if the actors may; a signalled owner takes its own place anew. */
export function decideTakeover(situation: Situation<TakeoverRequest>): Decision {
  const { record, request, facts } = situation;
  const owned = ownedRecord(record);
  if (owned === null) return takeFree(situation);
  const relation = relationOf(owned.active, request.run);
  const anew = relation === 'mine' && exitSignalOf(owned.record) !== null;
  if (relation !== 'another' && !anew) return claimMine(owned, request, facts);
  if (isClosedTo(request, facts)) return conflict('pr_closed');
  if (anew) return startTenure(owned.record, request, facts, { status: 'refreshed' });
  return refuseWithoutPermission(facts) ?? startTenure(owned.record, request, facts, { status: 'taken_over' });
}
