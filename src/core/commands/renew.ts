import { conflict, type Decision } from '../answer.js';
import type { RenewRequest } from '../request.js';
import { exitSignalOf, relationOf } from '../run.js';
import { meansTenure, ownedRecord, type Situation } from '../situation.js';
import { refreshTenure } from '../tenure.js';

/** Moves the end of the tenure that is meant. Unlike a claim it never begins one: a tenure that has ended is a loss. */
export function decideRenew({ record, expired, request, facts }: Situation<RenewRequest>): Decision {
  const owned = ownedRecord(record);
  if (owned === null || expired !== null || !meansTenure(request, owned.active)) return conflict('ownership_lost');
  if (relationOf(owned.active, request.run) !== 'mine') return conflict('ownership_lost');
  if (exitSignalOf(owned.record) !== null) return conflict('exit_signal_recorded');
  return refreshTenure(owned.record, owned.active, request, facts);
}
