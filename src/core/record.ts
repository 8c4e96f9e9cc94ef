/**
 * The ownership record of one pull request, as it lies on the state branch (schema version 3).
 *
 * Everything here is plain data. Times are ISO 8601 in UTC with milliseconds. A `null` time means that the stored one
 * was missing or unreadable; such a run counts as stale, never as fresh.
 */

export const SCHEMA_VERSION = 3;

/** The record keeps this many of the newest events and exit signals; the branch's own log keeps everything. */
export const KEPT_ENTRIES = 50;

/** What the contract keeps of a reason, in UTF-16 code units after trimming. */
export const REASON_LIMIT = 500;

/** The pull request that is owned: `repo` is `owner/name` in lower case, `pr` a positive integer. */
export interface Target {
  readonly repo: string;
  readonly pr: number;
}

/** The workflow run behind a tenure; `null` in any field means that it was not known when the tenure began. */
export interface Holder {
  readonly workflowRunId: number | null;
  readonly workflow: string | null;
  readonly job: string | null;
  readonly actor: string | null;
  readonly url: string | null;
}

/** The owner: one tenure, named by its fencing token. */
export interface ActiveRun {
  readonly runId: string;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly claimedAt: string | null;
  readonly updatedAt: string | null;
  readonly holder: Holder | null;
}

export interface PreviousRun {
  readonly runId: string;
  readonly replacedAt: string | null;
  /** `null` when the run released by itself or was evicted: nobody took its place. */
  readonly replacedByRunId: string | null;
}

/** The kinds of event that this version writes. Older records may hold other words, which are kept as they are. */
export type EventType = 'claim' | 'refresh' | 'takeover' | 'release' | 'evict' | 'signal-exit' | 'confirm';

/** Why a plain claim was allowed to replace an owner. */
export type SupersedeCause = 'exit_signal' | 'dead' | 'stale';

export interface HistoryEvent {
  readonly type: string;
  readonly runId: string;
  readonly previousRunId: string | null;
  readonly at: string | null;
  readonly reason: string | null;
  /** `null` only in events of schema 1 and 2, which had no tokens. */
  readonly fencingToken: number | null;
  /** Names the request that wrote the event, so that an unknown outcome can be settled; `null` in schema 1 and 2. */
  readonly id: string | null;
  /** Who did it, kept for takeovers, evictions and exit signals. */
  readonly actor?: string;
  readonly cause?: string;
  /** How the job ended, kept with a release where the runner tells it: success, failure or cancelled. */
  readonly outcome?: string;
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
  readonly target: Target;
  /** The newest token that any tenure of this target has had. It only rises. */
  readonly fencingToken: number;
  readonly activeRun: ActiveRun | null;
  readonly previousRun: PreviousRun | null;
  readonly history: readonly HistoryEvent[];
  readonly exitSignals: readonly ExitSignal[];
}

/** Where the record of a target lies on the state branch. */
export function recordPath(target: Target): string {
  return `${target.repo.toLowerCase()}/pr-${String(target.pr)}.json`;
}
