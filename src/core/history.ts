import { KEPT_ENTRIES, type HistoryEvent, type OwnershipRecord } from './record.js';

/** What is kept of a record's history, and what a tenure left in it. */

/** The tenures whose beginning and end stay in the history however much else happens. */
const KEPT_TENURES = 10;

const BEGINNINGS: readonly string[] = ['claim', 'takeover', 'handover'];
const ENDINGS: readonly string[] = ['release', 'evict', 'expired'];
/** What says least about who owned what, and goes first. */
const MINOR: readonly string[] = ['confirm', 'refresh', 'publish'];

/** Whether the event began the tenure of its fencing token. */
export function beginsTenure({ type }: HistoryEvent): boolean {
  return BEGINNINGS.includes(type);
}

/** The event that began the tenure of a token; `undefined` where the history does not reach so far. */
export function beginningOf(history: readonly HistoryEvent[], fencingToken: number): HistoryEvent | undefined {
  return history.findLast((event) => event.fencingToken === fencingToken && beginsTenure(event));
}

/**
 * Whether one of these writes began the owner's tenure, or took the place in line by which it came to be the owner. A
 * hand-over bears the id of whoever made it, which may be another run.
 */
export function isBegunBy({ activeRun, history }: OwnershipRecord, writes: readonly string[]): boolean {
  if (activeRun === null) return false;
  const beginning = beginningOf(history, activeRun.fencingToken);
  const began = beginning?.type === 'handover' ? beginning.entry : activeRun.id;
  return began != null && writes.includes(began);
}

/** Whether the event ended the tenure of its fencing token without beginning another. */
export function endsTenure({ type }: HistoryEvent): boolean {
  return ENDINGS.includes(type);
}

/**
 * The newest 50 events. Minor ones go first, oldest first; what began or ended the last ten tenures stays, and the
 * newest exit signal of each, so that a later attempt can tell what became of the earlier one's tenure.
 */
export function keepHistory(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
  const surplus = events.length - KEPT_ENTRIES;
  if (surplus <= 0) return events;
  const kept = keptEvents(events);
  const droppable = [...events.keys()].slice(0, -1).filter((index) => !kept.has(index));
  const minor = new Set([...events.entries()].flatMap(([index, { type }]) => (MINOR.includes(type) ? [index] : [])));
  const order = [...droppable.filter((index) => minor.has(index)), ...droppable.filter((index) => !minor.has(index))];
  const dropped = new Set(order.slice(0, surplus));
  return events.filter((_, index) => !dropped.has(index)).slice(-KEPT_ENTRIES);
}

/** Places of the events that say what became of the last tenures. */
function keptEvents(events: readonly HistoryEvent[]): ReadonlySet<number> {
  const tenures = new Set(
    events.flatMap((event) => (beginsTenure(event) ? [event.fencingToken] : [])).slice(-KEPT_TENURES),
  );
  const kept = new Set<number>();
  const signals = new Map<number | null, number>();
  for (const [index, event] of events.entries()) {
    if (!tenures.has(event.fencingToken)) continue;
    if (beginsTenure(event) || endsTenure(event)) kept.add(index);
    if (event.type === 'signal-exit') signals.set(event.fencingToken, index);
  }
  return new Set([...kept, ...signals.values()]);
}
