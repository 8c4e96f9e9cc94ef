import type { Around, Ask, Asker, Waiter } from './terms.js';
import { endAfter } from './time.js';
import { standing } from './who.js';

/** Contract, section 8: the line in front of a target, whoever asks. */

export interface Next {
  readonly place: Waiter;
  /** The line from that place on: whom a hand-over skips is not in it. */
  readonly rest: readonly Waiter[];
}

/** Past its `until` a place does not count, whatever else is known; nor does one without. */
export function isPast({ until }: Waiter, now: string): boolean {
  return until === null || Date.parse(until) < Date.parse(now);
}

/**
 * The first who counts, or `null`. GitHub is asked about those in order, but for whom `isKnown` vouches; after five who
 * are over nobody is asked about any more.
 */
export function firstInLine(
  queue: readonly Waiter[],
  { now, waiterRun }: Around,
  asked: string[],
  isKnown: (place: Waiter) => boolean,
): Next | null {
  let over = 0;
  for (const [index, place] of queue.entries()) {
    if (isPast(place, now)) continue;
    const canBeAsked = !isKnown(place) && over < 5 && place.holder?.workflowRunId != null;
    if (canBeAsked) asked.push(`waiter ${String(place.id)}`);
    if (!canBeAsked || waiterRun(place) !== 'dead') return { place, rest: queue.slice(index) };
    over += 1;
  }
  return null;
}

/** The place is of a later attempt of the asking run's workflow run. */
export function isOfLaterAttempt(place: Waiter, run: Asker): boolean {
  return standing(place, run).earlier;
}

/**
 * The line with a place of the asker: at the end, or where an earlier attempt of its workflow run stands. A full one first
 * drops who does not count any more; `null`: it stays full.
 */
export function withPlace(queue: readonly Waiter[], run: Asker, ask: Ask, { now, id }: Around): Waiter[] | null {
  const { detached, expiresAfterMs: expiresAfter } = ask.term;
  const until = endAfter(ask.line?.placeMs ?? 0, now);
  const place: Waiter = { ...run, since: now, until, detached, expiresAfter, id };
  const isEarlier = (other: Waiter): boolean => standing(other, run).later;
  const first = queue.findIndex(isEarlier);
  if (first >= 0) return queue.with(first, place).filter((other) => !isEarlier(other));
  const left = queue.length < 100 ? queue : queue.filter((other) => !isPast(other, now));
  return left.length < 100 ? [...left, place] : null;
}
