import type { RecordReading } from '../read-record.js';
import type { OwnershipRecord } from '../record.js';
import type { BoardRow, LastEvent } from './model.js';
import { targetKey } from './log-event.js';
import { ownerOf, placeOnBoard, troublesOf, type RunState } from './owner.js';

/** A record as it was read from the state branch. */
export interface ReadRecord {
  readonly pr: number;
  readonly scope: string | null;
  readonly reading: RecordReading;
}

export interface PullRequestFacts {
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
}

/** What is known beside the records. What is missing here is not known. */
export interface BoardFacts {
  readonly now: string;
  readonly pullRequests: ReadonlyMap<number, PullRequestFacts>;
  /** By `targetKey`. */
  readonly runs: ReadonlyMap<string, RunState>;
}

/** One row for every target that somebody owns or waits for, and for every record that nobody can read. */
export function rowsOf(records: readonly ReadRecord[], facts: BoardFacts): readonly BoardRow[] {
  const rows = records.flatMap((read): readonly BoardRow[] => {
    const { pr, scope, reading } = read;
    const pullRequest = facts.pullRequests.get(pr);
    const common = { pr, scope, title: pullRequest?.title ?? null, pullRequestState: pullRequest?.state ?? null };
    if (reading.kind !== 'record') {
      const problem = reading.kind === 'corrupt' ? reading.problem : `it has schema version ${String(reading.version)}`;
      return [{ ...common, troubles: ['unreadable'], problem, owner: null, line: [], lastEvent: null }];
    }
    const { record } = reading;
    if (isFree(record)) return [];
    const { activeRun } = record;
    const runState = facts.runs.get(targetKey(read)) ?? 'unknown';
    const owner = activeRun === null ? null : ownerOf(record, activeRun, runState, facts.now);
    const line = record.queue.map((place) => placeOnBoard(place, facts.now));
    return [{ ...common, troubles: troublesOf(owner, line), problem: null, owner, line, lastEvent: lastOf(record) }];
  });
  return rows.toSorted(byNeed);
}

/** Nobody owns it, and nobody waits for it. */
export function isFree({ activeRun, queue }: OwnershipRecord): boolean {
  return activeRun === null && queue.length === 0;
}

function lastOf({ history }: OwnershipRecord): LastEvent | null {
  const last = history.at(-1);
  return last === undefined ? null : { type: last.type, at: last.at, runId: last.runId, actor: last.actor };
}

/** Whoever looks at night wants what is stuck first, then what is not known, then the oldest. */
function byNeed(one: BoardRow, other: BoardRow): number {
  const rank = ({ troubles, owner }: BoardRow): number =>
    troubles.length > 0 ? 0 : owner?.state === 'unknown' ? 1 : 2;
  const age = ({ owner, line }: BoardRow): number => owner?.ageMs ?? line[0]?.waitsMs ?? 0;
  return (
    rank(one) - rank(other) ||
    age(other) - age(one) ||
    one.pr - other.pr ||
    // No two rows are of one target.
    (targetKey(one) < targetKey(other) ? -1 : 1)
  );
}
