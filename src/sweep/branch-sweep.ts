import type { Marker } from '../core/marker.js';
import type { Failure } from '../core/outcome.js';
import type { StateBranch } from '../core/state-branch.js';
import { planSweep, type SweepPlan } from '../core/sweep/plan.js';
import { readBranches } from '../board/branches.js';
import type { BoardContext } from '../board/context.js';
import type { Meter } from '../coordinate/meter.js';
import type { GivingUp } from '../coordinate/patience.js';
import { fullJitter } from '../time/backoff.js';
import { commitSweep } from './commit-sweep.js';
import { foundRecords, type Known } from './known.js';
import { sweepMessage } from './sweep-message.js';
import { readingsOf, type SweepReading } from './sweep-reading.js';
import { landedIn, sweptOf, type BranchAnswer, type SentSweep } from './swept-branch.js';

/** What is asked of each state branch. */
export interface SweepAsked {
  readonly olderThanMs: number;
  readonly dryRun: boolean;
}

export interface SweepContext extends BoardContext {
  readonly newId: () => string;
  readonly meter: Meter;
}

type FoundBranch = SweepReading & { readonly head: string; readonly marker: Marker };

/** A head on which GitHub refused to write is tried again when so many further readings have shown it. */
const READINGS_OF_A_REFUSED_HEAD = 2;
/** A sweep is in no hurry, and takes its turn after whoever waits to own. */
const RACE_PAUSE = { baseMs: 400, capMs: 6_000 };
/** The clocks of two servers. */
const SLACK_MS = 60_000;

/**
 * One sweep of one state branch: decides, and commits on the head that it has read. A lost race is decided anew on a fresh
 * reading; an unknown outcome is settled by looking for the id of the write.
 */
export class BranchSweep {
  readonly #context: SweepContext;
  readonly #asked: SweepAsked;
  readonly #branch: StateBranch;
  readonly #known: Known;
  /** The reading that the next decision is made from; used up by every write. */
  #reading: SweepReading | null;
  readonly #repo: string;
  /** From when on its own commits can be in the log. */
  readonly #since: string;
  readonly #sent: SentSweep[] = [];
  #refused: { readonly head: string; readonly readings: number } | null = null;

  constructor(context: SweepContext, asked: SweepAsked, branch: StateBranch, first: SweepReading, known: Known) {
    this.#context = context;
    this.#asked = asked;
    this.#branch = branch;
    this.#reading = first;
    this.#known = known;
    this.#repo = first.repo;
    this.#since = new Date(Date.parse(first.now) - SLACK_MS).toISOString();
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
    const reading = this.#reading ?? (await this.#read());
    this.#reading = null;
    if ('ok' in reading) return reading;
    const landed = landedIn(reading, this.#sent);
    if (landed !== null) return { ok: true, swept: landed };
    const { head, marker, now, tokenFloor } = reading;
    const facts = { now, tokenFloor, olderThanMs: this.#asked.olderThanMs };
    if (head === null || marker === null)
      return { ok: true, swept: sweptOf(reading, planSweep([], { ...facts, ...this.#known })) };
    if (this.#isRefused(head)) return this.#unless(await this.#context.patience.afterStaleRead(REFUSED));
    const plan = planSweep(foundRecords(reading, this.#known), { ...facts, ...this.#known });
    const isWritten = !this.#asked.dryRun && plan.removed.length > 0;
    return isWritten ? this.#write({ ...reading, head, marker }, plan) : { ok: true, swept: sweptOf(reading, plan) };
  }

  async #read(): Promise<SweepReading | BranchAnswer> {
    const read = await readBranches(this.#context, this.#repo, [this.#branch], this.#since);
    if (!read.ok) return this.#failed(read.failure);
    const [reading] = readingsOf(read.value);
    if (reading === undefined) throw new Error('every branch that is asked for is answered');
    return reading;
  }

  async #write(reading: FoundBranch, plan: SweepPlan): Promise<BranchAnswer | 'again'> {
    const { patience, newId, meter, clock } = this.#context;
    const { branch, head, marker, repo, records } = reading;
    const swept = sweptOf(reading, plan);
    const id = newId();
    const facts = { repo, records: records.length, lostRaces: meter.lostRaces, id };
    const message = sweepMessage(plan, { ...facts, olderThanMs: this.#asked.olderThanMs });
    const written = await commitSweep(this.#context, { repo, branch, head, marker, plan, message });
    switch (written.kind) {
      case 'applied':
        return { ok: true, swept: { ...swept, commit: written.commit } };
      case 'lost_race':
      case 'branch_moved':
        // A request may be delivered twice, and the second delivery loses against the first.
        this.#sent.push({ id, swept, isUnknown: false });
        meter.lostRaces += 1;
        this.#refused = { head, readings: 0 };
        return this.#unless(await patience.afterLostRace(fullJitter(meter.lostRaces, RACE_PAUSE, clock.random())));
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

  #failed(failure: Failure): Extract<BranchAnswer, { readonly ok: false }> {
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
