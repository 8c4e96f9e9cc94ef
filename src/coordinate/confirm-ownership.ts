import type { ErrorCode } from '../core/answer.js';
import { isOlderReading } from '../core/older-reading.js';
import { isOwned, type Failure, type Outcome, type View } from '../core/outcome.js';
import type { OwnershipRecord, StoredTarget } from '../core/record.js';
import type { AssertRequest } from '../core/request.js';
import type { ShownRecord, Snapshot, StoreFailure, WatchableStore } from '../store/state-store.js';
import { Deadline } from '../time/deadline.js';
import { momentOf, passedSince, type Moment } from '../time/moment.js';
import type { ServerTime } from '../time/server-time.js';
import type { CoordinationContext } from './context.js';
import { coordinate } from './coordinate.js';
import { isSameRecord, recordIn } from './sight.js';

/** What a watch works with; it asks no side questions and writes nothing. */
export interface WatchContext extends Omit<
  CoordinationContext,
  'store' | 'deadline' | 'known' | 'takeoverPermission' | 'beforeWrite'
> {
  readonly store: WatchableStore;
}

export interface ConfirmOptions {
  readonly request: AssertRequest;
  readonly context: WatchContext;
  /** What the assert right before stood on, by which this run owned; without it the first question is an assert. */
  readonly confirmed?: View;
  /** Told of everything that a confirmation stands on, the first one apart. */
  readonly onConfirmed?: (view: View) => void;
  /** What one look, and one assert, may take. */
  readonly timeoutMs: number;
}

export type Confirmation =
  /** `isDear`: looks are not possible for now, so that each confirmation costs a point. */
  | { readonly kind: 'confirmed'; readonly isDear: boolean }
  | { readonly kind: 'lost'; readonly outcome: Outcome }
  | { readonly kind: 'unconfirmed'; readonly failure: Failure };

/**
 * Errors by which GitHub itself says, in a whole answer, that this tenure is none any more, and that no waiting mends.
 * All others may be gone at the next look: a token that was refused once, a record that somebody broke and restores.
 */
const FINAL_ERRORS: readonly ErrorCode[] = ['target_moved', 'state_branch_foreign', 'state_unsupported'];

/** The record that this run was last seen to own by, and its text once a look has shown it. */
interface Decided {
  readonly record: OwnershipRecord;
  readonly target: StoredTarget;
  readonly shown: ShownRecord | null;
}

/**
 * Asks over and over whether this run still owns. A look that shows the record last decided from confirms, for nothing;
 * whatever else it shows takes an assert, which alone decides.
 */
export class OwnershipConfirmer {
  readonly #options: ConfirmOptions;
  #decided: Decided | null = null;
  /** The newest record that was seen, by a look or an assert: no assert may fall behind it. */
  #newest: Snapshot | null = null;
  /** The last text that was not the one decided from. No look counts until an assert has settled what it means. */
  #open: 'nothing' | 'something' | ShownRecord = 'nothing';
  #withoutLooks: { readonly since: Moment; readonly ms: number } | null = null;

  constructor(options: ConfirmOptions) {
    this.#options = options;
    if (options.confirmed !== undefined) this.#decide(options.confirmed);
  }

