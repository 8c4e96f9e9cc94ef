import type { LogEntry } from './log-event.js';

/**
 * The logs of several branches as one, the newest first. What happened on a branch stays in its order whatever the clocks
 * say, and a commit that several have, because they were made from one branch, counts once.
 */
export function unitedLog(logs: readonly (readonly LogEntry[])[]): readonly LogEntry[] {
  const placed = new Map<string, { readonly entry: LogEntry; readonly time: number }>();
  for (const log of logs) {
    let time = Number.MAX_SAFE_INTEGER;
    for (const entry of log) {
      const own = Date.parse(entry.committedAt);
      // Never later than what came after it, on any of the branches.
      time = Math.min(time, Number.isNaN(own) ? time : own, placed.get(entry.commit)?.time ?? time);
      // Taken out and put in again: it stands behind all that came after it, which decides where the times are the same.
      placed.delete(entry.commit);
      placed.set(entry.commit, { entry, time });
    }
  }
  return [...placed.values()].sort((one, other) => other.time - one.time).map(({ entry }) => entry);
}
