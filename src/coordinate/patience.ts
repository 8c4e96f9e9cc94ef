import type { ErrorCode } from '../core/answer.js';
import type { Failure } from '../core/outcome.js';
import { formatDuration } from '../core/text.js';
import type { StoreFailure } from '../store/state-store.js';
import { fullJitter, type BackoffWindow } from '../time/backoff.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';

/** How often the head may move under us before we give up, if the deadline lets us: in a crowd of a hundred some need three dozen. */
const MOST_LOST_RACES = 48;
/** How often GitHub may fail to answer before we believe that it is down. */
const MOST_FAILURES = 5;
/** How often a reading may be older than what we know already. */
const MOST_STALE_READS = 8;

const FAILURE_PAUSE = { baseMs: 500, capMs: 8_000 };
const STALE_PAUSE = { baseMs: 300, capMs: 2_000 };

export interface PatienceContext {
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly debug: (message: string) => void;
  /** Counts the rounds that are tried again after a fault. */
  readonly meter?: { retries: number };
}

/** `null`: it is worth another round. */
export type GivingUp = Failure | null;

/** Decides whether a round that came to nothing is worth another one, and waits before it. Counts over one look. */
export class Patience {
  readonly #context: PatienceContext;
  #lostRaces = 0;
  #failures = 0;
  #staleReads = 0;
  #lastProblem = '';

  constructor(context: PatienceContext) {
    this.#context = context;
  }

  /** @param pauseMs until the next reading. */
  async afterLostRace(pauseMs: number): Promise<GivingUp> {
    this.#lostRaces += 1;
    this.#lastProblem = 'other runs wrote to the state branch at the same time';
    return this.#lostRaces > MOST_LOST_RACES ? this.#contentionExhausted() : this.#pause(pauseMs);
  }

  /** Nothing was lost, but others have waited for longer. */
  async afterCrowd(pauseMs: number): Promise<null> {
    this.#lastProblem = 'other runs have waited for longer to write to the state branch';
    return this.#pause(pauseMs);
  }

  /** @param failure what to say of it if the readings stay stale. */
  async afterStaleRead(failure: Failure): Promise<GivingUp> {
    this.#staleReads += 1;
    this.#lastProblem = failure.problem;
    return this.#staleReads > MOST_STALE_READS ? failure : this.#backOff(this.#staleReads, STALE_PAUSE);
  }

  async afterFailure(failure: StoreFailure): Promise<GivingUp> {
    const { deadline, debug } = this.#context;
    this.#failures += 1;
    // A request that our own deadline cut off tells nothing about GitHub; what was wrong before it says more.
    if (!deadline.expired || this.#lastProblem === '') this.#lastProblem = failure.problem;
    if (failure.retry.kind === 'never') return failure;
    if (deadline.expired) return this.deadlineExceeded();
    if (this.#failures > MOST_FAILURES) return failure;
    if (failure.retry.kind === 'backoff') return this.#backOff(this.#failures, FAILURE_PAUSE);
    if (failure.retry.ms >= deadline.remainingMs) return failure;
    debug(`${failure.problem}; waiting ${formatDuration(failure.retry.ms)}`);
    this.#countRetry();
    await deadline.sleep(failure.retry.ms);
    return null;
  }

  deadlineExceeded(): Failure {
    const last = this.#lastProblem === '' ? '' : ` The last problem: ${this.#lastProblem}.`;
    const problem = `No answer within ${formatDuration(this.#context.deadline.budgetMs)}.${last}`;
    return passing('deadline_exceeded', problem, 'Run it again, or raise the input "timeout".');
  }

  async #pause(milliseconds: number): Promise<null> {
    const { deadline, debug } = this.#context;
    debug(`${this.#lastProblem}; reading again in ${String(milliseconds)} ms`);
    await deadline.sleep(milliseconds);
    return null;
  }

  #backOff(tries: number, window: BackoffWindow): Promise<null> {
    this.#countRetry();
    return this.#pause(fullJitter(tries, window, this.#context.clock.random()));
  }

  #countRetry(): void {
    const { meter } = this.#context;
    if (meter !== undefined) meter.retries += 1;
  }

  #contentionExhausted(): Failure {
    const problem =
      `Gave up after ${String(this.#lostRaces)} lost races and ${String(this.#staleReads)} outdated readings: ` +
      `${this.#lastProblem}`;
    const advice =
      'Run it again. Where many pull requests are at work at once, give each shard of them a branch of its own: ' +
      '"{shard}" in the input "state-branch".';
    return passing('contention_exhausted', problem, advice);
  }
}

function passing(code: ErrorCode, problem: string, advice: string): Failure {
  return { code, problem, advice, passing: true };
}

/** The limits of one look. */
export interface Turn {
  readonly deadline: Deadline;
  readonly patience: Patience;
}
