import type { HistoryEvent, OwnershipRecord, StoredTarget } from '../../src/core/record.js';
import { planSweep } from '../../src/core/sweep/plan.js';
import type { Change, Snapshot } from '../../src/store/state-store.js';

export const FIRST_NAME = 'acme/widgets';
export const SECOND_NAME = 'acme/gizmos';

const LONG_AGO = '2026-01-01T00:00:00.000Z';
const NOW = '2026-11-22T08:00:00.000Z';

export interface Commit {
  readonly oid: string;
  readonly event: HistoryEvent | null;
  /** The record of our pull request at this commit; a neighbour's commit leaves it as it was. */
  readonly record: OwnershipRecord | null;
  /** What the marker says at this commit. */
  readonly tokenFloor: number;
  /** How many commits changed our record so far, this one included. */
  readonly version: number;
}

/** One move of the pull request's branch by a push of a coordinator. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** The write that brought it. */
  readonly id: string | null;
  /** The state of the state branch that the same push left behind. */
  readonly state: number;
}

/** Both heads, as git showed them at one moment. */
export interface Heads {
  readonly state: string | null;
  readonly topic: string;
}

/** A state branch in memory, and beside it the branch of the pull request. State 0 is the one before the branch; state n the one after n commits. */
export class Branch {
  readonly commits: Commit[] = [];
  open = true;
  name = FIRST_NAME;
  swept = false;
  /** What pushes of coordinators did to the branch of the pull request. */
  readonly moves: Move[] = [];
  /** All heads that there were, the present ones last. */
  readonly heads: Heads[] = [];
  readonly #parents = new Map<string, string | null>();
  #topic = this.newCommit(null);
  /** The state at which the repository got its second name. */
  #renamedAt = Infinity;

  get state(): number {
    return this.commits.length;
  }

  copy(): Branch {
    const copy = new Branch();
    copy.commits.push(...this.commits);
    copy.open = this.open;
    copy.name = this.name;
    copy.swept = this.swept;
    copy.#renamedAt = this.#renamedAt;
    copy.moves.push(...this.moves);
    copy.heads.push(...this.heads);
    for (const [oid, parent] of this.#parents) copy.#parents.set(oid, parent);
    copy.#topic = this.#topic;
    return copy;
  }

  headAt(state: number): string | null {
    return this.commits[state - 1]?.oid ?? null;
  }

  recordAt(state: number): OwnershipRecord | null {
    return this.commits[state - 1]?.record ?? null;
  }

  tokenFloorAt(state: number): number {
    return this.commits[state - 1]?.tokenFloor ?? 0;
  }

  /** What no token of a new tenure may be below, at that state. */
  tokenAt(state: number): number {
    return Math.max(this.recordAt(state)?.fencingToken ?? 0, this.tokenFloorAt(state));
  }

  versionAt(state: number): number {
    return this.commits[state - 1]?.version ?? 0;
  }

  /** The state that a head belongs to. */
  stateOf(head: string | null): number {
    return head === null ? 0 : this.commits.findIndex(({ oid }) => oid === head) + 1;
  }

  /** The head of the pull request's branch. */
  get topic(): string {
    return this.#topic;
  }

  /** A commit that is on no branch yet. */
  newCommit(parent: string | null): string {
    const oid = `f${String(this.#parents.size).padStart(39, '0')}`;
    this.#parents.set(oid, parent);
    return oid;
  }

  isAncestor(ancestor: string, commit: string): boolean {
    for (let each: string | null = commit; each !== null; each = this.#parents.get(each) ?? null) {
      if (each === ancestor) return true;
    }
    return false;
  }

  /** Somebody pushes to the branch of the pull request without asking anybody. */
  foreignPush(): void {
    this.#topic = this.newCommit(this.#topic);
    this.#noteHeads();
  }

  /** What a reading of that state shows; a reading of the past shows the name of then. */
  read(state: number): Omit<Snapshot, 'time'> {
    const repo = state < this.#renamedAt && state < this.state ? FIRST_NAME : this.name;
    const target: StoredTarget = { repo, repoId: 7, pr: 17, scope: null };
    const record = this.recordAt(state);
    return {
      target,
      head: this.headAt(state),
      reading: record === null ? { kind: 'absent' } : { kind: 'record', record: { ...record, target } },
      tokenFloor: this.tokenFloorAt(state),
      pullRequest: {
        state: this.open ? 'open' : 'closed',
        ...{ headSha: this.#topic, headRef: 'topic', headRepo: repo, isFork: false, isDefaultBranch: false },
      },
    };
  }

  /**
   * Compare-and-swap, as GitHub does it. A change that names no head at all is taken as it is: the coordinator never
   * sends one, but a broken one may. A publication moves both branches in one step, each from where it was seen.
   *
   * @returns the new commit, or `null` for a lost race.
   */
  write({ expectedHead, next, event }: Partial<Change>): string | null {
    if (expectedHead !== undefined && expectedHead !== this.headAt(this.state)) return null;
    const published = event?.type === 'publish' ? event : null;
    if (published !== null && published.from !== this.#topic) return null;
    if (published?.from !== undefined && published.to !== undefined) {
      this.moves.push({ from: published.from, to: published.to, id: published.id, state: this.state + 1 });
      this.#topic = published.to;
    }
    return this.#push(event ?? null, next ?? null, this.versionAt(this.state) + 1);
  }

  /** Another pull request's record changes on the same branch. */
  neighbourCommits(): void {
    this.#push(null, this.recordAt(this.state), this.versionAt(this.state));
  }

  rename(): void {
    this.name = SECOND_NAME;
    this.#renamedAt = this.state;
  }

  /**
   * A sweep, as the rules decide it. It commits on the very head that it has read, but what GitHub said of the pull request
   * may be of the past: opened again since, it is taken for closed all the same.
   */
  sweep(): void {
    const record = this.recordAt(this.state);
    if (record === null) return;
    const found = { pr: 17, scope: null, reading: { kind: 'record', record } } as const;
    const pullRequests = new Map([[17, { state: 'closed', closedAt: LONG_AGO } as const]]);
    const facts = { now: NOW, olderThanMs: 0, tokenFloor: this.tokenFloorAt(this.state), pullRequests };
    const { removed, tokenFloor } = planSweep([found], facts);
    if (removed.length === 0) return;
    this.swept = true;
    this.#push(null, null, this.versionAt(this.state) + 1, tokenFloor);
  }

  #push(
    event: HistoryEvent | null,
    record: OwnershipRecord | null,
    version: number,
    tokenFloor = this.tokenFloorAt(this.state),
  ): string {
    const oid = `c${String(this.commits.length + 1)}`;
    this.commits.push({ oid, event, record, tokenFloor, version });
    this.#noteHeads();
    return oid;
  }

  #noteHeads(): void {
    this.heads.push({ state: this.headAt(this.state), topic: this.#topic });
  }
}
