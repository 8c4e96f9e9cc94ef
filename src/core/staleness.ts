import type { ActiveRun } from './record.js';

/**
 * Whether both times of the owner are older than `staleAfterMs`. A run with a missing or unreadable time counts as
 * stale whatever the other time says: what nobody can date is never taken for fresh.
 *
 * @param now ISO time of the question.
 */
export function isStale(active: ActiveRun, now: string, staleAfterMs: number): boolean {
  const ages = [ageInMs(active.claimedAt, now), ageInMs(active.updatedAt, now)];
  return ages.some((age) => age === null) || ages.every((age) => age !== null && age > staleAfterMs);
}

/** Milliseconds from `time` to `now`, or `null` where the time is not known. Negative for a time in the future. */
export function ageInMs(time: string | null, now: string): number | null {
  if (time === null) return null;
  const age = Date.parse(now) - Date.parse(time);
  return Number.isNaN(age) ? null : age;
}
