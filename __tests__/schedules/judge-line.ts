import type { ActiveRun, HistoryEvent, OwnershipRecord, QueueEntry } from '../../src/core/record.js';
import type { Report } from './judge.js';
import type { Operation, Told } from './operation.js';
import type { Played } from './simulate.js';
import { serves } from './told.js';

/** What is promised to those who stand in line, told without the reference model: by what is on the branch alone. */

/** One commit, and what its maker knew. */
interface Made {
  readonly oid: string;
  readonly state: number;
  readonly event: HistoryEvent;
  readonly before: OwnershipRecord | null;
  readonly after: OwnershipRecord;
  readonly by: Operation | undefined;
  readonly told: Told | undefined;
}

export function judgeLine(played: Played, report: Report): void {
  const servedBy = new Map<string, string>();
  for (const made of commitsOf(played)) {
    const { oid, event, before, after } = made;
    judgeOrder(made, report);
    if (event.type !== 'handover') continue;
    const served = before?.queue.find(({ id }) => id !== null && id === event.entry);
    const who = `${oid}: ${event.runId}, by place ${String(event.entry)}`;
    const twice = servedBy.get(String(event.entry));
    if (twice !== undefined) report('nobody is served twice', `${who}, was served in ${twice}`);
    servedBy.set(String(event.entry), oid);
    if (after.queue.some(({ runId }) => runId === event.runId)) {
      report('nobody is served twice', `${who}, still stands in line`);
    }
    if (!hasEnd(made)) report('no hand-over without an end', `${who}, after a tenure that nothing has ended`);
    if (served !== undefined && isKnownOver(served, made)) {
      report('a place of the dead blocks nobody', `${who}, who was known to be over, or was not asked about`);
    }
    judgeLeft(made, who, played, report);
  }
}

function commitsOf({ branch, begin, operations }: Played): Made[] {
  return branch.commits.slice(begin).flatMap(({ oid, event, record }, index) => {
    if (event === null || record === null) return [];
    const by = operations.find(({ ids }) => event.id !== null && ids.has(event.id));
    const told = by?.told.find(({ id }) => id === event.id);
    const before = branch.recordAt(begin + index);
    return [{ oid, event, before, after: record, by, told, state: begin + index + 1 }];
  });
}

/** Nobody is passed by who counts: by no tenure, and by no end that leaves the target free. */
function judgeOrder(made: Made, report: Report): void {
  const { oid, event, before, after, by } = made;
  const queue = before?.queue ?? [];
  const [old, active] = [before?.activeRun ?? null, after.activeRun];
  const order = (detail: string): void => report('order of coming is order of service', `${oid}: ${detail}`);
  if (active === null && old !== null && event.type !== 'leave') {
    const first = queue.find((place) => counts(place, made));
    if (first !== undefined) order(`${first.runId} waits, and the target is left free`);
  }
  if (active !== null && active.fencingToken !== old?.fencingToken && !passesBy(made, old)) {
    const place = event.entry === undefined ? -1 : queue.findIndex(({ id }) => id === event.entry);
    const passed = queue.slice(0, place === -1 ? queue.length : place);
    const first = passed.find((other) => other.runId !== active.runId && counts(other, made));
    const own = queue.findIndex(({ runId }) => runId === active.runId);
    const isBefore = first !== undefined && (place !== -1 || own === -1 || queue.indexOf(first) < own);
    if (isBefore) order(`${active.runId} is served before ${first.runId}`);
  }
  const kept = after.queue.filter(({ id }) => queue.some((other) => other.id === id)).map(({ id }) => id);
  const inOrder = queue.filter(({ id }) => kept.includes(id)).map(({ id }) => id);
  if (kept.join() !== inOrder.join()) order(`those in line change places`);
  const last = after.queue.at(-1);
  const came = after.queue.filter(({ id }) => !queue.some((other) => other.id === id));
  const takesPlace = queue.some(
    ({ runId, attempt }) => runId === by?.request.run.runId && attempt < by.request.run.attempt,
  );
  if (came.length > 1 || (came.length === 1 && came[0] !== last && !takesPlace)) order('somebody comes in between');
}

/** A takeover, and a later attempt of the owner. */
function passesBy({ by, event }: Made, old: ActiveRun | null): boolean {
  return by?.request.command === 'takeover' || (old !== null && old.runId === event.runId);
}

/** Whether a place had to be served, for all that whoever made the commit knew. */
function counts(place: QueueEntry, { told }: Made): boolean {
  return told === undefined || !(isPast(place, told) || told.waiters.get(String(place.id)) === 'dead');
}

function isPast({ until }: QueueEntry, { now }: Told): boolean {
  return until === null || until < now;
}

function hasEnd({ event, before, after }: Made): boolean {
  if (event.cause !== undefined || before?.activeRun == null) return true;
  return after.history.some(({ id, type }) => id === event.id && ['release', 'evict', 'expired'].includes(type));
}

/** Five are asked about, and nobody about itself or its own run. */
function isKnownOver(place: QueueEntry, { by, told, before }: Made): boolean {
  if (by === undefined || told === undefined) return true;
  if (isPast(place, told)) return true;
  const word = told.waiters.get(String(place.id));
  const isItsOwn = by.request.command !== 'release' && place.runId === by.request.run.runId;
  const over = before?.queue.filter(({ id }) => told.waiters.get(String(id)) === 'dead') ?? [];
  if (word === undefined) return !isItsOwn && place.holder?.workflowRunId != null && over.length < 5;
  return word === 'dead';
}

/** Whoever has ended, and said that nothing of it is left, is given nothing any more; nor is one whose post step has. */
function judgeLeft({ event, state }: Made, who: string, { operations }: Played, report: Report): void {
  const served = operations.find((operation) => serves(operation, event));
  if (served === undefined) return;
  const posts = operations.filter(({ postOf }) => postOf?.includes(String(event.entry)) === true);
  for (const { name, outcome, lastState } of [served, ...posts]) {
    if (outcome === null || outcome.kind === 'error') continue;
    if (outcome.kind === 'conflict' && outcome.mayHaveWritten === true) continue;
    if (state > lastState) report('no tenure for who has left', `${who}: ${name} had ended before`);
  }
}
