import type { ServerTime } from '../time/server-time.js';
import type { HttpAnswer } from './transport.js';

/** What the clock of an answer is worth: a kept answer would show an old record under an old time. */
export type AnswerTime =
  { readonly kind: 'now'; readonly time: ServerTime } | { readonly kind: 'untold' } | { readonly kind: 'kept' };

/** An answer's time of origin, and the moments of the request on the monotonic clock. */
interface Look {
  readonly originMs: number;
  readonly receivedMs: number;
}

/** `Date` counts whole seconds, and GitHub's servers need not agree to the second. */
const TOLERANCE_MS = 2_000;

/**
 * Judges the `Date` of one answer after another. One that does not advance from look to look, or not without its `Age`,
 * was kept by something on the way; an `Age` of its own says so at once.
 */
export class AnswerClock {
  #last: Look | null = null;

  /**
   * @param sentMs when the request was sent, on the monotonic clock.
   * @param receivedMs when its answer was there.
   */
  read(answer: HttpAnswer, sentMs: number, receivedMs: number): AnswerTime {
    if (answer.kind === 'no_answer') return { kind: 'untold' };
    const date = Date.parse(answer.headers['date'] ?? '');
    if (Number.isNaN(date)) return { kind: 'untold' };
    const age = answer.headers['age'];
    // A second or two may be spent on the way; whatever else it says, somebody kept the answer.
    if (age !== undefined && !/^0*[01]$/.test(age.trim())) return { kind: 'kept' };
    const originMs = date - Number(age ?? 0) * 1000;
    const last = this.#last;
    if (last !== null && originMs < last.originMs - TOLERANCE_MS) return { kind: 'kept' };
    // The time counts from the first answer of that origin: looks in short order would never add up to anything else.
    if (last === null || originMs > last.originMs) this.#last = { originMs, receivedMs };
    else if (sentMs - last.receivedMs >= TOLERANCE_MS) return { kind: 'kept' };
    return { kind: 'now', time: { serverMs: date, monotonicMs: receivedMs } };
  }
}
