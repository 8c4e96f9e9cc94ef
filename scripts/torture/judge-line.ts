import type { Context } from './context.js';
import type { Said } from './history.js';
import type { StoredPlace } from './record.js';
import { maybeLeft } from './relation.js';
import type { Report, Version } from './replay.js';

/** What a write may do to the line: the contract (section 8) said once more, as a test of each step from record to record. */

export function judgeLine(version: Version, author: Said, context: Context, report: Report): void {
  const { before, record, event } = version;
  const old = before?.queue ?? [];
  const { queue } = record;
  const gone = old.filter(({ id }) => !queue.some((place) => place.id === id));
  const come = queue.filter(({ id }) => !old.some((place) => place.id === id));
  judgeOrder(old, queue, report);
  for (const place of come) judgeComing(place, version, author, report);
  for (const place of gone) judgeGoing(place, come, version, author, context, report);
  if (event?.type === 'join' && come.length !== 1) report('line', 'a join that took no place, or more than one');
  if (event?.type === 'leave' && gone.length > 0 && come.length > 0) report('line', 'a leave that took a place');
  judgeService(version, context, report);
}

/** Whoever stays keeps the place before those that came later. */
function judgeOrder(old: readonly StoredPlace[], queue: readonly StoredPlace[], report: Report): void {
  const stayed = queue.filter(({ id }) => old.some((place) => place.id === id)).map(({ id }) => id);
  const wanted = old.filter(({ id }) => stayed.includes(id)).map(({ id }) => id);
  if (stayed.join() !== wanted.join()) report('line', 'those who stayed in line changed places');
}

function judgeComing(place: StoredPlace, { record, before, event }: Version, author: Said, report: Report): void {
  const own =
    place.runId === author.runId && place.attempt === author.attempt && author.seen.requestIds.includes(place.id);
  if (!own) report('line', `the place of ${place.runId} was not taken by itself`);
  if (!author.inputs.waits || author.phase === 'post') report('line', 'a place was taken by a step that does not wait');
  if (event?.id !== place.id) report('line', 'the place names another write');
  const owner = record.activeRun;
  if (owner === null) report('line', 'somebody waits for what nobody owns');
  else if (owner.runId === place.runId) report('line', 'the owner waits for itself');
  const old = before?.queue ?? [];
  const behind = record.queue.slice(record.queue.findIndex(({ id }) => id === place.id) + 1);
  const replaces = old.some(
    (other) =>
      other.runId === place.runId &&
      other.attempt < place.attempt &&
      other.holder.workflowRunId === place.holder.workflowRunId,
  );
  if (behind.length > 0 && !replaces) report('line', 'somebody pushed in');
}

function judgeGoing(
  place: StoredPlace,
  come: readonly StoredPlace[],
  version: Version,
  author: Said,
  context: Context,
  report: Report,
): void {
  const { before, record, commit, event } = version;
  const begins = record.activeRun !== null && record.activeRun.fencingToken !== before?.activeRun?.fencingToken;
  if (begins && record.activeRun?.runId === place.runId) return;
  const writes =
    author.post === undefined ? author.seen.requestIds : (context.step(author.post.mainStep)?.seen.requestIds ?? []);
  if (event?.type === 'leave' && writes.includes(place.id)) return;
  const isLater = (other: StoredPlace): boolean => other.runId === place.runId && other.attempt > place.attempt;
  if (come.some(isLater)) return;
  const ends = record.activeRun === null || begins;
  const mayBePassed = maybeLeft(place, context.round.over, author.start, commit.to);
  if (ends && mayBePassed) return;
  report('line', `the place of ${place.runId} (since ${place.since}) was taken away, and its step was at work`);
}

/** A hand-over serves the first who counts, once. */
function judgeService({ before, handover, record }: Version, context: Context, report: Report): void {
  if (handover === null) return;
  const old = before?.queue ?? [];
  const place = old.find(({ id }) => id === handover.entry);
  if (place === undefined) return report('line', `it was handed over to ${handover.runId}, who was not in line`);
  const owner = record.activeRun;
  if (owner?.runId !== place.runId || owner.attempt !== place.attempt) {
    report('line', `the place of ${place.runId} was served, and the owner is ${String(owner?.runId)}`);
  }
  const earlier = old.slice(0, old.indexOf(place)).filter(({ id }) => record.queue.some((other) => other.id === id));
  if (earlier.length > 0) report('line', `${String(earlier[0]?.runId)} came before ${place.runId}, who was served`);
  if (context.servicesOf(place.id).length > 1) report('line', `the place of ${place.runId} was served twice`);
}
