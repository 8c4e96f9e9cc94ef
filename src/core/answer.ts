import type { Failure } from './outcome.js';
import type { Publication } from './publication.js';
import type { HistoryEvent, OwnershipRecord, QueueEntry } from './record.js';

export const OK_STATUSES = [
  'claimed_new',
  'refreshed',
  'taken_over',
  'owner_confirmed',
  'published',
  'no_owner_record',
  'released',
  'release_noop',
  'exit_signal_recorded',
  'fresh_runner',
  'dead_runner',
  'status',
  'board',
  'swept',
  'skipped_no_async_run_id',
] as const;
export type OkStatus = (typeof OK_STATUSES)[number];

/** Expected refusals: values, never exceptions. */
export const CONFLICT_CODES = [
  'active_run_exists',
  'ownership_lost',
  'ownership_missing',
  'exit_signal_recorded',
  'stale_runner',
  'takeover_forbidden',
  'pr_closed',
  'queue_full',
  'head_moved',
  'fork_head',
] as const;
export type ConflictCode = (typeof CONFLICT_CODES)[number];

/** Operational errors: the question could not be answered, so nobody is told that it owns anything. */
export const ERROR_CODES = [
  'run_id_required',
  'invalid_input',
  'target_unresolved',
  'target_moved',
  'pr_not_found',
  'state_corrupt',
  'state_unsupported',
  'state_branch_foreign',
  'permission_denied',
  'rate_limited',
  'contention_exhausted',
  'deadline_exceeded',
  'api_error',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a decision answers about one record. */
export type Answer =
  { readonly kind: 'ok'; readonly status: OkStatus } | { readonly kind: 'conflict'; readonly code: ConflictCode };

/** What is to be done with the record that was read. */
export type Decision =
  /** Nothing is written. */
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** The answer holds only once `next` is on the branch. */
  | { readonly kind: 'write'; readonly answer: Answer; readonly next: OwnershipRecord; readonly event: HistoryEvent }
  /** One more fact decides; ask for it and decide again on the same record. */
  | ({ readonly kind: 'ask' } & Question)
  /** Nothing that may be written would be right. */
  | { readonly kind: 'fail'; readonly failure: Failure };

export type Question =
  | { readonly question: 'owner_liveness' }
  | { readonly question: 'takeover_permission' }
  | { readonly question: 'waiter_liveness'; readonly place: QueueEntry }
  | { readonly question: 'branch'; readonly publication: Publication; readonly branch: string };
export type WriteDecision = Extract<Decision, { kind: 'write' }>;

export function ok(status: OkStatus): Decision {
  return { kind: 'answer', answer: { kind: 'ok', status } };
}

export function conflict(code: ConflictCode): Decision {
  return { kind: 'answer', answer: { kind: 'conflict', code } };
}
