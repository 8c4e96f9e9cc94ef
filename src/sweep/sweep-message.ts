import type { SweepPlan } from '../core/sweep/plan.js';
import type { CommitMessage } from '../store/commit-message.js';

export interface SweepFactsForLog {
  readonly repo: string;
  readonly olderThanMs: number;
  /** How many records there were before. */
  readonly records: number;
  readonly lostRaces: number;
  readonly id: string;
}

/**
 * A sweep in the log of the branch. It is about no pull request and no run, and has no trailer for either: whoever reads the
 * log for tenures passes over it.
 */
export function sweepMessage(
  plan: SweepPlan,
  { repo, olderThanMs, records, lostRaces, id }: SweepFactsForLog,
): CommitMessage {
  const trailers: readonly (readonly [string, string | null])[] = [
    ['Coord-Event', 'sweep'],
    ['Coord-Repository', repo],
    ['Coord-Removed', String(plan.removed.length)],
    ['Coord-Kept', String(records - plan.removed.length)],
    ['Coord-Older-Than-Seconds', String(Math.floor(olderThanMs / 1000))],
    ['Coord-Token-Floor', String(plan.tokenFloor)],
    ['Coord-Lost-Races', lostRaces === 0 ? null : String(lostRaces)],
    [REQUEST_ID, id],
  ];
  const lines = trailers.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${value}`]));
  const count = String(plan.removed.length);
  return {
    headline: `sweep ${count} record${count === '1' ? '' : 's'} of ${repo}, token floor ${String(plan.tokenFloor)}`,
    body: ['[skip ci]', '', ...lines].join('\n'),
  };
}

const REQUEST_ID = 'Coord-Request-Id';

/** Whether a commit of the branch is that write. */
export function isWrite(message: string, id: string): boolean {
  return message.split(/\r?\n/).includes(`${REQUEST_ID}: ${id}`);
}
