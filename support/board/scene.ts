import type { OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import { NO_END, type Term } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';
import type { Story } from './story.js';

const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What people and workflow runs do with one target. Every method is one commit. */
export class Scene {
  constructor(
    private readonly story: Story,
    readonly target: StoredTarget,
  ) {}

  get record(): OwnershipRecord {
    const record = this.story.record(this.target);
    if (record === null) throw new Error(`Nothing has happened to pull request ${String(this.target.pr)} yet.`);
    return record;
  }

  /** Begins a tenure or renews it; that of an owner whose run is over is superseded. */
  claim(run: Run, term: Term = NO_END, owner: 'alive' | 'dead' = 'alive'): void {
    this.#claim(run, term, owner, null);
  }

  /** Joins the line, and gives the id of the place. */
  join(run: Run, placeMs = 2 * HOUR): string {
    return this.#claim(run, NO_END, 'alive', { action: 'wait', placeMs });
  }

  leave(run: Run, place: string): void {
    const request = {
      command: 'leave',
      run,
      reason: null,
      writes: [place],
      founding: false,
      jobOutcome: null,
    } as const;
    this.story.tell(this.target, request);
  }

  takeOver(run: Run, reason: string | null, term: Term = NO_END): void {
    this.story.tell(this.target, { command: 'takeover', run, reason, requireOpen: null, term });
  }

  /** The first in line gets it. */
  release(run: Run, jobOutcome: string | null = null): void {
    this.#release(run, { reason: null, targetRunId: null, jobOutcome });
  }

  evict(by: Run, targetRunId: string, reason: string): void {
    this.#release(by, { reason, targetRunId, jobOutcome: null });
  }

  signal(by: Run, targetRunId: string, reason: string | null): void {
    const meaning = { requireActiveOwner: false, targetRunId, fencingToken: null };
    this.story.tell(this.target, { command: 'signal-exit', run: by, reason, ...meaning });
  }

  publish(run: Run, from: string, to: string): void {
    const publication = { commit: to, branch: null, isLeased: false, dryRun: false };
    const request = { run, reason: null, requireOpen: null, fencingToken: null, publication };
    const branch = { head: from, relation: 'ahead', isShallow: false } as const;
    this.story.tell(this.target, { command: 'push', ...request }, { branch });
  }

  #claim(
    run: Run,
    term: Term,
    ownerLiveness: 'alive' | 'dead',
    line: { readonly action: 'wait'; readonly placeMs: number } | null,
  ): string {
    const rules = { reason: null, requireOpen: null, supersede: 'dead', staleAfterMs: 30 * MINUTE } as const;
    return this.story.tell(this.target, { command: 'claim', run, ...rules, term, line }, { ownerLiveness });
  }

  #release(
    run: Run,
    how: { readonly reason: string | null; readonly targetRunId: string | null; readonly jobOutcome: string | null },
  ): void {
    const rest = { fencingToken: null, begunBy: null, writes: [], evict: how.targetRunId !== null };
    this.story.tell(this.target, { command: 'release', run, ...rest, ...how });
  }
}

/** A tenure with an end of its own. */
export function lasting(expiresAfterMs: number, detached = false): Term {
  return { detached, expiresAfterMs, byDefault: false };
}
