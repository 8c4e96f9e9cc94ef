import type { HistoryEvent } from '../core/record.js';
import type { Snapshot } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import { serverNow } from '../time/server-time.js';
import type { Meter } from './meter.js';
import { pauseOfLoser, pauseOfNewcomer, type Standing } from './turn-taking.js';

/** Where one request stands among those who write to the branch at the same time. */
export class TurnTaking {
  readonly #clock: Clock;
  readonly #meter: Meter;
  #tryBeganMs: number;
  #hasYielded = false;

  constructor(clock: Clock, meter: Meter) {
    this.#clock = clock;
    this.#meter = meter;
    this.#tryBeganMs = clock.monotonic();
  }

  /** A try begins with its reading. */
  begin(): void {
    this.#tryBeganMs = this.#clock.monotonic();
  }

  /** Before a write. Work that has begun goes on at once; only what would begin leaves others their turn, and that once. */
  pauseBefore({ type }: HistoryEvent, snapshot: Snapshot): number {
    if (this.#hasYielded || this.#meter.lostRaces > 0 || type !== 'claim') return 0;
    this.#hasYielded = true;
    return pauseOfNewcomer(this.#standing(snapshot));
  }

  /** After a lost race, counted by then. */
  pauseAfter(snapshot: Snapshot): number {
    const cycleMs = this.#clock.monotonic() - this.#tryBeganMs;
    return pauseOfLoser(this.#meter.lostRaces, cycleMs, this.#standing(snapshot));
  }

  #standing({ latest, time }: Snapshot): Standing {
    const now = serverNow(time, this.#clock.monotonic());
    return { ageMs: this.#meter.effort.milliseconds, latest: latest ?? null, now, random: this.#clock.random() };
  }
}
