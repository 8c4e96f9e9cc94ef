import type { Decision } from '../../src/core/answer.js';
import { decide } from '../../src/core/decide.js';
import { placeKey } from '../../src/core/queue.js';
import type { OwnershipRecord, QueueEntry } from '../../src/core/record.js';
import type { CoordinationRequest, Facts, Liveness } from '../../src/core/request.js';
import { must } from './must.js';

export type Said = Exclude<Liveness, 'unasked'>;

/** Decides, and answers what is asked about those in line; each place is asked about once, and five at most. */
export function decideAnswering(
  record: OwnershipRecord | null,
  request: CoordinationRequest,
  facts: Facts,
  say: (place: QueueEntry) => Said,
): Decision {
  const told = new Map(facts.waiterLiveness);
  for (;;) {
    const decision = decide({ record, request, facts: { ...facts, waiterLiveness: new Map(told) } });
    if (decision.kind !== 'ask' || decision.question !== 'waiter_liveness') return decision;
    const key = placeKey(decision.place);
    must(!told.has(key), `asks twice about ${key}`);
    must(record?.queue.includes(decision.place) === true, `asks about ${key}, which is not in line`);
    told.set(key, say(decision.place));
    must(told.size - facts.waiterLiveness.size <= 5, 'asks about more than five');
  }
}
