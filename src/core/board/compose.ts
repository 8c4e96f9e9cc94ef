import { readLogEntry, targetKey, type LogEvent, type LogEntry } from './log-event.js';
import type { Board, Tenure, Wait } from './model.js';
import { countsOf } from './counts.js';
import { isFree, rowsOf, type BoardFacts, type ReadRecord } from './rows.js';
import { storyOf } from './story.js';

/** All that a board is made from. */
export interface Gathered extends Pick<Board, 'repo' | 'serverUrl' | 'stateBranch' | 'heads' | 'since' | 'isComplete'> {
  readonly records: readonly ReadRecord[];
  /** The newest first, as a log has them; those from before `since` are left out here. */
  readonly log: readonly LogEntry[];
  readonly facts: BoardFacts;
}

/**
 * Makes the board of a repository. Whichever way it was read, with more or with less of the past, the same records and the
 * same span give the same board.
 */
export function composeBoard(gathered: Gathered): Board {
  const { repo, serverUrl, stateBranch, heads, since, isComplete, records, log, facts } = gathered;
  const { now } = facts;
  const events = log
    .map(readLogEntry)
    .filter((event): event is LogEvent => event !== null && event.at >= since)
    .reverse();
  const urlOf = (workflowRunId: number): string => `${serverUrl}/${repo}/actions/runs/${String(workflowRunId)}`;
  const stories = tellAll(events, records, now, urlOf);
  const isShown = ({ to }: Tenure | Wait): boolean => to === null || to >= since;
  const tenures = stories.flatMap((story) => story.tenures.filter(isShown)).sort(byBeginning);
  const waits = stories.flatMap((story) => story.waits.filter(isShown)).sort(byBeginning);
  const rows = rowsOf(records, facts);
  const free = records.filter(({ reading }) => reading.kind === 'record' && isFree(reading.record)).length;
  const counts = countsOf({ rows, free, events, tenures, waits, now, since });
  return { repo, serverUrl, stateBranch, heads, now, since, isComplete, rows, counts, tenures, waits };
}

function tellAll(
  events: readonly LogEvent[],
  records: readonly ReadRecord[],
  now: string,
  urlOf: (workflowRunId: number) => string,
): ReturnType<typeof storyOf>[] {
  const known = new Map(records.map((read) => [targetKey(read), read] as const));
  const logs = new Map<string, LogEvent[]>();
  for (const event of events) {
    const key = targetKey(event);
    const log = logs.get(key);
    if (log === undefined) logs.set(key, [event]);
    else log.push(event);
  }
  return [...new Set([...logs.keys(), ...known.keys()])].map((key) => {
    const reading = known.get(key)?.reading;
    return storyOf(logs.get(key) ?? [], reading?.kind === 'record' ? reading.record : null, now, urlOf);
  });
}

/**
 * By pull request, then by time; what began before everything that was read comes first. What began at the same time stays
 * in the order of the log, whose clock counts seconds.
 */
function byBeginning(one: Tenure | Wait, other: Tenure | Wait): number {
  const [first, second] = [orderOf(one), orderOf(other)];
  return one.pr - other.pr || Number(first > second) - Number(first < second);
}

function orderOf({ scope, from }: Tenure | Wait): string {
  return JSON.stringify([scope ?? '', from ?? '']);
}
