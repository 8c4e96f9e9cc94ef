import type { ActiveRun, HistoryEvent, OwnershipRecord, Target } from '../core/record.js';
import type { Failure } from '../core/outcome.js';
import type { RecordReading } from '../core/read-record.js';
import type { Deadline } from '../time/deadline.js';

/** What one consistent reading of the repository shows. */
export interface Snapshot {
  /** Head of the state branch; `null` where the branch does not exist. */
  readonly head: string | null;
  /** The record at that very head. Only `absent` means that there never was one. */
  readonly reading: RecordReading | { readonly kind: 'absent' };
  readonly pullRequest: PullRequestState;
}

export interface PullRequestState {
  readonly open: boolean;
  readonly headSha: string;
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
  /** Nobody knows: only a reading that shows the request's id in the history can tell. */
  | { readonly kind: 'unknown'; readonly failure: StoreFailure }
  /** Certainly not applied, for a reason that is no race. */
  | { readonly kind: 'failed'; readonly failure: StoreFailure };

export interface Change {
  /** The head that the decision was made from; the write is refused by GitHub if it moved. */
  readonly expectedHead: string | null;
  readonly next: OwnershipRecord;
  readonly event: HistoryEvent;
}

/** An answer that may come with something the user should hear (a missing permission, say). */
export interface Advised<T> {
  readonly value: T;
  readonly warning: string | null;
}

/** All that the coordinator needs of a repository. Every method ends with the deadline and never throws for GitHub. */
export interface StateStore {
  readonly target: Target;
  read(deadline: Deadline): Promise<ReadResult>;
  write(change: Change, deadline: Deadline): Promise<WriteResult>;
  /** Whether GitHub says that the owner's workflow run is over. */
  ownerLiveness(owner: ActiveRun, deadline: Deadline): Promise<Advised<'alive' | 'dead' | 'unknown'>>;
  /** Whether the actor has the permission that the user asks of whoever takes over. */
  takeoverPermission(deadline: Deadline): Promise<Advised<'granted' | 'denied'>>;
  /** Asks GitHub to cancel the workflow run of a tenure that was ended. */
  cancelRun(owner: ActiveRun, deadline: Deadline): Promise<Advised<'requested' | 'over_already' | 'not_possible'>>;
}
