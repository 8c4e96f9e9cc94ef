import type { Answer, Question, WriteDecision } from '../core/answer.js';
import { decide } from '../core/decide.js';
import type { Outcome } from '../core/outcome.js';
import { publishedBy } from '../core/publication.js';
import type { OwnershipRecord } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import { unreadableRecord } from '../core/unreadable-record.js';
import { stopWaiting } from '../core/waiting.js';
import type { Snapshot } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';
import type { CoordinationContext } from './context.js';
import { factsOf, unpublished, viewOf } from './facts.js';
import { find, nothingKnown, withoutLiveness, type Known } from './known.js';
import { Ledger } from './ledger.js';
import { Meter } from './meter.js';
import { Patience, type GivingUp, type Turn } from './patience.js';
import { firstSight, withRecord, type Seen } from './seen.js';
import { answerOf, type SentWrite } from './sent.js';
import { takeReading } from './take-reading.js';
import { takeWrite } from './take-write.js';
import { TurnTaking } from './turns.js';

/**
 * Read → decide → commit. A lost race is decided again on a fresh reading, never replayed; an unknown outcome is
 * settled by looking for the id of the write; nothing is reported as done that was not seen.
 */
export async function coordinate(request: CoordinationRequest, context: CoordinationContext): Promise<Outcome> {
  return new Coordination(request, context).look(context.deadline);
}

type Round = Outcome | 'again';

/**
 * One request from its first look at the record to its answer. It may look again later, when a refusal can have ended,
 * and remembers over its looks what it has seen, what it has sent and what it has been told.
 */
export class Coordination {
  #request: CoordinationRequest;
  readonly #context: Omit<CoordinationContext, 'deadline'>;
  /** What the next decision is made from; used up by every write. */
  #snapshot: Snapshot | null;
  #seen: Seen;
  readonly #ledger = new Ledger();
  readonly #meter: Meter;
  #known: Known;
  readonly #turns: TurnTaking;

  constructor(request: CoordinationRequest, context: Omit<CoordinationContext, 'deadline'>) {
    this.#request = request;
    this.#context = context;
    this.#meter = context.meter ?? new Meter(context.clock, { sent: 0 });
    this.#snapshot = context.known ?? null;
    this.#seen = firstSight(request, context.outdatedHeads ?? []);
    this.#known = nothingKnown(context.takeoverPermission);
    this.#turns = new TurnTaking(request.command, context.clock, this.#meter);
  }

  get writes(): readonly string[] {
    return this.#ledger.ids;
  }

  /** One last look that ends the waiting: takes what was handed over by then, or leaves the line. */
  async leave(deadline: Deadline): Promise<Outcome> {
    this.#request = stopWaiting(this.#request);
    return this.look(deadline);
  }

