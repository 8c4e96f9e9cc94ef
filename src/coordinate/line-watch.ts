import { isExpired } from '../core/expiry.js';
import type { Failure, View } from '../core/outcome.js';
import type { OwnershipRecord, StoredTarget } from '../core/record.js';
import type { ClaimRequest, EnsureRequest } from '../core/request.js';
import { exitSignalOf } from '../core/run.js';
import { isStale } from '../core/staleness.js';
import type { ShownRecord, WatchableStore } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { isSameRecord, recordIn } from './sight.js';

/** The owner's run and the pull request are asked about so often at most, and ever more rarely where nobody can tell. */
const AROUND_MS = 30_000;
const RAREST_AROUND_MS = 30 * 60_000;

/** A wait that GitHub asked for after a look is kept by readings too, but not for longer. */
const LONGEST_BLIND_MS = 2 * 60_000;

/** Looks fail: when the next one may be tried, and when a reading is due instead, on the monotonic clock. */
interface Blind {
  readonly problem: string;
  readonly lookAtMs: number;
  readonly readAtMs: number;
}

/** What a refusal in line stands on. */
export type SeenLine = View & { readonly record: OwnershipRecord };

/** What one look comes to. Only `same` costs nothing, and none decides anything. */
export type Sight =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed' }
  /** Nobody goes on owning it, by what this record or its surroundings say. */
  | { readonly kind: 'gone'; readonly record: OwnershipRecord }
  | { readonly kind: 'failed'; readonly problem: string };

/** Looks for what may end a waiting, by conditional requests: while nothing changes they cost nothing. */
export class LineWatch {
  readonly #request: ClaimRequest | EnsureRequest;
  readonly #context: { readonly store: WatchableStore; readonly clock: Clock };
  /** The record last decided from, as a look has shown it. */
  #shown: ShownRecord | null = null;
  #blind: Blind | null = null;
  readonly #ofOwner: Rarely;
  readonly #ofPullRequest: Rarely;

  constructor(
    request: ClaimRequest | EnsureRequest,
    context: { readonly store: WatchableStore; readonly clock: Clock },
  ) {
    this.#request = request;
    this.#context = context;
    this.#ofOwner = new Rarely(context.clock);
    this.#ofPullRequest = new Rarely(context.clock);
  }

  /** @param seen what was decided from last. */
  async look(seen: SeenLine, turn: Deadline): Promise<Sight> {
    const { store, clock } = this.#context;
    const { record, target } = seen;
    this.#forgetUnless(record, target);
    const blind = this.#blind;
    if (blind !== null && clock.monotonic() >= blind.readAtMs) {
      this.#blind = { ...blind, readAtMs: clock.monotonic() + AROUND_MS };
      return { kind: 'changed' };
    }
    if (blind !== null && clock.monotonic() < blind.lookAtMs) return { kind: 'failed', problem: blind.problem };
    const result = await store.look(this.#shown, turn);
    if (result.kind === 'failed') {
      // No waiting mends it; a reading goes another way, and says what to change.
      if (result.failure.retry.kind === 'never') return { kind: 'changed' };
      return this.#goBlind(result.failure);
    }
    this.#blind = null;
    if (result.kind === 'missing') return { kind: 'changed' };
    const shown = result.kind === 'unchanged' ? record : recordIn(result.shown, target);
    if (shown === null) return { kind: 'changed' };
    const now = new Date(result.time.serverMs).toISOString();
    if (result.kind === 'changed' && !isSameRecord(shown, record)) {
      return this.#isLeft(shown, now) || this.#isSignalled(shown)
        ? { kind: 'gone', record: shown }
        : { kind: 'changed' };
    }
    this.#shown = result.shown;
    return this.#isLeft(record, now) ? { kind: 'gone', record } : this.#lookAround(seen, turn);
  }

  /** Looks and readings have limits of their own: where the ones fail, the others go on, but rarely. */
  #goBlind({ problem, retryAfterMs = 0 }: Failure): Sight {
    const now = this.#context.clock.monotonic();
    const readAtMs = this.#blind?.readAtMs ?? now + Math.max(AROUND_MS, Math.min(retryAfterMs, LONGEST_BLIND_MS));
    this.#blind = { problem, lookAtMs: now + retryAfterMs, readAtMs };
    return { kind: 'failed', problem };
  }

  /** The record says the same; whether its owner is at work, and whether the pull request is open, is not in it. */
  async #lookAround({ record, target }: SeenLine, turn: Deadline): Promise<Sight> {
    const { store } = this.#context;
    const { activeRun: owner } = record;
    const { requireOpen, supersede } = this.#request;
    if (requireOpen !== false && this.#ofPullRequest.isDue) {
      const state = await store.pullRequestState(target, turn);
      this.#ofPullRequest.asked(state !== 'unknown');
      if (state === 'closed') return { kind: 'changed' };
    }
    if (owner === null || owner.detached || supersede === 'never' || !this.#ofOwner.isDue) return { kind: 'same' };
    const { value } = await store.ownerLiveness(owner, target, turn);
    this.#ofOwner.asked(value !== 'unknown');
    return value === 'dead' ? { kind: 'gone', record } : { kind: 'same' };
  }

  /** Whether time alone has made the owner one that a plain claim may end; nobody has changed the record for it. */
  #isLeft({ activeRun }: OwnershipRecord, now: string): boolean {
    if (activeRun === null || isExpired(activeRun, now)) return true;
    const { supersede, staleAfterMs } = this.#request;
    return supersede === 'stale' && !activeRun.detached && isStale(activeRun, now, staleAfterMs);
  }

  #isSignalled(record: OwnershipRecord): boolean {
    return this.#request.supersede !== 'never' && exitSignalOf(record) !== null;
  }

  /** A text goes with the record that was decided from, or with none: its ETag would hide what came in between. */
  #forgetUnless(record: OwnershipRecord, target: StoredTarget): void {
    const shown = recordIn(this.#shown, target);
    if (shown === null || !isSameRecord(shown, record)) this.#shown = null;
  }
}

/** A question that is asked from time to time: what nobody can tell costs a point each time, and is asked less and less. */
class Rarely {
  readonly #clock: Clock;
  #everyMs = AROUND_MS;
  #lastMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.monotonic();
  }

  get isDue(): boolean {
    return this.#clock.monotonic() - this.#lastMs >= this.#everyMs;
  }

  asked(isTold: boolean): void {
    this.#lastMs = this.#clock.monotonic();
    this.#everyMs = isTold ? AROUND_MS : Math.min(RAREST_AROUND_MS, 2 * this.#everyMs);
  }
}
