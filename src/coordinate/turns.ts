import type { HistoryEvent } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import { serverNow } from '../time/server-time.js';
import type { Meter } from './meter.js';
import { pauseOfLoser, pauseOfNewcomer, type Standing } from './turn-taking.js';

/** Where one request stands among those who write to the branch at the same time. */
export class TurnTaking {
  readonly #command: CoordinationRequest['command'];
  readonly #clock: Clock;
  readonly #meter: Meter;
  #tryBeganMs: number;
  #hasYielded = false;

  constructor(command: CoordinationRequest['command'], clock: Clock, meter: Meter) {
    this.#command = command;
    this.#clock = clock;
    this.#meter = meter;
    this.#tryBeganMs = clock.monotonic();
  }

  /** A try begins with its reading. */
  begin(): void {
    this.#tryBeganMs = this.#clock.monotonic();
  }

  /** Before a write: what would begin leaves others their turn, and that once. */
  pauseBefore({ type }: Turned, snapshot: Snapshot, leftMs: number): number {
    if (this.#hasYielded || this.#meter.lostRaces > 0 || type !== 'claim' || !this.#givesWay(type)) return 0;
    this.#hasYielded = true;
    return pauseOfNewcomer(this.#standing(snapshot, leftMs));
  }

  /** After a lost race, counted by then. */
  pauseAfter({ type }: Turned, snapshot: Snapshot, leftMs: number): number {
    const cycleMs = this.#clock.monotonic() - this.#tryBeganMs;
    const standing = this.#standing(snapshot, leftMs);
    const latest = this.#givesWay(type) ? standing.latest : null;
    return pauseOfLoser(this.#meter.lostRaces, cycleMs, { ...standing, latest });
  }

  /** Work that has begun, its end and a person who steps in go on at once. */
  #givesWay(type: HistoryEvent['type']): boolean {
    return (this.#command === 'claim' || this.#command === 'ensure') && type !== 'refresh';
  }

  #standing({ latest, time }: Snapshot, leftMs: number): Standing {
    const now = serverNow(time, this.#clock.monotonic());
    const ageMs = this.#meter.effort.milliseconds;
    return { ageMs, leftMs, latest: latest ?? null, now, random: this.#clock.random() };
  }
}

/** What is written. */
type Turned = Pick<HistoryEvent, 'type'>;
