import type { RefSnapshot } from '../git/refs.js';
import type { LocalRepository, LoggedRequest } from '../types.js';
import { Barrier, type BarrierOptions } from './barrier.js';
import { allOf, isGit, isRead, not } from './matchers.js';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, undefined as no body, anything else as JSON. */
  readonly body: unknown;
  /** What else makes the answer another one for its ETag, beside the body and the token. */
  readonly validator?: string;
}

/** What the client gets: an answer, the beginning of one and then a destroyed socket, only that, or nothing for ever. */
export type Reply = Answer | 'cut' | 'reset' | 'hang';

export type Match = (request: LoggedRequest) => boolean;

/** Runs in the middle of a write, knowing what is about to be written. */
export type Meanwhile = (target: { readonly repository: LocalRepository; readonly ref: string }) => Promise<void>;

/** What the handlers themselves must do differently for this one request. */
export interface Injections {
  /** Reads see the refs as they were so many changes ago. */
  readonly staleWrites?: number;
  /** Reads see these refs; id of the repository → refs. */
  readonly snapshots?: ReadonlyMap<number, RefSnapshot>;
  /** `createCommitOnBranch` finds that the branch has moved, although it has not. */
  readonly refusesHead?: boolean;
  /** `defaultBranchRef` and `ref` are null, all else is as it is. */
  readonly hidesHeads?: boolean;
  /** The answer comes without a `Date`. */
  readonly withoutDate?: boolean;
  /** In a push: inside of `pre-receive`. */
  readonly beforeCheck?: Meanwhile;
  /** In a push: inside of the first `update`, when nothing but locking and comparing the refs is left to do. */
  readonly betweenCheckAndUpdate?: Meanwhile;
  /** In a push alone: the refs are locked and compared, and have not moved. */
  readonly whileLocked?: Meanwhile;
  /** Settings of git's own server. */
  readonly gitConfig?: Readonly<Record<string, string>>;
}

export interface FaultAction {
  readonly name: string;
  readonly injections?: Injections;
  /** May answer in place of GitHub: nothing is applied then. */
  readonly before?: (request: LoggedRequest) => Reply | undefined | Promise<Reply | undefined>;
  /** Takes the handling into its own hands: `handle` applies and answers, whenever it is called. */
  readonly around?: (request: LoggedRequest, handle: () => Promise<Answer>) => Reply | Promise<Reply>;
  /** Sees what GitHub answers after everything was applied, and may put another reply in its place. */
  readonly after?: (answer: Answer, request: LoggedRequest) => Reply | Promise<Reply>;
}

export interface FaultRule {
  readonly match: Match;
  readonly action: FaultAction;
  /** How many matching requests it meets; default 1. */
  readonly times?: number;
  /** How many matching requests pass before the first one it meets; default 0. */
  readonly skip?: number;
}

export interface FaultHandle {
  /** Requests met so far. */
  readonly hits: number;
  cancel(): void;
}

/** Git is always told the refs as they are. */
function isApiRead(): Match {
  return allOf(isRead(), not(isGit()));
}

interface ActiveRule extends FaultRule {
  hits: number;
  passed: number;
  cancelled: boolean;
}

/**
 * What goes wrong, and when. The first rule that matches and is not used up meets the request; barriers come before
 * all rules.
 */
export class FaultPlan {
  #rules: ActiveRule[] = [];
  #barriers: Barrier[] = [];

  add(rule: FaultRule): FaultHandle {
    const active: ActiveRule = { ...rule, hits: 0, passed: 0, cancelled: false };
    this.#rules.push(active);
    return {
      get hits() {
        return active.hits;
      },
      cancel: () => {
        active.cancelled = true;
      },
    };
  }

  /** Meets the next matching request, or the next `times` of them. */
  next(match: Match, action: FaultAction, times = 1): FaultHandle {
    return this.add({ match, action, times });
  }

  /** Meets every matching request until it is cancelled. */
  always(match: Match, action: FaultAction): FaultHandle {
    return this.add({ match, action, times: Number.POSITIVE_INFINITY });
  }

  /** Lets `passing` matching requests through and meets the one after them. */
  nth(passing: number, match: Match, action: FaultAction): FaultHandle {
    return this.add({ match, action, skip: passing });
  }

  /** Holds matching requests until `count` have come, then lets them all go; later ones pass. */
  barrier(count: number, match: Match, options: BarrierOptions = {}): Barrier {
    const barrier = new Barrier(count, match, options);
    this.#barriers.push(barrier);
    return barrier;
  }

  /** The next `reads` matching reads see the repository's refs as they are right now, whatever is written meanwhile. */
  async freeze(repository: LocalRepository, options: { reads?: number; match?: Match } = {}): Promise<FaultHandle> {
    const snapshots = new Map([[repository.id, await repository.snapshot()]]);
    const { reads = 1, match = isApiRead() } = options;
    return this.add({ match, times: reads, action: { name: 'frozen read', injections: { snapshots } } });
  }

  /** All reads of one repository see its refs as they are right now, for so long or until this is cancelled. */
  async lag(repository: LocalRepository, options: { ms?: number; match?: Match } = {}): Promise<FaultHandle> {
    const { ms, match = isApiRead() } = options;
    const handle = await this.freeze(repository, { reads: Number.POSITIVE_INFINITY, match });
    if (ms !== undefined) setTimeout(() => handle.cancel(), ms).unref();
    return handle;
  }

  /** Forgets all rules and lets everything go that a barrier holds. */
  clear(): void {
    this.#rules = [];
    for (const barrier of this.#barriers) barrier.release();
    this.#barriers = [];
  }

  /** For the server: waits at the barriers, then gives the action that meets this request. */
  async meet(request: LoggedRequest): Promise<{ names: string[]; action: FaultAction | null }> {
    const held = this.#barriers.filter((barrier) => barrier.wants(request));
    // The rule is chosen on arrival, so that "the next request" means the next to come, not the next to get through.
    const action = this.#take(request);
    for (const barrier of held) await barrier.pass();
    const names = [...held.map((barrier) => barrier.name), ...(action === null ? [] : [action.name])];
    return { names, action };
  }

  #take(request: LoggedRequest): FaultAction | null {
    for (const rule of this.#rules) {
      if (rule.cancelled || rule.hits >= (rule.times ?? 1) || !rule.match(request)) continue;
      if (rule.passed < (rule.skip ?? 0)) {
        rule.passed += 1;
        continue;
      }
      rule.hits += 1;
      return rule.action;
    }
    return null;
  }
}
