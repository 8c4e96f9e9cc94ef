import type { Asker, Entry } from './terms.js';

/** Contract, sections 3 and 4: what the history keeps, and what it tells a later attempt. */

const began = ({ type }: Entry): boolean => ['claim', 'takeover', 'handover'].includes(type);
const ended = ({ type }: Entry): boolean => ['release', 'evict', 'expired'].includes(type);
const minor = ({ type }: Entry): boolean => ['confirm', 'refresh', 'publish'].includes(type);

/** What began the tenure of that token, as far as the history reaches back. */
export function beginningOf(history: readonly Entry[], fencingToken: number): Entry | undefined {
  return history.findLast((event) => began(event) && event.fencingToken === fencingToken);
}

/** The newest fifty: what says least goes first, and what began or ended the last ten tenures stays. */
export function remembered(events: readonly Entry[]): Entry[] {
  const left = [...events];
  while (left.length > 50) {
    const stays = staying(left);
    const goes = [left.findIndex((event) => minor(event) && !stays.has(event)), left.findIndex((e) => !stays.has(e))];
    left.splice(goes.find((index) => index >= 0) ?? 0, 1);
  }
  return left;
}

/** Silent: the newest signal of each of those tenures stays too, for an `ensure` with a token has to know of it. */
function staying(events: readonly Entry[]): ReadonlySet<Entry> {
  const tenures = events.filter(began).slice(-10);
  const signals = tenures.map(({ fencingToken }) =>
    events.findLast((event) => event.type === 'signal-exit' && event.fencingToken === fencingToken),
  );
  const ends = events.filter((event) => ended(event) && tenures.some((it) => it.fencingToken === event.fencingToken));
  return new Set([...tenures, ...ends, ...signals, events.at(-1)].filter((event) => event !== undefined));
}

/**
 * Whether a token speaks for this attempt: its tenure began in an earlier attempt of this workflow run, and no tenure of
 * this very attempt was taken over, superseded, evicted, signalled or expired since. A history that does not reach back says no.
 *
 * Silent: the run id has to be the same as well; an entry names the workflow run without its repository.
 */
export function speaksFor(token: number, run: Asker, history: readonly Entry[]): boolean {
  const ofMine = (event: Entry): boolean =>
    event.runId === run.runId && event.workflowRunId !== null && event.workflowRunId === run.holder?.workflowRunId;
  const start = history.findIndex((event) => began(event) && event.fencingToken === token);
  const beginning = history[start];
  if (beginning === undefined || !ofMine(beginning) || (beginning.attempt ?? run.attempt) >= run.attempt) return false;

  const since = history.slice(start + 1);
  const own = since.filter((event) => began(event) && ofMine(event) && event.attempt === run.attempt);
  return own.every((tenure) => {
    const about = since.filter((event) => event !== tenure && event.fencingToken === tenure.fencingToken);
    if (about.some(({ type }) => ['signal-exit', 'evict', 'expired'].includes(type))) return false;
    if (about.some(({ type }) => type === 'release')) return true;
    const next = since.slice(since.indexOf(tenure) + 1).find(began);
    return next === undefined || own.includes(next);
  });
}
