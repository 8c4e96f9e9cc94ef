import type { LatestWrite } from '../core/contention.js';
import type { ActiveRun, HistoryEvent, OwnershipRecord, QueueEntry, StoredTarget, Target } from '../core/record.js';
import type { Effort } from '../core/effort.js';
import type { Failure, PullRequestState } from '../core/outcome.js';
import type { BranchReading, Publication } from '../core/publication.js';
import type { RecordReading } from '../core/read-record.js';
import type { Deadline } from '../time/deadline.js';
import type { ServerTime } from '../time/server-time.js';

/** All records are kept under another `state-branch` now. */
export interface MovedAway {
  readonly kind: 'moved';
  readonly to: string;
}

/** What one consistent reading of the repository shows. */
export interface Snapshot {
  /** The target under the present name and with the id of its repository. */
  readonly target: StoredTarget;
  /** Head of the state branch; `null` where the branch does not exist. */
  readonly head: string | null;
  /** The record at that very head. Only `absent` means that there is none. */
  readonly reading: RecordReading | { readonly kind: 'absent' } | MovedAway;
  /** From the marker at that head; 0 where the branch does not exist. An absent record counts as this token. */
  readonly tokenFloor: number;
  /** `null` in what an earlier step of this job saved. */
  readonly pullRequest: PullRequestState | null;
  readonly time: ServerTime;
  /** What the commit at that head tells; not in what was not read, nor where there is none. */
  readonly latest?: LatestWrite;
  /** Ids of own writes that the log of the branch shows, whatever the record has forgotten. */
  readonly logged?: readonly string[];
}

/** When a failed request may be sent again. `backoff`: after a jittered pause; `after`: when GitHub said so. */
export type Retry =
  { readonly kind: 'never' } | { readonly kind: 'backoff' } | { readonly kind: 'after'; readonly ms: number };

export interface StoreFailure extends Failure {
  readonly retry: Retry;
}

export type ReadResult =
  { readonly kind: 'read'; readonly snapshot: Snapshot } | { readonly kind: 'failed'; readonly failure: StoreFailure };

export type WriteResult =
  | { readonly kind: 'applied'; readonly commit: string }
  /** Certainly not applied: the head had moved. What it moved to must be read and decided anew. */
  | { readonly kind: 'lost_race' }
  /** Nobody knows: only a reading that shows the id of the write can tell. Not to be retried where a refusal is likely. */
  | { readonly kind: 'unknown'; readonly failure: StoreFailure }
  /** Certainly not applied: the branch of the pull request had moved, and the head of the state branch may be the same. */
  | { readonly kind: 'branch_moved' }
  /** Certainly not applied, for a reason that is no race. */
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

export interface Change {
  /** The head that the decision was made from; the write is refused by GitHub if it moved. */
  readonly expectedHead: string | null;
  readonly next: OwnershipRecord;
  readonly event: HistoryEvent;
  /** What was needed up to here, for the log. */
  readonly effort: Effort;
}

/** An answer that may come with something the user should hear (a missing permission, say). */
export interface Advised<T> {
  readonly value: T;
  readonly warning: string | null;
}

/** The text of a record as a look showed it, and the ETag by which GitHub tells whether it is still that. */
export interface ShownRecord {
  readonly text: string;
  /** `null` where GitHub gave none that can be used. */
  readonly etag: string | null;
}

/** What a look at the stored record alone shows. It decides nothing: whatever is not `unchanged` takes a reading. */
export type LookResult =
  /** The text is, byte for byte, the one that was looked for. `shown` has its present ETag. */
  | { readonly kind: 'unchanged'; readonly shown: ShownRecord; readonly time: ServerTime }
  | { readonly kind: 'changed'; readonly shown: ShownRecord; readonly time: ServerTime }
  /** Nothing is shown where the record should be: no such file, branch or repository, another name, or no text. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

/** What is to be known of the branch of a pull request before a commit is published on it. */
export interface Comparing {
  readonly publication: Publication;
  readonly branch: string;
  /** The head of the branch that an earlier push of this request stood on; `null`: there was none. */
  readonly leased: string | null;
  /** The head of the state branch that was read. */
  readonly head: string | null;
}

export type Compared =
  | { readonly kind: 'compared'; readonly reading: BranchReading }
  /** Git shows another head of the state branch than the one that was read. */
  | { readonly kind: 'stale' | 'failed'; readonly failure: StoreFailure };

/** All that the coordinator needs of a repository. Every method ends with the deadline and never throws for GitHub. */
export interface StateStore {
  /** What was asked for; a reading tells its present name. */
  readonly target: Target;
  read(deadline: Deadline): Promise<ReadResult>;
  /** Writes under the name that `change.next.target` gives the repository. */
  write(change: Change, deadline: Deadline): Promise<WriteResult>;
  /** How the branch of the pull request stands to a commit; only a store that pushes can tell. */
  readonly compare?: (what: Comparing, deadline: Deadline) => Promise<Compared>;
  /** Whether GitHub says that the owner's workflow run is over. */
  ownerLiveness(
    owner: ActiveRun,
    target: StoredTarget,
    deadline: Deadline,
  ): Promise<Advised<'alive' | 'dead' | 'unknown'>>;
  /** Whether GitHub says that the step that took a place in line is over: its own attempt is, or a later one has begun. */
  waiterLiveness(
    place: QueueEntry,
    target: StoredTarget,
    deadline: Deadline,
  ): Promise<Advised<'alive' | 'dead' | 'unknown'>>;
  /** Whether the actors have the permission that the user asks of whoever takes over. */
  takeoverPermission(target: StoredTarget, deadline: Deadline): Promise<Advised<'granted' | 'denied'>>;
  /** Asks GitHub to cancel the workflow run of a tenure that was ended. */
  cancelRun(
    owner: ActiveRun,
    target: StoredTarget,
    deadline: Deadline,
  ): Promise<Advised<'requested' | 'over_already' | 'not_possible'>>;
}

/** A store whose record can be watched. */
export interface WatchableStore extends StateStore {
  /**
   * Looks at the text of the record, which costs nothing as long as it is the known one.
   *
   * @param known what was shown before; `null`: nothing to compare with.
   */
  look(known: ShownRecord | null, deadline: Deadline): Promise<LookResult>;
  /** Whether the pull request is open, asked beside the record; a reading decides. */
  pullRequestState(target: StoredTarget, deadline: Deadline): Promise<'open' | 'closed' | 'unknown'>;
}