  /** @param budgetMs for look and assert together. */
  async ask(budgetMs: number): Promise<Confirmation> {
    const deadline = new Deadline(this.#options.context.clock, budgetMs);
    return (await this.#look(deadline)) ?? (await this.#assert(deadline));
  }

  /** `null`: an assert has to tell. */
  async #look(deadline: Deadline): Promise<Confirmation | null> {
    const { store } = this.#options.context;
    const decided = this.#decided;
    if (decided === null || this.#open !== 'nothing' || this.#isWithoutLooks) return null;
    const result = await store.look(decided.shown, this.#turn(deadline));
    switch (result.kind) {
      case 'unchanged':
        return this.#same(decided, result.shown, result.time);
      case 'changed': {
        const record = recordIn(result.shown, decided.target);
        if (record !== null && isSameRecord(record, decided.record))
          return this.#same(decided, result.shown, result.time);
        this.#open = result.shown;
        this.#see(record);
        return null;
      }
      case 'missing':
        this.#open = 'something';
        return null;
      case 'failed':
        return this.#afterFailure(result.failure, deadline);
    }
  }

  #same(decided: Decided, shown: ShownRecord, time: ServerTime): Confirmation | null {
    this.#decided = { ...decided, shown };
    const end = decided.record.activeRun?.expiresAt ?? null;
    // The record says the same, but GitHub's clock has gone on.
    return end !== null && Date.parse(end) <= time.serverMs ? null : { kind: 'confirmed', isDear: false };
  }

  /** An assert goes another way than a look, has a limit of its own, and tries more than once. */
  #afterFailure(failure: StoreFailure, deadline: Deadline): Confirmation | null {
    if (failure.retry.kind === 'after') {
      if (failure.retry.ms < deadline.remainingMs) return { kind: 'unconfirmed', failure };
      this.#withoutLooks = { since: momentOf(this.#options.context.clock), ms: failure.retry.ms };
    }
    return deadline.expired ? { kind: 'unconfirmed', failure } : null;
  }

  async #assert(deadline: Deadline): Promise<Confirmation> {
    const { request, context } = this.#options;
    // A watch never writes: a strict assert would be a commit each time.
    const asked: AssertRequest = { ...request, strict: false };
    const outcome = await coordinate(asked, {
      ...context,
      deadline: this.#turn(deadline),
      takeoverPermission: 'unasked',
      ...(this.#newest === null ? {} : { known: this.#newest }),
    });
    if (outcome.kind === 'error') {
      const { failure } = outcome;
      return FINAL_ERRORS.includes(failure.code) ? { kind: 'lost', outcome } : { kind: 'unconfirmed', failure };
    }
    if (outcome.view === null || !isOwned(outcome, request.run)) return { kind: 'lost', outcome };
    this.#decide(outcome.view);
    this.#options.onConfirmed?.(outcome.view);
    return { kind: 'confirmed', isDear: this.#isWithoutLooks };
  }

  #decide(view: View): void {
    const { record, target } = view;
    if (record === null) throw new Error('Nobody owns anything without a record.');
    const texts = [this.#open, this.#decided?.shown ?? null].filter((text) => typeof text === 'object');
    const shown = texts.find((text) => {
      const read = recordIn(text, target);
      return read !== null && isSameRecord(read, record);
    });
    this.#decided = { record, target, shown: shown ?? null };
    this.#newest = snapshotOf(view, record, this.#options.context.clock.monotonic());
    this.#open = 'nothing';
  }

  /** A look may show what the readings do not show yet. */
  #see(record: OwnershipRecord | null): void {
    const newest = this.#newest;
    if (record === null || newest?.reading.kind !== 'record') return;
    if (isOlderReading(record, newest.tokenFloor, newest.reading.record)) return;
    this.#newest = { ...newest, reading: { kind: 'record', record } };
  }

  get #isWithoutLooks(): boolean {
    const pause = this.#withoutLooks;
    return pause !== null && passedSince(pause.since, this.#options.context.clock) < pause.ms;
  }

  #turn(deadline: Deadline): Deadline {
    return new Deadline(this.#options.context.clock, Math.min(this.#options.timeoutMs, deadline.remainingMs));
  }
}

/** What an assert is not to fall behind. It answers from a reading of its own, so the time here decides nothing. */
function snapshotOf(
  { target, stateCommit, pullRequest, now }: View,
  record: OwnershipRecord,
  monotonicMs: number,
): Snapshot {
  const time: ServerTime = { serverMs: Date.parse(now), monotonicMs };
  return { target, head: stateCommit, reading: { kind: 'record', record }, tokenFloor: 0, pullRequest, time };
}
