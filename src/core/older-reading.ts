import { KEPT_ENTRIES, type OwnershipRecord } from './record.js';

/**
 * Whether a reading shows a past that a step has already seen beyond. A record is an append-only log in small: what was
 * seen last has to be in every later reading, unless so much happened since that it fell out of the history.
 *
 * @param reading what was read now, or `null` for no record.
 * @param tokenFloor the token that an absent record counts as: a sweep that removes a record raises it.
 * @param seen the newest record that this step, or an earlier one of its job, knows to have been on the branch.
 */
export function isOlderReading(reading: OwnershipRecord | null, tokenFloor: number, seen: OwnershipRecord): boolean {
  if (reading === null) return tokenFloor < seen.fencingToken || seen.fencingToken === 0;
  if (reading.fencingToken !== seen.fencingToken) return reading.fencingToken < seen.fencingToken;
  const last = seen.history.at(-1);
  const newest = reading.history.at(-1);
  // Events of schema 1 and 2 have no id to look for.
  if (last?.id == null || knows(reading, last.id)) return false;
  if (newest?.id == null || knows(seen, newest.id) || reading.history.length < KEPT_ENTRIES) return true;
  // Each has dropped what the other ends with: so much lies between the two that only GitHub's clock can tell the order.
  return !(newest.at !== null && last.at !== null && Date.parse(newest.at) > Date.parse(last.at));
}

/**
 * Whether a reading certainly shows more than the record that a write was made from. The head has moved since then, so
 * that write has landed and shows, or never will.
 *
 * @param base the record that the write was made from, or `null` for none.
 */
export function isNewerReading(reading: OwnershipRecord | null, base: OwnershipRecord | null): boolean {
  if (reading === null) return false;
  if (base === null) return true;
  if (reading.fencingToken !== base.fencingToken) return reading.fencingToken > base.fencingToken;
  const newest = reading.history.at(-1)?.id ?? null;
  return newest !== null && !knows(base, newest);
}

function knows({ history }: OwnershipRecord, wanted: string | null): boolean {
  return history.some(({ id }) => id === wanted);
}
