import { isExpired } from '../core/expiry.js';
import type { View } from '../core/outcome.js';
import type { OwnershipRecord, StoredTarget } from '../core/record.js';
import type { ClaimRequest, EnsureRequest } from '../core/request.js';
import { exitSignalOf } from '../core/run.js';
import { isStale } from '../core/staleness.js';
import type { ShownRecord, WatchableStore } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { isSameRecord, recordIn } from './sight.js';

/** The owner's run and the pull request are asked about so often at most. */
const AROUND_MS = 30_000;

/** What a refusal in line stands on. */
export type SeenLine = View & { readonly record: OwnershipRecord };

/** What one look comes to. Only `same` costs nothing, and none decides anything. */
export type Sight =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed' }
  /** Nobody goes on owning it, by what this record or its surroundings say. */
  | { readonly kind: 'gone'; readonly record: OwnershipRecord }
  | { readonly kind: 'failed'; readonly problem: string; readonly retryAfterMs: number };

/** Looks for what may end a waiting, by conditional requests: while nothing changes they cost nothing. */
export class LineWatch {
  readonly #request: ClaimRequest | EnsureRequest;
  readonly #context: { readonly store: WatchableStore; readonly clock: Clock };
  /** The record last decided from, as a look has shown it. */
  #shown: ShownRecord | null = null;
  #lastAround: number;

  constructor(
    request: ClaimRequest | EnsureRequest,
    context: { readonly store: WatchableStore; readonly clock: Clock },
  ) {
    this.#request = request;
    this.#context = context;
    this.#lastAround = context.clock.monotonic();
  }

  /** @param seen what was decided from last. */
  async look(seen: SeenLine, turn: Deadline): Promise<Sight> {
    const { store } = this.#context;
    const { record, target } = seen;
    this.#forgetUnless(record, target);
    const result = await store.look(this.#shown, turn);
    if (result.kind === 'failed') {
      // No waiting mends it; a reading goes another way, and says what to change.
      if (result.failure.retry.kind === 'never') return { kind: 'changed' };
      return { kind: 'failed', problem: result.failure.problem, retryAfterMs: result.failure.retryAfterMs ?? 0 };
    }
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

  /** The record says the same; whether its owner is at work, and whether the pull request is open, is not in it. */
  async #lookAround({ record, target }: SeenLine, turn: Deadline): Promise<Sight> {
    const { store, clock } = this.#context;
    if (clock.monotonic() - this.#lastAround < AROUND_MS) return { kind: 'same' };
    this.#lastAround = clock.monotonic();
    const { activeRun: owner } = record;
    const { requireOpen, supersede } = this.#request;
    const state = requireOpen === false ? 'unknown' : await store.pullRequestState(target, turn);
    if (state === 'closed') return { kind: 'changed' };
    if (owner === null || owner.detached || supersede === 'never') return { kind: 'same' };
    const { value } = await store.ownerLiveness(owner, target, turn);
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
