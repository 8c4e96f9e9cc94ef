import { conflict, type Decision } from '../answer.js';
import type { SignalExitRequest } from '../request.js';
import { relationOf } from '../run.js';
import { meansOwner, meansTenure, ownedRecord, refuseWithoutPermission, type Situation } from '../situation.js';
import { recordExitSignal } from '../tenure.js';

/** Asks the owner to exit: itself, or another run that the actors may end. */
export function decideSignalExit({ record, request, facts }: Situation<SignalExitRequest>): Decision {
  const owned = ownedRecord(record);
  if (!meansTenure(request, owned?.active ?? null)) return conflict('ownership_lost');
  if (!meansOwner(request, owned?.active ?? null)) return conflict('ownership_lost');
  if (record === null) return conflict('ownership_missing');
  if (owned === null) return conflict('ownership_lost');
  const { active } = owned;
  const relation = relationOf(active, request.run);
  if (relation !== 'mine' && relation !== 'mine_later_attempt') {
    if (request.requireActiveOwner) return conflict('ownership_lost');
    const refusal = refuseWithoutPermission(facts);
    if (refusal !== null) return refusal;
  }
  return recordExitSignal(record, active, request, facts);
}
