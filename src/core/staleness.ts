import type { ActiveRun } from './record.js';

/**
 * Whether both times of the owner are older than `staleAfterMs`. A missing or unreadable time counts as old, so that a
 * run nobody can date is never taken for a fresh one.
 *
 * @param now ISO time of the question.
 */
export function isStale(active: ActiveRun, now: string, staleAfterMs: number): boolean {
  return [active.claimedAt, active.updatedAt].every((time) => {
    const age = ageInMs(time, now);
    return age === null || age > staleAfterMs;
  });
}

/** Milliseconds from `time` to `now`, or `null` where the time is not known. Negative for a time in the future. */
export function ageInMs(time: string | null, now: string): number | null {
  if (time === null) return null;
  const age = Date.parse(now) - Date.parse(time);
  return Number.isNaN(age) ? null : age;
}
