import type { ConflictCode, ErrorCode, OkStatus } from './answer.js';
import type { Published } from './publication.js';
import type { ActiveRun, OwnershipRecord, StoredTarget } from './record.js';
import { isExpired } from './expiry.js';
import { exitSignalOf, inRepository, relationOf, type Run } from './run.js';

/** What is known of the pull request at the moment of an answer. */
export interface PullRequestState {
  readonly state: 'open' | 'closed' | 'merged';
  readonly headSha: string;
  readonly headRef: string;
  /** `owner/name` in lower case; `null` where the head repository was deleted. */
  readonly headRepo: string | null;
  readonly isFork: boolean;
  /** Whether the head is the default branch of the target's own repository. */
  readonly isDefaultBranch: boolean;
}

/** What a step saw, in the reading or in the write that its answer stands on. */
export interface View {
  /** `null`: there is no record of this target. */
  readonly record: OwnershipRecord | null;
  /** The commit of the state branch that holds it; `null` where the branch does not exist. */
  readonly stateCommit: string | null;
  /** The target under the present name of its repository. */
  readonly target: StoredTarget;
  /** `null` where the answer stands on a record that an earlier step of this job saved. */
  readonly pullRequest: PullRequestState | null;
  /** ISO time of the answer, by GitHub's clock. */
  readonly now: string;
  /** The head that this step's own write replaced; `null` where it wrote nothing or began the branch. */
  readonly previousHead: string | null;
  /** The tenure that this step's own write ended, if it was another run's. */
  readonly replaced: ActiveRun | null;
  /** What became of the commit that was to be published; `null` for every other command. */
  readonly published: Published | null;
  /** The `state-branch` under which the records are kept now, where that is another one than was asked. */
  readonly movedTo?: string;
}

export interface Failure {
  readonly code: ErrorCode;
  /** What happened, in one sentence. */
  readonly problem: string;
  /** The exact next step. */
  readonly advice: string;
  readonly cause?: unknown;
  /** True where the same step may well succeed a little later. */
  readonly passing?: boolean;
  /** How long GitHub asked to wait before the next request, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** How a step ended. Only `ok` can ever mean ownership. */
export type Outcome =
  | { readonly kind: 'ok'; readonly status: OkStatus; readonly view: View | null }
  | {
      readonly kind: 'conflict';
      readonly code: ConflictCode;
      readonly view: View;
      /** True where a write of this step is on the branch nevertheless, or may still get there. */
      readonly mayHaveWritten?: boolean;
    }
  | {
      readonly kind: 'error';
      readonly failure: Failure;
      /** True where a write of unknown outcome may have been applied nevertheless. */
      readonly mayHaveWritten: boolean;
    };

/** What a step can answer to its own run while that run owns; whatever ends a tenure grants none. */
const OWNING: readonly OkStatus[] = [
  'claimed_new',
  'refreshed',
  'taken_over',
  'owner_confirmed',
  'published',
  'fresh_runner',
  'dead_runner',
  'status',
];

/**
 * The promise of the action: true only when this step's own successful read or write showed that the active run is this
 * run, in a tenure of this very attempt, without an exit signal and not ended by time.
 */
export function isOwned(outcome: Outcome, run: Run): boolean {
  if (outcome.kind !== 'ok' || outcome.view === null || !OWNING.includes(outcome.status)) return false;
  const { record, target, now } = outcome.view;
  if (record === null || record.activeRun === null || exitSignalOf(record) !== null) return false;
  if (isExpired(record.activeRun, now)) return false;
  return relationOf(record.activeRun, inRepository(run, target)) === 'mine';
}

/** The run that an answer names as the previous owner; refusals and `release_noop` name none. */
export function previousRunIdOf(outcome: Outcome): string | null {
  if (outcome.kind === 'error' || outcome.view === null) return null;
  const silent = outcome.kind === 'ok' ? outcome.status === 'release_noop' : outcome.code !== 'exit_signal_recorded';
  return silent ? null : (outcome.view.record?.previousRun?.runId ?? null);
}

/** The stable word for how a step ended, with its kind: `exit_signal_recorded` is an ok status and a refusal. */
export function codeOf(outcome: Outcome): string {
  if (outcome.kind === 'ok') return outcome.status;
  return outcome.kind === 'conflict' ? outcome.code : outcome.failure.code;
}
