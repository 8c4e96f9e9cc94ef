import type { ConflictCode, ErrorCode, OkStatus } from './answer.js';
import type { Outcome } from './outcome.js';

/** What becomes of a code: its headline, its annotation, and whether it fails the step. */
export interface CodeRow {
  readonly headline: string;
  readonly annotation: 'none' | 'notice';
}

export const ON_CONFLICT = ['fail', 'continue'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

/** The one table of everything a step can end with. */
export const CODE_TABLE: {
  readonly ok: Readonly<Record<OkStatus, CodeRow>>;
  readonly conflict: Readonly<Record<ConflictCode, { readonly headline: string }>>;
  readonly error: Readonly<Record<ErrorCode, { readonly headline: string }>>;
} = {
  ok: {
    claimed_new: { headline: 'This run now owns the pull request', annotation: 'none' },
    refreshed: { headline: 'This run still owns the pull request', annotation: 'none' },
    taken_over: { headline: 'This run took the pull request over', annotation: 'notice' },
    owner_confirmed: { headline: 'This run owns the pull request', annotation: 'none' },
    no_owner_record: { headline: 'Nobody owns the pull request', annotation: 'none' },
    released: { headline: 'The pull request is free', annotation: 'none' },
    release_noop: { headline: 'The pull request was free already', annotation: 'none' },
    exit_signal_recorded: { headline: 'The exit signal is recorded', annotation: 'notice' },
    fresh_runner: { headline: 'The owner is alive and well', annotation: 'none' },
    dead_runner: { headline: 'The owner is not at work any more', annotation: 'notice' },
    status: { headline: 'Who owns the pull request', annotation: 'none' },
    skipped_no_async_run_id: { headline: 'Skipped: there is no run to own anything', annotation: 'notice' },
  },
  conflict: {
    active_run_exists: { headline: 'Another run owns the pull request' },
    ownership_lost: { headline: 'This run does not own the pull request' },
    ownership_missing: { headline: 'Nobody owns the pull request' },
    exit_signal_recorded: { headline: 'The owner was told to exit' },
    stale_runner: { headline: 'The owner has not been heard of for too long' },
    takeover_forbidden: { headline: 'The actor may not take this pull request over' },
    pr_closed: { headline: 'The pull request is closed' },
  },
  error: {
    run_id_required: { headline: 'A run id is needed' },
    invalid_input: { headline: 'An input is not valid' },
    target_unresolved: { headline: 'The pull request could not be found out' },
    target_moved: { headline: 'The repository has another name now' },
    pr_not_found: { headline: 'The pull request does not exist' },
    state_corrupt: { headline: 'The stored record is broken' },
    state_unsupported: { headline: 'The stored record is of another version' },
    state_branch_foreign: { headline: 'The state branch belongs to somebody else' },
    permission_denied: { headline: 'GitHub refused the request' },
    rate_limited: { headline: 'GitHub’s rate limit is used up' },
    contention_exhausted: { headline: 'Too many others wrote at the same time' },
    deadline_exceeded: { headline: 'The time for this step is used up' },
    api_error: { headline: 'GitHub could not be asked' },
  },
};

/** How the runner shows an outcome. A refusal fails the step unless the user asked to go on; an error always fails. */
export interface Verdict {
  readonly headline: string;
  readonly annotation: 'none' | 'notice' | 'error';
  readonly fails: boolean;
}

export function verdictOf(outcome: Outcome, onConflict: OnConflict): Verdict {
  switch (outcome.kind) {
    case 'ok':
      return { ...CODE_TABLE.ok[outcome.status], fails: false };
    case 'conflict': {
      const { headline } = CODE_TABLE.conflict[outcome.code];
      const fails = onConflict === 'fail';
      return { headline, annotation: fails ? 'error' : 'notice', fails };
    }
    case 'error':
      return { ...CODE_TABLE.error[outcome.failure.code], annotation: 'error', fails: true };
  }
}
