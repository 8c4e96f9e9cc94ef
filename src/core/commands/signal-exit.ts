import { conflict, type Decision } from '../answer.js';
import type { SignalExitRequest } from '../request.js';
import { relationOf } from '../run.js';
import { meansTenure, ownedRecord, refuseWithoutPermission, type Situation } from '../situation.js';
import { recordExitSignal } from '../tenure.js';

/** Asks the owner to exit: itself, or another run that the actors may end. */
export function decideSignalExit({ record, request, facts }: Situation<SignalExitRequest>): Decision {
  if (record === null) return conflict('ownership_missing');
  const owned = ownedRecord(record);
  if (owned === null || !meansTenure(request, owned.active)) return conflict('ownership_lost');
  const { active } = owned;
  if (request.targetRunId !== null && request.targetRunId !== active.runId) return conflict('ownership_lost');
  const relation = relationOf(active, request.run);
  if (relation !== 'mine' && relation !== 'mine_later_attempt') {
    if (request.requireActiveOwner) return conflict('ownership_lost');
    const refusal = refuseWithoutPermission(facts);
    if (refusal !== null) return refusal;
  }
  return recordExitSignal(record, active, request, facts);
}