  /** Reads, decides and writes until there is an answer or the time is up. Each look starts from a fresh reading. */
  async look(deadline: Deadline): Promise<Outcome> {
    const turn = { deadline, patience: new Patience({ ...this.#context, deadline, meter: this.#meter }) };
    this.#known = withoutLiveness(this.#known);
    try {
      while (!deadline.expired) {
        const round = await this.#round(turn);
        if (round !== 'again') return round;
      }
      return this.#ledger.failed(turn.patience.deadlineExceeded());
    } finally {
      this.#snapshot = null;
    }
  }

  async #round(turn: Turn): Promise<Round> {
    if (this.#snapshot === null) {
      this.#turns.begin();
      const taken = await takeReading(this.#seen, this.#request, this.#context, turn);
      this.#seen = taken.seen;
      if (taken.kind !== 'taken') return this.#unless(taken.failure);
      this.#snapshot = taken.snapshot;
    }
    const snapshot = this.#snapshot;
    const { reading } = snapshot;
    if (reading.kind === 'corrupt' || reading.kind === 'unsupported') {
      return this.#ledger.failed(unreadableRecord(reading, this.#context.store.target));
    }
    const record = reading.kind === 'record' ? reading.record : null;
    this.#seen = withRecord(this.#seen, record);
    const landed = this.#ledger.settle(record, snapshot, this.#request.command);
    if (landed === null) {
      if (reading.kind !== 'moved') return this.#decide(record, snapshot, turn);
      // Only after a migration.
      const { answerElsewhere } = await import('./answer-elsewhere.js');
      return answerElsewhere(this.#request, reading, snapshot, this.#context, this.#ledger);
    }
    return answerOf(landed, viewOf(record, snapshot, this.#context.clock), this.#request.run);
  }

  async #decide(record: OwnershipRecord | null, snapshot: Snapshot, turn: Turn): Promise<Round> {
    const facts = factsOf(record, snapshot, this.#known, this.#ledger.ids, this.#context);
    const decision = decide({ record, request: this.#request, facts });
    // What was saved is of the past: only a write on top of it would prove that it still holds, and those who were in line
    // then need not be asked about.
    if (snapshot === this.#context.known && (decision.kind === 'answer' || decision.kind === 'ask')) {
      this.#snapshot = null;
      return 'again';
    }
    switch (decision.kind) {
      case 'answer':
        return this.#end(decision.answer, record, snapshot, turn);
      case 'ask':
        return this.#ask(decision, snapshot, turn);
      case 'fail':
        return this.#ledger.failed(decision.failure);
      case 'write':
        return this.#write(decision, record, snapshot, turn);
    }
  }

  async #ask(question: Question, snapshot: Snapshot, { deadline, patience }: Turn): Promise<Round> {
    const context = { ...this.#context, leased: this.#ledger.leased };
    const found = await find(this.#known, question, snapshot, context, deadline);
    this.#known = found.known;
    if (found.kind === 'known') return 'again';
    this.#snapshot = null;
    const { kind, failure } = found;
    return this.#unless(await (kind === 'stale' ? patience.afterStaleRead(failure) : patience.afterFailure(failure)));
  }

  async #write(decision: WriteDecision, base: OwnershipRecord | null, snapshot: Snapshot, turn: Turn): Promise<Round> {
    const { answer, event } = decision;
    const pauseMs = this.#turns.pauseBefore(event, snapshot, turn.deadline.remainingMs);
    if (pauseMs > 0) {
      this.#snapshot = null;
      return this.#unless(await turn.patience.afterCrowd(pauseMs));
    }
    const replaced = event.previousRunId === null ? null : (base?.activeRun ?? null);
    const round = await this.#send(decision, { answer, replaced, base }, snapshot, turn);
    if (typeof round === 'string' || 'kind' in round) return round;
    const view = { ...viewOf(decision.next, snapshot, this.#context.clock), stateCommit: round.commit };
    return { ...answer, view: { ...view, previousHead: snapshot.head, replaced, published: publishedBy(event) } };
  }

  async #send(
    { next, event }: WriteDecision,
    what: Pick<SentWrite, 'answer' | 'replaced' | 'base'>,
    snapshot: Snapshot,
    { deadline, patience }: Turn,
  ): Promise<{ readonly commit: string } | Round> {
    const { store, beforeWrite } = this.#context;
    if (event.id === null) throw new Error('every write has an id');
    const expectedHead = snapshot.head;
    const sent = { id: event.id, type: event.type, ...what, published: publishedBy(event), expectedHead };
    this.#ledger.begin(event.id);
    beforeWrite?.(event, snapshot.target, expectedHead);
    const written = await store.write({ expectedHead, next, event, effort: this.#meter.effort }, deadline);
    // Whatever came of it, this reading is used up: the next decision needs a fresh one, and a fresh word on the owner.
    this.#snapshot = null;
    this.#known = withoutLiveness(this.#known);
    const pauseMs = (): number => this.#turns.pauseAfter(event, snapshot, deadline.remainingMs);
    const notes = { ledger: this.#ledger, meter: this.#meter, pauseMs, patience };
    const taken = await takeWrite(written, { sent, next }, this.#seen, notes);
    this.#seen = taken.seen;
    if (taken.kind === 'applied') return { commit: taken.commit };
    const isRefused = written.kind === 'failed' && written.failure.retry.kind === 'never';
    // What was saved may be out of date in more than its head: the repository may be renamed.
    return isRefused && snapshot === this.#context.known ? 'again' : this.#unless(taken.failure);
  }

  /**
   * An answer without a write. As long as an earlier write of this request may still land, it would be an answer of the
   * moment only; so the head is moved first, by a commit of our own.
   */
  async #end(answer: Answer, record: OwnershipRecord | null, snapshot: Snapshot, turn: Turn): Promise<Round> {
    const published = unpublished(this.#request, snapshot, this.#known);
    const outcome: Outcome = { ...answer, view: { ...viewOf(record, snapshot, this.#context.clock), published } };
    const request = this.#ledger.leaveFor(this.#request.run, record);
    if (request === null) return outcome;
    const facts = factsOf(record, snapshot, this.#known, this.#ledger.ids, this.#context);
    const decision = decide({ record, request, facts });
    if (decision.kind !== 'write') return outcome;
    const round = await this.#send(decision, { answer, replaced: null, base: record }, snapshot, turn);
    if (typeof round === 'string' || 'kind' in round) return round;
    const view = viewOf(decision.next, snapshot, this.#context.clock);
    return { ...outcome, view: { ...view, published, stateCommit: round.commit } };
  }

  #unless(failure: GivingUp): Round {
    return failure === null ? 'again' : this.#ledger.failed(failure);
  }
}
