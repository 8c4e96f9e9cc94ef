import type { ChildProcess } from 'node:child_process';
import type { LoggedRequest } from '../../support/local-github/index.js';
import type { Seen } from './history.js';

export type KillAt = 'some time' | 'a reading' | 'before a write' | 'after a write';

export interface KillPlan {
  readonly signal: 'SIGKILL' | 'SIGINT';
  readonly at: KillAt;
  /** For `some time`: so long after the start. */
  readonly afterMs: number;
}

/** What is known about one process while it runs: GitHub tells it apart by its login. */
export class Trace {
  readonly requestIds = new Set<string>();
  /** Heads that answers showed, with the requests that they answered. */
  readonly shown: { readonly request: LoggedRequest; readonly heads: readonly string[] }[] = [];
  readonly doubtfulHeads: string[] = [];
  staleReads = 0;
  livenessUnsure = false;
  permissionUnsure = false;
  requests = 0;
  /** Whether a plan to kill it came about. */
  killed = false;
  #child: ChildProcess | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly plan: KillPlan | null) {}

  /** Whether it will be killed at its first write. */
  get isDoomed(): boolean {
    return this.plan?.at === 'before a write' || this.plan?.at === 'after a write';
  }

  started(child: ChildProcess): void {
    this.#child = child;
    if (this.plan?.at === 'some time') this.#timer = setTimeout(() => this.#kill(), this.plan.afterMs);
  }

  ended(): void {
    clearTimeout(this.#timer);
    this.#child = null;
  }

  /** Something happened that the plan may wait for. */
  reached(moment: KillAt): void {
    if (this.plan?.at === moment) this.#kill();
  }

  get seen(): Seen {
    const { requests, staleReads, livenessUnsure, permissionUnsure } = this;
    const heads = (which: (request: LoggedRequest) => boolean): string[] =>
      this.shown.filter(({ request }) => which(request)).flatMap((one) => one.heads);
    return {
      ...{ requests, staleReads, livenessUnsure, permissionUnsure },
      requestIds: [...this.requestIds],
      shownHeads: heads(({ outcome }) => outcome === 'answered'),
      // Nobody was there any more to see it.
      doubtfulHeads: [...this.doubtfulHeads, ...heads(({ outcome }) => outcome !== 'answered')],
    };
  }

  #kill(): void {
    if (this.plan !== null && this.#child?.kill(this.plan.signal) === true) this.killed = true;
  }
}
