import type { Answer, Decision } from './core/answer.js';
import { decide } from './core/decide.js';
import { isOlderReading } from './core/older-reading.js';
import { isOwned, type Failure, type Outcome, type View } from './core/outcome.js';
import type { ActiveRun, OwnershipRecord } from './core/record.js';
import type { CoordinationRequest, Liveness, TakeoverPermission } from './core/request.js';
import { exitSignalOf } from './core/run.js';
import { unreadableRecord } from './core/unreadable-record.js';
import { Patience, type GivingUp } from './patience.js';
import type { Snapshot, StateStore } from './store/state-store.js';
import type { Clock } from './time/clock.js';
import type { Deadline } from './time/deadline.js';

/** A reading that contradicts only the caller's token is doubted so often, then believed: the token may be wrong. */
const MOST_DOUBTED_TOKENS = 2;

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
  return new Coordination(request, context).look(context.deadline);
}

type Question = Extract<Decision, { kind: 'ask' }>['question'];

/** The limits of one look. */
interface Turn {
  readonly deadline: Deadline;
  readonly patience: Patience;
}

/** What one round came to: an end, or another round. */
type Round = Outcome | 'again';

/** A write that this request sent, and what it answers if it turns out to be on the branch. */
interface Attempt {
  readonly answer: Answer;
  readonly replaced: ActiveRun | null;
}

/**
 * One request from its first look at the record to its answer. It may look again later, when a refusal can have ended,
 * and remembers over its looks what it has seen and what it has sent.
 */
export class Coordination {
  readonly #request: CoordinationRequest;
  readonly #context: Omit<CoordinationContext, 'deadline'>;
  readonly #outdated: Set<string | null>;
  /** The reading that the next decision is made from; used up by every write. */
  #snapshot: Snapshot | null;
  /** The newest record that is known to have been on the branch. */
  #seen: OwnershipRecord | null = null;
  #liveness: { tenure: string; value: Liveness } | null = null;
  #permission: TakeoverPermission;
  /** The last write that was sent. Whatever was answered to it, a reading that shows its id has the last word. */
  #attempt: Attempt | null = null;
  /** Whether the outcome of a write is not known. A later answer can lose against it as long as it is under way. */
  #unknown = false;
  /** Whether a write lost a race and nobody looked since who won: it may have lost against its own first delivery. */
  #raceOpen = false;
  #doubtedTokens = 0;

  constructor(request: CoordinationRequest, context: Omit<CoordinationContext, 'deadline'>) {
    this.#request = request;
    this.#context = context;
    this.#snapshot = context.known ?? null;
    this.#outdated = new Set(context.outdatedHeads);
    this.#permission = context.takeoverPermission;
  }

  /** Reads, decides and writes until there is an answer or the time is up. Each look starts from a fresh reading. */
  async look(deadline: Deadline): Promise<Outcome> {
    const { clock, debug } = this.#context;
    const turn = { deadline, patience: new Patience({ clock, debug, deadline }) };
    this.#liveness = null;
    while (!deadline.expired) {
      const round = await this.#round(turn);
      if (round === 'again') continue;
      this.#snapshot = null;
      return round;
    }
    return this.#failed(turn.patience.deadlineExceeded());
  }

  async #round(turn: Turn): Promise<Round> {
    const { deadline, patience } = turn;
    if (this.#snapshot === null) {
      const read = await this.#context.store.read(deadline);
      if (read.kind === 'failed') return this.#unless(await patience.afterFailure(read.failure));
      if (this.#isStale(read.snapshot)) return this.#unless(await patience.afterStaleRead());
      this.#snapshot = read.snapshot;
    }
    const snapshot = this.#snapshot;
    const { reading } = snapshot;
    if (reading.kind === 'corrupt' || reading.kind === 'unsupported') {
      return this.#failed(unreadableRecord(reading, this.#context.store.target));
    }
    const record = reading.kind === 'record' ? reading.record : null;
    this.#seen = record ?? this.#seen;
    const settled = this.#settle(record, snapshot);
    this.#raceOpen = false;
    return settled ?? this.#decide(record, snapshot, turn);
  }

