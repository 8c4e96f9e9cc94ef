import { decide } from './core/decide.js';
import type { Answer } from './core/answer.js';
import { isOwned, type Outcome, type View } from './core/outcome.js';
import { exitSignalOf } from './core/run.js';
import type { ActiveRun, OwnershipRecord } from './core/record.js';
import type { CoordinationRequest, Liveness, TakeoverPermission } from './core/request.js';
import { formatDuration } from './core/text.js';
import { unreadableRecord } from './core/unreadable-record.js';
import type { Snapshot, StateStore, StoreFailure } from './store/state-store.js';
import { fullJitter } from './time/backoff.js';
import type { Clock } from './time/clock.js';
import type { Deadline } from './time/deadline.js';

/** How often the head may move under us before we give up. With the pauses below that takes about half a minute. */
const MOST_LOST_RACES = 14;
/** How often GitHub may fail to answer before we believe that it is down. */
const MOST_FAILURES = 5;
/** How often a reading may be older than what we know already. */
const MOST_STALE_READS = 8;
/** A reading that contradicts only the caller's token is doubted so often, then believed: the token may be wrong. */
const MOST_DOUBTED_TOKENS = 2;

const RACE_PAUSE = { baseMs: 400, capMs: 6_000 };
const FAILURE_PAUSE = { baseMs: 500, capMs: 8_000 };
const STALE_PAUSE = { baseMs: 300, capMs: 2_000 };

export interface CoordinationContext {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** `granted` where the user asked for no permission check. */
  readonly takeoverPermission: TakeoverPermission;
  /** What is known before the first reading, from the write of an earlier step of this job. */
  readonly known?: Snapshot;
  /** Heads that are known to be outdated: a reading that shows one of them is stale. */
  readonly outdatedHeads?: readonly string[];
  readonly warn: (message: string) => void;
  readonly debug: (message: string) => void;
}

/**
 * Read → decide → commit. A lost race is decided again on a fresh reading, never replayed; an unknown outcome is
 * settled by looking for the request's id in the history; nothing is reported as done that was not seen.
 */
export async function coordinate(request: CoordinationRequest, context: CoordinationContext): Promise<Outcome> {
  return new Coordination(request, context).run();
}

/** What one round came to: an end, or another round. */
type Round = Outcome | 'again';

class Coordination {
  readonly #request: CoordinationRequest;
  readonly #context: CoordinationContext;
  readonly #outdated: Set<string | null>;
  #snapshot: Snapshot | null;
  #liveness: { owner: string; value: Liveness } | null = null;
  #permission: TakeoverPermission;
  /** The answer of a write whose outcome nobody knows. */
  #unsettled: { answer: Answer; replaced: ActiveRun | null } | null = null;
  #lostRaces = 0;
  #failures = 0;
  #staleReads = 0;
  #doubtedTokens = 0;
  #lastProblem: string | null = null;

  constructor(request: CoordinationRequest, context: CoordinationContext) {
    this.#request = request;
    this.#context = context;
    this.#snapshot = context.known ?? null;
    this.#outdated = new Set(context.outdatedHeads);
    this.#permission = context.takeoverPermission;
  }

  async run(): Promise<Outcome> {
    while (!this.#context.deadline.expired) {
      const round = await this.#round();
      if (round !== 'again') return round;
    }
    return this.#deadlineExceeded();
  }

  async #round(): Promise<Round> {
    if (this.#snapshot === null) {
      const read = await this.#context.store.read(this.#context.deadline);
      if (read.kind === 'failed') return this.#afterFailure(read.failure);
      if (this.#isStale(read.snapshot)) return this.#afterStaleRead();
      this.#snapshot = read.snapshot;
    }
    const snapshot = this.#snapshot;
    const { reading } = snapshot;
    if (reading.kind === 'corrupt' || reading.kind === 'unsupported') {
      return unreadableRecord(reading, this.#context.store.target);
    }
    const record = reading.kind === 'record' ? reading.record : null;
    const settled = this.#settle(record, snapshot);
    return settled ?? this.#decide(record, snapshot);
  }

  async #decide(record: OwnershipRecord | null, snapshot: Snapshot): Promise<Round> {
    const { clock, store, deadline } = this.#context;
    const owner = record?.activeRun ?? null;
    const decision = decide({
      target: store.target,
      record,
      request: this.#request,
      facts: {
        now: clock.now(),
        pullRequestOpen: snapshot.pullRequest.open,
        ownerLiveness: owner !== null && this.#liveness?.owner === tenureName(owner) ? this.#liveness.value : 'unasked',
        takeoverPermission: this.#permission,
      },
    });
    switch (decision.kind) {
      case 'answer':
        return withView(decision.answer, viewOf(record, snapshot.head, snapshot));
      case 'ask':
        await this.#ask(decision.question, owner);
        return 'again';
      case 'write': {
        const { next, event, answer } = decision;
        const replaced = owner !== null && event.previousRunId !== null ? owner : null;
        const written = await store.write({ expectedHead: snapshot.head, next, event }, deadline);
        // Whatever came of it, this reading is used up: the next decision needs a fresh one.
        this.#snapshot = null;
        switch (written.kind) {
          case 'applied':
            return {
              ...answer,
              view: { ...viewOf(next, written.commit, snapshot), previousHead: snapshot.head, replaced },
            };
          case 'lost_race':
            this.#outdated.add(snapshot.head);
            return this.#afterLostRace();
          case 'unknown':
            this.#unsettled = { answer, replaced };
            return this.#afterFailure(written.failure);
          case 'failed':
            return this.#afterFailure(written.failure);
        }
      }
    }
  }

