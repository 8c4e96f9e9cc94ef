import { KEPT_ENTRIES, type OwnershipRecord } from './record.js';

/**
 * Whether a reading shows a past that a step has already seen beyond. A record is an append-only log in small: what was
 * seen last has to be in every later reading, unless so much happened since that it fell out of the history.
 *
 * @param reading what was read now, or `null` for no record; records are never deleted.
 * @param seen the newest record that this step, or an earlier one of its job, knows to have been on the branch.
 */
export function isOlderReading(reading: OwnershipRecord | null, seen: OwnershipRecord): boolean {
  if (reading === null) return true;
  if (reading.fencingToken !== seen.fencingToken) return reading.fencingToken < seen.fencingToken;
  const last = seen.history.at(-1)?.id ?? null;
  // Events of schema 1 and 2 have no id to look for.
  if (last === null || reading.history.some(({ id }) => id === last)) return false;
  const overtaken = reading.history.length === KEPT_ENTRIES && !reading.history.some(({ id }) => knows(seen, id));
  return !overtaken;
}

function knows({ history }: OwnershipRecord, wanted: string | null): boolean {
  return history.some(({ id }) => id === wanted);
}
