import type { Clock } from '../time/clock.js';
import { momentOf, passedSince, type Moment } from '../time/moment.js';

export interface TrustLimits {
  /** How long a confirmation holds. */
  readonly lostAfterMs: number;
  /** How long somebody is given to answer after time was left out. */
  readonly timeoutMs: number;
}

/** A clock that jumps on and on would otherwise never let it end. */
const MOST_JUMPS = 3;

/**
 * How long the last confirmation of an ownership still holds. Time that was left out, as in the sleep of a laptop, ends it
 * too, but never before somebody was asked since: the network is back some seconds after the machine.
 */
export class Trust {
  readonly #clock: Clock;
  readonly #limits: TrustLimits;
  #confirmed: Moment;
  /** The last jump since the confirmation that still put off the end. */
  #jumped: Moment | null = null;
  #jumps = 0;

  /** The ownership counts as confirmed just now. */
  constructor(clock: Clock, limits: TrustLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#confirmed = momentOf(clock);
  }

  /** Milliseconds since what confirmed last was sent. */
  get sinceMs(): number {
    return passedSince(this.#confirmed, this.#clock);
  }

  /** Milliseconds until it is over; not more than 0 when it is. */
  get leftMs(): number {
    const { lostAfterMs, timeoutMs } = this.#limits;
    const afterJump = this.#jumped === null ? 0 : timeoutMs - passedSince(this.#jumped, this.#clock);
    return Math.max(lostAfterMs - this.sinceMs, afterJump);
  }

  get isOver(): boolean {
    return this.leftMs <= 0;
  }

  /** @param sent when the request was sent: an answer may be older than the moment at which it is read. */
  confirm(sent: Moment): void {
    this.#confirmed = sent;
    this.#jumped = null;
    this.#jumps = 0;
  }

  /** Time was left out: there is as much time again for somebody to answer. */
  jump(): void {
    this.#jumps += 1;
    if (this.#jumps > MOST_JUMPS) return;
    this.#jumped = momentOf(this.#clock);
  }

  /** The milliseconds that asking may take now; one that nobody was asked to confirm in time gets the usual ones. */
  get budgetMs(): number {
    const { leftMs } = this;
    return leftMs > 0 ? leftMs : this.#limits.timeoutMs;
  }
}
