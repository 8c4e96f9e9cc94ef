import { isSignalled, type StoredEvent, type StoredRecord } from './record.js';
import { BEGINNINGS, ENDINGS } from './relation.js';
import type { Report } from './replay.js';

/** The newest entries that a record keeps. */
const KEPT = 50;
/** Of so many tenures the history keeps how they began and ended. */
const KEPT_TENURES = 10;
const MINOR: readonly string[] = ['confirm', 'refresh', 'publish'];

/** History and exit signals grow at their end; what falls out fell out because they are full, and in the right order. */
export function judgeHistory(
  before: StoredRecord | null,
  now: StoredRecord,
  message: string,
  report: Report,
): Happened {
  const old = before?.history ?? [];
  const come = now.history.filter(({ id }) => !old.some((event) => event.id === id));
  if (come.length === 0) return unrecorded(now, message, report);
  const [event, handover = null] = come;
  if (come.length > 2 || (handover !== null && (handover.type !== 'handover' || handover.id !== event?.id))) {
    report('record', `it got the events ${come.map(({ type }) => type).join(', ')} at once`);
  }
  const all = [...old, ...come];
  const names = new Set(now.history.map(nameOfEvent));
  const lost = all.filter((one) => !names.has(nameOfEvent(one)));
  const due = Math.max(0, all.length - KEPT);
  if (lost.length > due || lost.some((gone) => isKept(gone, all) || !isDue(gone, now.history))) {
    report('lost change', `gone from the history: ${lost.map(({ type, id }) => `${type} ${id}`).join(', ')}`);
  } else if (
    now.history.map(nameOfEvent).join() !==
    all.flatMap((one) => (names.has(nameOfEvent(one)) ? nameOfEvent(one) : [])).join()
  ) {
    report('record', 'the history was rewritten');
  }
  if (event !== undefined) judgeSignals(before, now, event, report);
  if (event?.type === 'handover') return { event, handover: event };
  return { event: event ?? null, handover };
}

/** Only joining and leaving the line are told by the log alone. */
function unrecorded(now: StoredRecord, message: string, report: Report): Happened {
  const [, type = ''] = /^Coord-Event: (.*)$/m.exec(message) ?? [];
  const [, id = ''] = /^Coord-Request-Id: (.*)$/m.exec(message) ?? [];
  if (type !== 'join' && type !== 'leave') {
    report('lost change', 'the record changed without a new event');
    return { event: null, handover: null };
  }
  const run = (name: string): string => new RegExp(`^Coord-${name}: (.*)$`, 'm').exec(message)?.[1] ?? '';
  const event: StoredEvent = {
    ...{ type, id, runId: run('Run-Id'), attempt: Number(run('Attempt')), previousRunId: null },
    ...{ at: '', fencingToken: now.fencingToken, actor: run('Actor'), workflowRunId: Number(run('Workflow-Run-Id')) },
  };
  return { event, handover: null };
}

function nameOfEvent({ id, type }: StoredEvent): string {
  return `${id} ${type}`;
}

/** What the author of a commit did, and whom it handed the target to. */
export interface Happened {
  readonly event: StoredEvent | null;
  readonly handover: StoredEvent | null;
}

/** What began or ended the last tenures never goes. */
function isKept({ type, fencingToken }: StoredEvent, all: readonly StoredEvent[]): boolean {
  const begun = all.filter((event) => BEGINNINGS.includes(event.type)).slice(-KEPT_TENURES);
  const kept = begun.some((event) => event.fencingToken === fencingToken);
  return kept && (BEGINNINGS.includes(type) || ENDINGS.includes(type));
}

/** Minor events go first. */
function isDue(gone: StoredEvent, rest: readonly StoredEvent[]): boolean {
  return MINOR.includes(gone.type) || !rest.slice(0, -1).some(({ type }) => MINOR.includes(type));
}

function judgeSignals(before: StoredRecord | null, now: StoredRecord, event: StoredEvent, report: Report): void {
  const signals = now.exitSignals.map(nameOfSignal);
  const old = (before?.exitSignals ?? []).map(nameOfSignal);
  const room = old.length < KEPT || event.type !== 'signal-exit';
  if (room && old.some((signal, place) => signals[place] !== signal)) report('lost change', 'an exit signal is gone');
  const same = before?.activeRun?.fencingToken === now.activeRun?.fencingToken;
  if (before !== null && same && isSignalled(before) && !isSignalled(now)) {
    report('lost change', 'the owner was told to exit, and is not any more');
  }
  if (event.type !== 'signal-exit' && signals.length !== old.length) {
    report('record', `a ${event.type} changed the exit signals`);
  }
  if (event.type === 'signal-exit' && signals.at(-1) !== nameOfSignal(event)) {
    report('record', 'the signal of the event is not the newest');
  }
}

function nameOfSignal({ runId, fencingToken }: { readonly runId: string; readonly fencingToken: number }): string {
  return `${String(fencingToken)} ${runId}`;
}