  async #decide(record: OwnershipRecord | null, snapshot: Snapshot, turn: Turn): Promise<Round> {
    const { clock, store } = this.#context;
    const owner = record?.activeRun ?? null;
    const liveness = owner !== null && this.#liveness?.tenure === tenureName(owner) ? this.#liveness.value : 'unasked';
    const decision = decide({
      target: store.target,
      record,
      request: this.#request,
      facts: {
        now: clock.now(),
        pullRequestOpen: snapshot.pullRequest.open,
        ownerLiveness: liveness,
        takeoverPermission: this.#permission,
      },
    });
    switch (decision.kind) {
      case 'answer':
        return this.#answer(decision.answer, viewOf(record, snapshot.head, snapshot));
      case 'ask':
        await this.#ask(decision.question, owner, turn.deadline);
        return 'again';
      case 'write':
        return this.#write(decision, owner, snapshot, turn);
    }
  }

  async #write(
    { next, event, answer }: Extract<Decision, { kind: 'write' }>,
    owner: ActiveRun | null,
    snapshot: Snapshot,
    { deadline, patience }: Turn,
  ): Promise<Round> {
    const { store } = this.#context;
    const replaced = event.previousRunId === null ? null : owner;
    const written = await store.write({ expectedHead: snapshot.head, next, event }, deadline);
    // Whatever came of it, this reading is used up: the next decision needs a fresh one.
    this.#snapshot = null;
    this.#attempt = { answer, replaced };
    switch (written.kind) {
      case 'applied':
        return {
          ...answer,
          view: { ...viewOf(next, written.commit, snapshot), previousHead: snapshot.head, replaced },
        };
      case 'lost_race':
        this.#outdated.add(snapshot.head);
        this.#raceOpen = true;
        return this.#unless(await patience.afterLostRace());
      case 'unknown':
        this.#unknown = true;
        return this.#unless(await patience.afterFailure(written.failure));
      case 'failed':
        return this.#unless(await patience.afterFailure(written.failure));
    }
  }

  /**
   * If a write of this request shows in the history, it was applied, even where the answer said otherwise: a request may
   * be delivered twice, and the second delivery loses against the first. What it won may be lost again by now.
   */
  #settle(record: OwnershipRecord | null, snapshot: Snapshot): Outcome | null {
    const event = record?.history.findLast(({ id }) => id === this.#request.id);
    if (this.#attempt === null || record === null || event === undefined) return null;
    const { answer, replaced } = this.#attempt;
    const view = { ...viewOf(record, snapshot.head, snapshot), replaced };
    const outcome: Outcome = { ...answer, view };
    const wonTenure = ['claim', 'refresh', 'takeover', 'confirm'].includes(event.type);
    const sameTenure = record.activeRun?.fencingToken === event.fencingToken;
    if (!wonTenure || (sameTenure && isOwned(outcome, this.#request.run))) return outcome;
    const signalled = sameTenure && exitSignalOf(record) !== null;
    return {
      kind: 'conflict',
      code: signalled ? 'exit_signal_recorded' : 'ownership_lost',
      view,
      mayHaveWritten: true,
    };
  }

  async #ask(question: Question, owner: ActiveRun | null, deadline: Deadline): Promise<void> {
    const { store, warn } = this.#context;
    if (question === 'takeover_permission') {
      const { value, warning } = await store.takeoverPermission(deadline);
      if (warning !== null) warn(warning);
      this.#permission = value;
    } else if (owner !== null) {
      const { value, warning } = await store.ownerLiveness(owner, deadline);
      if (warning !== null) warn(warning);
      this.#liveness = { tenure: tenureName(owner), value };
    }
  }

  #isStale({ head, reading }: Snapshot): boolean {
    if (this.#outdated.has(head)) return true;
    if (reading.kind === 'corrupt' || reading.kind === 'unsupported') return false;
    const record = reading.kind === 'record' ? reading.record : null;
    if (this.#seen !== null && isOlderReading(record, this.#seen)) return true;
    this.#seen = record ?? this.#seen;
    // Tokens only rise, so a record below the token that the caller holds is from the past, or the token is wrong.
    const meant = this.#request.fencingToken;
    if (meant === null || meant <= (record?.fencingToken ?? 0)) return false;
    this.#doubtedTokens += 1;
    return this.#doubtedTokens <= MOST_DOUBTED_TOKENS;
  }

  /** A write that is still under way may land after a refusal; whoever releases at the end has to look for it. */
  #answer(answer: Answer, view: View): Outcome {
    return answer.kind === 'conflict' && this.#unknown
      ? { ...answer, view, mayHaveWritten: true }
      : { ...answer, view };
  }

  #unless(failure: GivingUp): Round {
    return failure === null ? 'again' : this.#failed(failure);
  }

  /** An error, and whether the caller has to reckon with a write of this step nevertheless. */
  #failed(failure: Failure): Outcome {
    const mayHaveWritten = this.#unknown || this.#raceOpen;
    // A race that was lost against oneself is so unlikely that only the post step has to reckon with it.
    if (!this.#unknown) return { kind: 'error', failure, mayHaveWritten };
    const unknown =
      'Whether the last write of this step was applied is not known, so this run does not count as the owner; ' +
      '"command: status" shows it.';
    return { kind: 'error', failure: { ...failure, advice: `${unknown} ${failure.advice}` }, mayHaveWritten };
  }
}

function tenureName(owner: ActiveRun): string {
  return `${String(owner.fencingToken)} ${owner.runId}`;
}

function viewOf(record: OwnershipRecord | null, stateCommit: string | null, snapshot: Snapshot): View {
  const { headSha, open: pullRequestOpen } = snapshot.pullRequest;
  return { record, stateCommit, headSha, pullRequestOpen, previousHead: null, replaced: null };
}