  /** If the write of unknown outcome shows in the history, it was applied; what it won may be lost again by now. */
  #settle(record: OwnershipRecord | null, snapshot: Snapshot): Outcome | null {
    if (this.#unsettled === null || record === null) return null;
    const event = record.history.find(({ id }) => id === this.#request.id);
    if (event === undefined) return null;
    const view = viewOf(record, snapshot.head, snapshot);
    const answer = withView(this.#unsettled.answer, { ...view, replaced: this.#unsettled.replaced });
    const wonTenure = ['claim', 'refresh', 'takeover', 'confirm'].includes(event.type);
    if (!wonTenure) return answer;
    if (isOwned(answer, this.#request.run) && record.activeRun?.fencingToken === event.fencingToken) return answer;
    const signalled = record.activeRun?.fencingToken === event.fencingToken && exitSignalOf(record) !== null;
    return { kind: 'conflict', code: signalled ? 'exit_signal_recorded' : 'ownership_lost', view };
  }

  async #ask(question: 'owner_liveness' | 'takeover_permission', owner: ActiveRun | null): Promise<void> {
    const { store, deadline, warn } = this.#context;
    if (question === 'takeover_permission') {
      const { value, warning } = await store.takeoverPermission(deadline);
      if (warning !== null) warn(warning);
      this.#permission = value;
    } else if (owner !== null) {
      const { value, warning } = await store.ownerLiveness(owner, deadline);
      if (warning !== null) warn(warning);
      this.#liveness = { owner: tenureName(owner), value };
    }
  }

  #isStale({ head, reading }: Snapshot): boolean {
    if (this.#outdated.has(head)) return true;
    // Tokens only rise, so a record below the token that the caller holds is from the past, or the token is wrong.
    const token = reading.kind === 'record' ? reading.record.fencingToken : 0;
    const meant = this.#request.fencingToken;
    if (reading.kind === 'corrupt' || reading.kind === 'unsupported' || meant === null || meant <= token) return false;
    this.#doubtedTokens += 1;
    return this.#doubtedTokens <= MOST_DOUBTED_TOKENS;
  }

  async #afterStaleRead(): Promise<Round> {
    this.#staleReads += 1;
    this.#lastProblem = 'GitHub answered with an older state of the branch than the one already seen';
    if (this.#staleReads > MOST_STALE_READS) return this.#contentionExhausted();
    await this.#pause(this.#staleReads, STALE_PAUSE);
    return 'again';
  }

  async #afterLostRace(): Promise<Round> {
    this.#lostRaces += 1;
    this.#lastProblem = 'other runs wrote to the state branch at the same time';
    if (this.#lostRaces > MOST_LOST_RACES) return this.#contentionExhausted();
    await this.#pause(this.#lostRaces, RACE_PAUSE);
    return 'again';
  }

  async #afterFailure(failure: StoreFailure): Promise<Round> {
    const { deadline } = this.#context;
    this.#failures += 1;
    this.#lastProblem = failure.problem;
    if (failure.retry.kind === 'never') return { kind: 'error', failure };
    // A request that our own deadline cut off tells nothing about GitHub.
    if (deadline.expired) return this.#deadlineExceeded();
    if (this.#failures > MOST_FAILURES) return { kind: 'error', failure };
    if (failure.retry.kind === 'after') {
      if (failure.retry.ms >= deadline.remainingMs) return { kind: 'error', failure };
      this.#context.debug(`${failure.problem}; waiting ${formatDuration(failure.retry.ms)}`);
      await deadline.sleep(failure.retry.ms);
    } else {
      await this.#pause(this.#failures, FAILURE_PAUSE);
    }
    return 'again';
  }

  async #pause(tries: number, window: { baseMs: number; capMs: number }): Promise<void> {
    const milliseconds = fullJitter(tries, window, this.#context.clock.random());
    this.#context.debug(`${this.#lastProblem ?? 'retrying'}; reading again in ${String(milliseconds)} ms`);
    await this.#context.deadline.sleep(milliseconds);
  }

  #contentionExhausted(): Outcome {
    const problem =
      `Gave up after ${String(this.#lostRaces)} lost races and ${String(this.#staleReads)} outdated readings: ` +
      `${this.#lastProblem ?? 'unknown'}.`;
    const advice = `${this.#whatWasWritten()} Run it again, or spread the runs of busy pull requests out in time.`;
    return { kind: 'error', failure: { code: 'contention_exhausted', problem, advice } };
  }

  #whatWasWritten(): string {
    return this.#unsettled === null
      ? 'Nothing of this step was written.'
      : 'Whether its last write was applied is not known, so this run does not count as the owner; "command: status" shows it.';
  }

  #deadlineExceeded(): Outcome {
    const { deadline } = this.#context;
    const last = this.#lastProblem === null ? '' : ` The last problem: ${this.#lastProblem}.`;
    const problem = `No answer within ${formatDuration(deadline.budgetMs)}.${last}`;
    const advice = `${this.#whatWasWritten()} Run it again, or raise the input "timeout".`;
    return { kind: 'error', failure: { code: 'deadline_exceeded', problem, advice } };
  }
}

function tenureName(owner: ActiveRun): string {
  return `${String(owner.fencingToken)} ${owner.runId}`;
}

function viewOf(record: OwnershipRecord | null, stateCommit: string | null, snapshot: Snapshot): View {
  return { record, stateCommit, headSha: snapshot.pullRequest.headSha, previousHead: null, replaced: null };
}

function withView(answer: Answer, view: View): Outcome {
  return { ...answer, view };
}
