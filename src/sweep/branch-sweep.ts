import type { Failure } from '../core/outcome.js';
import { planSweep, type SweepPlan } from '../core/sweep/plan.js';
import { readBranch, type BranchReading } from '../board/branch.js';
import type { BoardContext } from '../board/context.js';
import type { GivingUp } from '../coordinate/patience.js';
import { misplacedStateBranch } from '../store/branch-marker.js';
import { commitSweep } from './commit-sweep.js';
import { foundRecords, readKnown, type Known } from './known.js';
import { sweepMessage } from './sweep-message.js';
import { landedIn, sweptOf, type BranchAnswer, type SentSweep } from './swept-branch.js';

/** What is asked of each state branch. */
export interface SweepAsked {
  /** `owner/name`. */
  readonly repo: string;
  readonly olderThanMs: number;
  readonly dryRun: boolean;
}

export interface SweepContext extends BoardContext {
  readonly newId: () => string;
}

/** A head on which GitHub refused to write is tried again when so many further readings have shown it. */
const READINGS_OF_A_REFUSED_HEAD = 2;
/** The clocks of two servers. */
const SLACK_MS = 60_000;

/**
 * One sweep of one state branch: reads, decides, and commits on the head that it has read. A lost race is decided anew on a
 * fresh reading; an unknown outcome is settled by looking for the id of the write.
 */
export class BranchSweep {
  readonly #context: SweepContext;
  readonly #asked: SweepAsked;
  readonly #branch: string;
  readonly #sent: SentSweep[] = [];
  #lostRaces = 0;
  #refused: { readonly head: string; readonly readings: number } | null = null;
  #known: Known | null = null;
  /** From when on its own commits can be in the log. */
  #since: string;

  constructor(context: SweepContext, asked: SweepAsked, branch: string) {
    this.#context = context;
    this.#asked = asked;
    this.#branch = branch;
    this.#since = context.clock.now();
  }

  async run(): Promise<BranchAnswer> {
    const { deadline, patience } = this.#context;
    while (!deadline.expired) {
      const answer = await this.#round();
      if (answer !== 'again') return answer;
    }
    return this.#failed(patience.deadlineExceeded());
  }

  async #round(): Promise<BranchAnswer | 'again'> {
    const read = await readBranch(this.#context, this.#asked.repo, this.#branch, this.#since);
    if (!read.ok) return this.#failed(read.failure);
    const { head, repo, now, tokenFloor } = read.value;
    if (this.#known === null) this.#since = new Date(Date.parse(now) - SLACK_MS).toISOString();
    const landed = landedIn(read.value, this.#sent);
    if (landed !== null) return { ok: true, repo, swept: landed };
    const facts = { now, tokenFloor, olderThanMs: this.#asked.olderThanMs };
    if (head === null) {
      return { ok: true, repo, swept: sweptOf(read.value, planSweep([], { ...facts, pullRequests: new Map() })) };
    }
    const reading = { ...read.value, head };
    const misplaced = misplacedStateBranch({ ...reading, headBranch: null, baseBranch: '' }, this.#branch);
    if (misplaced !== null) return this.#failed(misplaced);
    if (this.#isRefused(head)) return this.#unless(await this.#context.patience.afterStaleRead(REFUSED));
    if (this.#known === null) {
      const known = await readKnown(this.#context, reading, this.#asked.olderThanMs);
      if (!known.ok) return this.#failed(known.failure);
      this.#known = known.value;
    }
    const plan = planSweep(foundRecords(reading, this.#known), { ...facts, ...this.#known });
    const isWritten = !this.#asked.dryRun && plan.removed.length > 0;
    return isWritten ? this.#write(reading, plan) : { ok: true, repo, swept: sweptOf(reading, plan) };
  }

  async #write(reading: BranchReading & { readonly head: string }, plan: SweepPlan): Promise<BranchAnswer | 'again'> {
    const { patience, newId } = this.#context;
    const { head, repo, records } = reading;
    const swept = sweptOf(reading, plan);
    const id = newId();
    const facts = { repo, records: records.length, lostRaces: this.#lostRaces, id };
    const message = sweepMessage(plan, { ...facts, olderThanMs: this.#asked.olderThanMs });
    const written = await commitSweep(this.#context, reading, { head, plan, message });
    switch (written.kind) {
      case 'applied':
        return { ok: true, repo, swept: { ...swept, commit: written.commit } };
      case 'lost_race':
      case 'branch_moved':
        // A request may be delivered twice, and the second delivery loses against the first.
        this.#sent.push({ id, swept, isUnknown: false });
        this.#lostRaces += 1;
        this.#refused = { head, readings: 0 };
        return this.#unless(await patience.afterLostRace());
      case 'unknown':
        this.#sent.push({ id, swept, isUnknown: true });
        return this.#unless(await patience.afterFailure(written.failure));
      case 'failed':
        return this.#unless(await patience.afterFailure(written.failure));
    }
  }

  #isRefused(head: string): boolean {
    if (this.#refused?.head !== head) return false;
    const readings = this.#refused.readings + 1;
    this.#refused = readings < READINGS_OF_A_REFUSED_HEAD ? { head, readings } : null;
    return this.#refused !== null;
  }

  #failed(failure: Failure): BranchAnswer {
    return { ok: false, failure, mayHaveWritten: this.#sent.some(({ isUnknown }) => isUnknown) };
  }

  #unless(failure: GivingUp): BranchAnswer | 'again' {
    return failure === null ? 'again' : this.#failed(failure);
  }
}

const REFUSED: Failure = {
  code: 'contention_exhausted',
  problem: 'GitHub keeps showing a head of the state branch on which it refuses to write',
  advice: 'Run it again in a moment.',
  passing: true,
};
