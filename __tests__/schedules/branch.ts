import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import type { Change, Snapshot } from '../../src/store/state-store.js';

export interface Commit {
  readonly oid: string;
  readonly event: HistoryEvent | null;
  /** The record of our pull request at this commit; a neighbour's commit leaves it as it was. */
  readonly record: OwnershipRecord | null;
  /** How many commits changed our record so far, this one included. */
  readonly version: number;
}

/** A state branch in memory. State 0 is the one before the branch; state n the one after n commits. */
export class Branch {
  readonly commits: Commit[] = [];
  open = true;

  get state(): number {
    return this.commits.length;
  }

  headAt(state: number): string | null {
    return this.commits[state - 1]?.oid ?? null;
  }

  recordAt(state: number): OwnershipRecord | null {
    return this.commits[state - 1]?.record ?? null;
  }

  versionAt(state: number): number {
    return this.commits[state - 1]?.version ?? 0;
  }

  /** The state that a head belongs to. */
  stateOf(head: string | null): number {
    return head === null ? 0 : this.commits.findIndex(({ oid }) => oid === head) + 1;
  }

  read(state: number): Snapshot {
    const record = this.recordAt(state);
    return {
      head: this.headAt(state),
      reading: record === null ? { kind: 'absent' } : { kind: 'record', record },
      pullRequest: { open: this.open, headSha: 'f00d' },
    };
  }

  /**
   * Compare-and-swap, as GitHub does it. A change that names no head at all is taken as it is: the coordinator never
   * sends one, but a broken one may.
   *
   * @returns the new commit, or `null` for a lost race.
   */
  write({ expectedHead, next, event }: Partial<Change>): string | null {
    if (expectedHead !== undefined && expectedHead !== this.headAt(this.state)) return null;
    return this.#push(event ?? null, next ?? null, this.versionAt(this.state) + 1);
  }

  /** Another pull request's record changes on the same branch. */
  neighbourCommits(): void {
    this.#push(null, this.recordAt(this.state), this.versionAt(this.state));
  }

  #push(event: HistoryEvent | null, record: OwnershipRecord | null, version: number): string {
    const oid = `c${String(this.commits.length + 1)}`;
    this.commits.push({ oid, event, record, version });
    return oid;
  }
}
