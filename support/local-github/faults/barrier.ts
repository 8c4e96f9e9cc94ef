import type { LoggedRequest } from '../types.js';

export interface BarrierOptions {
  readonly name?: string;
  /** After so long everything is let go and `timedOut` is set, so that a wrong scenario fails instead of hanging. */
  readonly timeoutMs?: number;
}

/** Holds matching requests until enough of them have come. */
export class Barrier {
  readonly name: string;
  readonly #match: (request: LoggedRequest) => boolean;
  readonly #timeoutMs: number;
  #arrived = 0;
  #open = false;
  #timedOut = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: (() => void)[] = [];
  readonly #opened: Promise<void>;

  constructor(
    private readonly count: number,
    match: (request: LoggedRequest) => boolean,
    options: BarrierOptions,
  ) {
    this.name = options.name ?? 'barrier';
    this.#match = match;
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#opened = new Promise((resolve) => this.#waiting.push(resolve));
  }

  get arrived(): number {
    return this.#arrived;
  }

  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** Resolves when the requests have been let go. */
  get opened(): Promise<void> {
    return this.#opened;
  }

  wants(request: LoggedRequest): boolean {
    return !this.#open && this.#match(request);
  }

  async pass(): Promise<void> {
    this.#arrived += 1;
    if (this.#arrived >= this.count) this.release();
    this.#timer ??= setTimeout(() => {
      this.#timedOut = !this.#open;
      this.release();
    }, this.#timeoutMs).unref();
    await this.#opened;
  }

  release(): void {
    this.#open = true;
    clearTimeout(this.#timer);
    for (const go of this.#waiting.splice(0)) go();
  }
}
