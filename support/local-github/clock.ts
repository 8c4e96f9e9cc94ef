/** The clock of the world behind the local GitHub: it can be set apart from the machine's, and stopped. */
export class Clock {
  #offset = 0;
  #stoppedAt: number | null = null;

  constructor(private readonly source: () => Date = () => new Date()) {}

  now(): Date {
    return new Date(this.#stoppedAt ?? this.source().getTime() + this.#offset);
  }

  /** Moves it by so many milliseconds, running or not; calls add up. */
  shift(milliseconds: number): void {
    this.#offset += milliseconds;
    if (this.#stoppedAt !== null) this.#stoppedAt += milliseconds;
  }

  /** Stops it, now or at a given time. */
  freeze(at: Date = this.now()): void {
    this.#stoppedAt = at.getTime();
  }

  /** Lets it run on from where it stands. */
  run(): void {
    if (this.#stoppedAt === null) return;
    this.#offset = this.#stoppedAt - this.source().getTime();
    this.#stoppedAt = null;
  }

  /** Back to what it runs on. */
  reset(): void {
    this.#offset = 0;
    this.#stoppedAt = null;
  }
}
