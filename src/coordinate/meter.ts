import type { Effort } from '../core/effort.js';
import type { CountedTransport } from '../store/transport.js';
import type { Clock } from '../time/clock.js';

/** Measures what one request takes, from when it is made. Whoever tries again, loses a race or waits counts it here. */
export class Meter {
  retries = 0;
  lostRaces = 0;
  /** In line. */
  waitedMs = 0;
  readonly #clock: Clock;
  readonly #transport: Pick<CountedTransport, 'sent'>;
  readonly #begunMs: number;
  readonly #sentBefore: number;

  constructor(clock: Clock, transport: Pick<CountedTransport, 'sent'>) {
    this.#clock = clock;
    this.#transport = transport;
    this.#begunMs = clock.monotonic();
    this.#sentBefore = transport.sent;
  }

  get effort(): Effort {
    const { retries, lostRaces, waitedMs } = this;
    return {
      requests: this.#transport.sent - this.#sentBefore,
      ...{ retries, lostRaces },
      milliseconds: Math.round(this.#clock.monotonic() - this.#begunMs - waitedMs),
      waitedMilliseconds: Math.round(waitedMs),
    };
  }
}
