import type { FaultAction } from './plan.js';

/** `STALE_DATA` although the head is the expected one; nothing is applied. Plant it n times for n refusals. */
export function spuriousStaleData(): FaultAction {
  return { name: 'spurious STALE_DATA', injections: { refusesHead: true } };
}

/** A read in which no branch has a head, and everything else is as it is: no proof that anything is absent. */
export function partialRead(): FaultAction {
  return { name: 'partial read', injections: { hidesHeads: true } };
}
