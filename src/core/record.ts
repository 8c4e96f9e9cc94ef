/**
 * The ownership record of one pull request, as it lies on the state branch (schema version 3).
 *
 * Everything here is plain data. Times are ISO 8601 in UTC with milliseconds. A `null` time means that the stored one
 * was missing or unreadable; such a run counts as stale, never as fresh.
 */

export const SCHEMA_VERSION = 3;

/** The record keeps this many of the newest events and exit signals; the branch's own log keeps everything. */
export const KEPT_ENTRIES = 50;

/** What is kept of a reason, in UTF-16 code units after trimming. */
export const REASON_LIMIT = 500;

/** The highest token that can be read back. One that cannot be raised any more is never written. */
export const HIGHEST_TOKEN = Number.MAX_SAFE_INTEGER - 1;

/** What is owned: `repo` is `owner/name` in lower case, `pr` a positive integer. */
export interface Target {
  readonly repo: string;
  readonly pr: number;
  /** What is owned beside others on the same pull request; `null` is the pull request itself. */
  readonly scope?: string | null;
}

/** The target as a record names it: under the present name of its repository, with the id that no rename changes. */
export interface StoredTarget extends Target {
  /** GitHub's database id; `null` in records from before it was kept. */
  readonly repoId: number | null;
  readonly scope: string | null;
}

/** The workflow run behind a tenure; `null` in any field means that it was not known when the tenure began. */
export interface Holder {
  /** The repository of the workflow run, which need not be the target's. */
  readonly repo: string | null;
  readonly repoId: number | null;
  readonly workflowRunId: number | null;
  readonly workflow: string | null;
  readonly job: string | null;
  readonly actor: string | null;
  readonly url: string | null;
}

/** The owner: one tenure, named by its fencing token. */
export interface ActiveRun {
  readonly runId: string;
  /** Of the workflow run that `holder` names. */
  readonly attempt: number;
  readonly fencingToken: number;
  readonly claimedAt: string | null;
  readonly updatedAt: string | null;
  /** When the tenure ends by itself; `null`: never. */
  readonly expiresAt: string | null;
  /** A hold: the tenure does not end with its workflow run. */
  readonly detached: boolean;
  /** The write that began the tenure; `null` in records from before writes had ids. */
  readonly id: string | null;
  /** The write that renewed it last; `null` if none did. */
  readonly renewedBy: string | null;
  readonly holder: Holder | null;
}

export interface PreviousRun {
  readonly runId: string;
  readonly replacedAt: string | null;
  /** `null` when the run released by itself or was evicted: nobody took its place. */
  readonly replacedByRunId: string | null;
}

/** A place in line: one step of a run that waits for the target. */
export interface QueueEntry {
  readonly runId: string;
  readonly attempt: number;
  readonly since: string | null;
  /** From then on the place does not count, whatever else is known; `null` is no time, and counts as past. */
  readonly until: string | null;
  readonly detached: boolean;
  /** Milliseconds that the new tenure lasts; `null`: it has no end. */
  readonly expiresAfter: number | null;
  readonly holder: Holder | null;
  /** The write that took the place; `null` only in what was written by hand. */
  readonly id: string | null;
}

/** The longest that a tenure may be given at once; it can be renewed. */
export const LONGEST_TERM_MS = 30 * 24 * 3_600_000;

/** At most so many wait for one target. */
export const QUEUE_LIMIT = 100;

/**
 * The kinds of event that this version writes. Older records may hold other words, which are kept as they are. `join`
 * names a commit only, and so does a `leave` that takes a place out of the line: neither stands in the history.
 */
export type EventType =
  | 'claim'
  | 'refresh'
  | 'takeover'
  | 'handover'
  | 'release'
  | 'evict'
  | 'expired'
  | 'signal-exit'
  | 'confirm'
  | 'publish'
  | 'leave'
  | 'join';

/** Why a plain claim was allowed to replace an owner. */
export type SupersedeCause = 'exit_signal' | 'dead' | 'stale';

export interface HistoryEvent {
  readonly type: string;
  /** Who did it; for `signal-exit`, who is to exit. */
  readonly runId: string;
  /** `null` only in events of older versions, like the fields below. */
  readonly attempt: number | null;
  readonly previousRunId: string | null;
  readonly at: string | null;
  readonly reason: string | null;
  /** The tenure that began, or that the event is about. */
  readonly fencingToken: number | null;
  /** Names the write that brought the event, so that an unknown outcome can be settled. */
  readonly id: string | null;
  /** Who made the write, and from which workflow run. */
  readonly actor: string | null;
  readonly workflow: string | null;
  readonly workflowRunId: number | null;
  readonly cause?: string;
  /** With `handover`, the id of the place in line that was served. */
  readonly entry?: string;
  /** How the job ended, kept with a release where the runner tells it: success, failure or cancelled. */
  readonly outcome?: string;
  /** With `publish`: what the branch `ref` of the pull request was moved from and to, in the push that brought the event. */
  readonly from?: string;
  readonly to?: string;
  readonly ref?: string;
}

export interface ExitSignal {
  readonly runId: string;
  readonly at: string | null;
  readonly reason: string | null;
  /** The tenure that was asked to end; `null` where schema 1 or 2 did not say. */
  readonly fencingToken: number | null;
}

export interface OwnershipRecord {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly target: StoredTarget;
  /** The newest token that any tenure of this target has had. It only rises. */
  readonly fencingToken: number;
  readonly activeRun: ActiveRun | null;
  readonly previousRun: PreviousRun | null;
  readonly queue: readonly QueueEntry[];
  readonly history: readonly HistoryEvent[];
  readonly exitSignals: readonly ExitSignal[];
}

/** Where the record of a target lies on the state branch. No repository name in it: that one may change. */
export function recordPath({ pr, scope }: Target): string {
  const name = scope == null ? String(pr) : `${String(pr)}.${scope}`;
  return `pulls/${String(Math.floor(pr / 1000))}/${name}.json`;
}
