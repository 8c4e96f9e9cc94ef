import { conflict, ok, type Decision } from '../answer.js';
import type { CheckRequest } from '../request.js';
import { exitSignalOf } from '../run.js';
import { meansOwner, ownedRecord, type Situation } from '../situation.js';
import { isStale } from '../staleness.js';
import { canBeAsked } from '../supersede.js';

/** The guard before a merge: whether somebody is at work. Changes nothing. */
export function decideCheck({ record, expired, request, facts }: Situation<CheckRequest>): Decision {
  const owned = ownedRecord(record);
  if (!meansOwner(request, owned?.active ?? null)) return conflict('ownership_lost');
  if (owned === null) return ok('no_owner_record');
  if (exitSignalOf(owned.record) !== null) return conflict('exit_signal_recorded');
  // Nobody is at work in a tenure that time has ended.
  if (expired !== null) return ok('dead_runner');
  if (canBeAsked(owned.active)) {
    if (facts.ownerLiveness === 'unasked') return { kind: 'ask', question: 'owner_liveness' };
    if (facts.ownerLiveness === 'dead') return ok('dead_runner');
  }
  // Nobody renews a hold: it is good until its end.
  const isOld = !owned.active.detached && isStale(owned.active, facts.now, request.staleAfterMs);
  return isOld ? conflict('stale_runner') : ok('fresh_runner');
}
