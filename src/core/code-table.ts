import type { ConflictCode, ErrorCode, OkStatus } from './answer.js';
import { endsSoon } from './expiry.js';
import { isOwned, type Outcome } from './outcome.js';
import type { CoordinationRequest } from './request.js';
import type { Run } from './run.js';

/** What becomes of a code: its headline, its annotation, and whether it fails the step. */
export interface CodeRow {
  readonly headline: string;
  readonly annotation: 'none' | 'notice' | 'warning';
}

export const ON_CONFLICT = ['fail', 'continue'] as const;
export type OnConflict = (typeof ON_CONFLICT)[number];

/** Exit statuses of the command line: those of sysexits.h where it has one. */
export const EXIT = {
  OWNED: 0,
  USAGE: 64,
  UNAVAILABLE: 69,
  BROKEN: 70,
  /** A refusal, or an answer that grants nothing to a command that was to grant: try again later, or take over. */
  NOT_OWNED: 75,
  /** `exec` has ended its child, because ownership was lost. */
  LOST: 76,
  FORBIDDEN: 77,
} as const;
type ErrorExit = (typeof EXIT)['USAGE' | 'UNAVAILABLE' | 'BROKEN' | 'FORBIDDEN'];

/** The one table of everything a step can end with. */
export const CODE_TABLE: {
  readonly ok: Readonly<Record<OkStatus, CodeRow>>;
  readonly conflict: Readonly<Record<ConflictCode, { readonly headline: string }>>;
  readonly error: Readonly<Record<ErrorCode, { readonly headline: string; readonly exit: ErrorExit }>>;
} = {
  ok: {
    claimed_new: { headline: 'This run now owns the pull request', annotation: 'none' },
    refreshed: { headline: 'This run still owns the pull request', annotation: 'none' },
    taken_over: { headline: 'This run took the pull request over', annotation: 'notice' },
    owner_confirmed: { headline: 'This run owns the pull request', annotation: 'none' },
    published: { headline: 'The commits are on the branch of the pull request', annotation: 'none' },
    no_owner_record: { headline: 'Nobody owns the pull request', annotation: 'none' },
    released: { headline: 'The pull request is free', annotation: 'none' },
    release_noop: { headline: 'The pull request was free already', annotation: 'none' },
    exit_signal_recorded: { headline: 'The exit signal is recorded', annotation: 'notice' },
    fresh_runner: { headline: 'The owner is alive and well', annotation: 'none' },
    dead_runner: { headline: 'The owner is not at work any more', annotation: 'notice' },
    status: { headline: 'Who owns the pull request', annotation: 'none' },
    board: { headline: 'Who owns what', annotation: 'none' },
    swept: { headline: 'The records of long-closed pull requests are swept', annotation: 'none' },
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
    queue_full: { headline: 'Too many runs wait for the pull request' },
    head_moved: { headline: 'The branch has commits that this push does not build on' },
    fork_head: { headline: 'The branch is in a fork' },
  },
  error: {
    run_id_required: { headline: 'A run id is needed', exit: EXIT.USAGE },
    invalid_input: { headline: 'An input is not valid', exit: EXIT.USAGE },
    target_unresolved: { headline: 'The pull request could not be found out', exit: EXIT.USAGE },
    target_moved: { headline: 'The repository has another name now', exit: EXIT.BROKEN },
    pr_not_found: { headline: 'The pull request does not exist', exit: EXIT.BROKEN },
    state_corrupt: { headline: 'The stored record is broken', exit: EXIT.BROKEN },
    state_unsupported: { headline: 'The stored record is of another version', exit: EXIT.BROKEN },
    state_branch_foreign: { headline: 'The state branch belongs to somebody else', exit: EXIT.BROKEN },
    permission_denied: { headline: 'GitHub refused the request', exit: EXIT.FORBIDDEN },
    rate_limited: { headline: 'GitHub’s rate limit is used up', exit: EXIT.UNAVAILABLE },
    contention_exhausted: { headline: 'Too many others wrote at the same time', exit: EXIT.UNAVAILABLE },
    deadline_exceeded: { headline: 'The time for this step is used up', exit: EXIT.UNAVAILABLE },
    api_error: { headline: 'GitHub could not be asked', exit: EXIT.UNAVAILABLE },
  },
};

/** How the runner shows an outcome. A refusal fails the step unless the user asked to go on; an error always fails. */
export interface Verdict {
  readonly headline: string;
  readonly annotation: 'none' | 'notice' | 'warning' | 'error';
  readonly fails: boolean;
}

/** @param run who asked; `null`: the step ended before it was known. */
export function verdictOf(outcome: Outcome, onConflict: OnConflict, run: Run | null): Verdict {
  switch (outcome.kind) {
    case 'ok':
      return { ...rowOf(outcome, run), fails: false };
    case 'conflict': {
      const { headline } = CODE_TABLE.conflict[outcome.code];
      const fails = onConflict === 'fail';
      return { headline, annotation: fails ? 'error' : 'notice', fails };
    }
    case 'error':
      return { headline: CODE_TABLE.error[outcome.failure.code].headline, annotation: 'error', fails: true };
  }
}

/** An owner that goes on in a tenure is warned before that ends by itself. */
function rowOf(outcome: Extract<Outcome, { kind: 'ok' }>, run: Run | null): CodeRow {
  const { status, view } = outcome;
  if (status === 'published' && run !== null && !isOwned(outcome, run)) {
    return {
      headline: 'The commits landed, but this run does not own the pull request any more',
      annotation: 'warning',
    };
  }
  const isWarned = status === 'owner_confirmed' && view !== null && endsSoon(view);
  return { ...CODE_TABLE.ok[status], ...(isWarned ? { annotation: 'warning' } : {}) };
}

/** What is asked for ownership, and fails where there is none; the others have done what they were told. */
const ASKS_FOR_OWNERSHIP: readonly string[] = ['claim', 'takeover', 'ensure', 'assert', 'push'];

/** How a process ends that asked on the command line. */
export function exitStatusOf(outcome: Outcome, { command, run }: Pick<CoordinationRequest, 'command' | 'run'>): number {
  switch (outcome.kind) {
    case 'ok':
      return !ASKS_FOR_OWNERSHIP.includes(command) || isOwned(outcome, run) ? EXIT.OWNED : EXIT.NOT_OWNED;
    case 'conflict':
      return EXIT.NOT_OWNED;
    case 'error':
      return CODE_TABLE.error[outcome.failure.code].exit;
  }
}
