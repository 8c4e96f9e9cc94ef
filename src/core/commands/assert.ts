import { conflict, ok, type Decision } from '../answer.js';
import type { AssertRequest } from '../request.js';
import { exitSignalOf, relationOf } from '../run.js';
import { meansTenure, ownedRecord, type Situation } from '../situation.js';
import { confirmTenure } from '../tenure.js';

/** Whether this attempt owns, in the tenure that is meant; one that time has ended is nobody's. A later attempt has to begin one of its own by `ensure`. */
export function decideAssert({ record, expired, request, facts }: Situation<AssertRequest>): Decision {
  if (expired !== null) return conflict('ownership_lost');
  const owned = ownedRecord(record);
  if (!meansTenure(request, owned?.active ?? null)) return conflict('ownership_lost');
  const closed = request.requireOpen === true && !facts.pullRequestOpen;
  if (owned === null) {
    if (request.requireExisting) return conflict('ownership_missing');
    return closed ? conflict('pr_closed') : ok('no_owner_record');
  }
  if (relationOf(owned.active, request.run) !== 'mine') return conflict('ownership_lost');
  if (exitSignalOf(owned.record) !== null) return conflict('exit_signal_recorded');
  if (closed) return conflict('pr_closed');
  return request.strict ? confirmTenure(owned.record, owned.active, request, facts) : ok('owner_confirmed');
}
