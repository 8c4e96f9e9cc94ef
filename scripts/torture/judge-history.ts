import { isSignalled, type StoredEvent, type StoredRecord } from './record.js';
import { BEGINNINGS, ENDINGS } from './relation.js';
import type { Report } from './replay.js';

/** The newest entries that a record keeps. */
const KEPT = 50;
/** Of so many tenures the history keeps how they began and ended. */
const KEPT_TENURES = 10;
const MINOR: readonly string[] = ['confirm', 'refresh', 'publish'];

/** History and exit signals grow at their end; what falls out fell out because they are full, and in the right order. */
export function judgeHistory(before: StoredRecord | null, now: StoredRecord, report: Report): StoredEvent | null {
  const old = before?.history ?? [];
  const event = now.history.at(-1) ?? null;
  if (event === null || old.some(({ id }) => id === event.id)) {
    report('lost change', 'the record changed without a new event');
    return null;
  }
  const all = [...old, event];
  const names = new Set(now.history.map(({ id }) => id));
  const lost = all.filter(({ id }) => !names.has(id));
  const due = Math.max(0, all.length - KEPT);
  if (lost.length > due || lost.some((gone) => isKept(gone, all) || !isDue(gone, now.history))) {
    report('lost change', `gone from the history: ${lost.map(({ type, id }) => `${type} ${id}`).join(', ')}`);
  } else if (now.history.map(({ id }) => id).join() !== all.flatMap(({ id }) => (names.has(id) ? id : [])).join()) {
    report('record', 'the history was rewritten, or got more than one event');
  }
  judgeSignals(before, now, event, report);
  return event;
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
