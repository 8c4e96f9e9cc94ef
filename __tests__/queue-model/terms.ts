/**
 * The queue as the contract tells it (its sections 8 and 6.5), in plain data and without a line of the product: a
 * branch with compare-and-swap, and runs that come, wait, are served, leave and die. A world is one moment of it.
 */
export type Run = 'owner' | 'first' | 'second' | 'taker';

export interface Tenure {
  readonly run: Run;
  readonly token: number;
  readonly id: string;
}

export interface Place {
  readonly run: Run;
  readonly id: string;
  /** The moment from which the place counts no longer. */
  readonly until: number;
  /** The commit that brought it, so that the order of coming is known whatever a hand-over does to the queue. */
  readonly cameWith: number;
}

/** Joining, and leaving a place, are no events; `leave` is the commit that keeps an old write from landing. */
export interface HistoryEvent {
  readonly type: 'claim' | 'takeover' | 'handover' | 'release' | 'leave';
  readonly id: string;
  /** The place that was served. */
  readonly entry: string | null;
}

export interface QueueRecord {
  readonly owner: Tenure | null;
  /** The greatest token so far. */
  readonly token: number;
  readonly queue: readonly Place[];
}

/** The state of the branch after a commit; its number is its place in the log. */
export interface Commit extends QueueRecord {
  readonly event: HistoryEvent | null;
}

/** A commit that somebody wants, made from the head that was read. */
export interface Write {
  readonly id: string;
  readonly by: Run;
  readonly expectedHead: number;
  readonly commit: Commit;
  /** What the writer knew when it decided: the time, and whose workflow run GitHub called over. */
  readonly decidedAt: number;
  readonly saidOver: readonly Run[];
}

/**
 * - `get`: claim, and wait in line. `take`: take over, as a person does.
 * - `give up`: the time of waiting is up; what was handed over is still taken.
 * - `end`: a release, or a post step: gives back whatever it has.
 */
export type Goal = 'get' | 'take' | 'give up' | 'end';

export interface Agent {
  readonly run: Run;
  readonly goal: Goal;
  /** `ended` has said that it is done; `dead` says nothing any more. */
  readonly phase: 'looking' | 'sending' | 'ended' | 'dead';
  /** The newest state that it knows of; an older one is never an answer. */
  readonly seen: number;
  readonly sending: Write | null;
  /** Writes whose outcome it was not told. */
  readonly unknown: readonly Pick<Write, 'id' | 'expectedHead'>[];
  /** How many ids it has used. */
  readonly idsUsed: number;
}

export interface World {
  readonly log: readonly Commit[];
  readonly agents: readonly Agent[];
  /** Writes without an answer that may land yet. */
  readonly underWay: readonly Write[];
  readonly saidOver: readonly Run[];
  readonly now: number;
  readonly faultsLeft: number;
}

/** What happened between two worlds. */
export interface Step {
  readonly label: string;
  readonly before: World;
  readonly after: World;
  readonly landed: Write | null;
  /** Somebody said "owned", because of that state of the branch. */
  readonly answeredOwned: { readonly run: Run; readonly becauseOf: number } | null;
}

export const headOf = ({ log }: Pick<World, 'log'>): number => log.length - 1;

export function commitAt({ log }: Pick<World, 'log'>, number: number): Commit {
  const commit = log[number];
  if (commit === undefined) throw new Error(`there is no commit ${String(number)}`);
  return commit;
}

export const isAtWork = ({ phase }: Agent): boolean => phase !== 'ended' && phase !== 'dead';

export function agentOf({ agents }: World, run: Run): Agent {
  const agent = agents.find((each) => each.run === run);
  if (agent === undefined) throw new Error(`nobody is ${run}`);
  return agent;
}
