/**
 * What the board of a repository shows. Everything is plain data, made by this folder from the records and from the log of
 * the state branch, and drawn by `src/board/draw`. Times are ISO 8601 in UTC with milliseconds; `null` is not known.
 *
 * Texts are foreign: titles, reasons, run ids and names are shown as text, whatever they look like.
 */

/** Who is behind a tenure or a place in line. */
export interface Party {
  readonly runId: string;
  readonly attempt: number | null;
  readonly workflow: string | null;
  readonly job: string | null;
  readonly actor: string | null;
  /** Of the workflow run; http(s), or `null`. */
  readonly url: string | null;
}

/** How an owner is, as far as anybody can tell. `held`: a hold, which ends at its own time and has no run to ask about. */
export type OwnerState = 'alive' | 'over' | 'held' | 'expired' | 'signalled' | 'unknown';

/** Why somebody should look at a row. */
export type Trouble =
  /** The owner's workflow run is over, and nobody has taken its place. */
  | 'owner_over'
  /** The tenure has ended by its time, and nobody has taken its place. */
  | 'tenure_expired'
  /** The owner was told to exit, and still owns. */
  | 'signalled_goes_on'
  /** Somebody has waited for more than an hour. */
  | 'long_line'
  /** The record cannot be read, so nobody can own or release. */
  | 'unreadable';

export interface BoardOwner extends Party {
  readonly state: OwnerState;
  readonly fencingToken: number;
  readonly since: string | null;
  /** How long ago that was, in milliseconds. */
  readonly ageMs: number | null;
  readonly expiresAt: string | null;
  readonly detached: boolean;
  /** Why it was told to exit; `null`: it was not, or nobody said why. */
  readonly exitReason: string | null;
}

export interface BoardPlace extends Party {
  readonly since: string | null;
  readonly waitsMs: number | null;
  /** From then on the place does not count. */
  readonly until: string | null;
  /** It does not count any more. */
  readonly isPast: boolean;
}

export interface LastEvent {
  readonly type: string;
  readonly at: string | null;
  readonly runId: string;
  readonly actor: string | null;
}

/** One target that somebody owns or waits for, or whose record nobody can read. */
export interface BoardRow {
  readonly pr: number;
  readonly scope: string | null;
  /** `null`: GitHub has not told. */
  readonly title: string | null;
  readonly pullRequestState: 'open' | 'closed' | 'merged' | null;
  readonly troubles: readonly Trouble[];
  /** What is wrong with an unreadable record. */
  readonly problem: string | null;
  readonly owner: BoardOwner | null;
  readonly line: readonly BoardPlace[];
  readonly lastEvent: LastEvent | null;
}

/** How a tenure ended. `holds`: it has not. `unknown`: the log does not tell. */
export type TenureEnd = 'holds' | 'released' | 'taken_over' | 'superseded' | 'evicted' | 'expired' | 'unknown';

/** One bar of the picture. */
export interface Tenure extends Party {
  readonly pr: number;
  readonly scope: string | null;
  /** `null`: only its end was read. */
  readonly fencingToken: number | null;
  /** `null`: it began before what was read. */
  readonly from: string | null;
  /** `null`: it goes on, or nobody can tell. */
  readonly to: string | null;
  readonly end: TenureEnd;
  /** Of its end: why it was taken over, superseded or evicted. */
  readonly reason: string | null;
}

/** Somebody waited; `waits`: and still does. */
export interface Wait extends Party {
  readonly pr: number;
  readonly scope: string | null;
  readonly from: string;
  /** `null`: it goes on. */
  readonly to: string | null;
  readonly end: 'waits' | 'served' | 'left';
}

export interface Counted {
  readonly text: string;
  readonly count: number;
}

/** A part of the span, and what its changes took. */
export interface PaceSlice {
  readonly from: string;
  readonly to: string;
  readonly changes: number;
  readonly lostRaces: number;
  /** Until a change was sent, waiting in line left out; `null`: no change tells. */
  readonly medianMs: number | null;
  /** What nine of ten changes did not take longer than. */
  readonly p90Ms: number | null;
}

/** What changes take, and whether that becomes too much. */
export interface Pace {
  readonly medianMs: number | null;
  readonly p90Ms: number | null;
  readonly medianRequests: number | null;
  readonly p90Requests: number | null;
  /** Rounds that came to nothing and were tried again, but for lost races. */
  readonly retries: number;
  /** Why the last slice is slow, if it is. */
  readonly slow: 'no' | 'time' | 'lost_races';
  /** At most seven, the oldest first; empty where no change tells what it took. */
  readonly slices: readonly PaceSlice[];
}

/** What is now, and what was in the span. */
export interface BoardCounts {
  readonly owners: number;
  readonly holds: number;
  readonly waiting: number;
  readonly troubled: number;
  /** Records of which nobody is the owner and for which nobody waits. */
  readonly free: number;
  /** Tenures that are known to have begun in the span. */
  readonly tenures: number;
  readonly takeovers: number;
  readonly superseded: number;
  readonly evictions: number;
  readonly expired: number;
  readonly publishes: number;
  /** Commits of the span that had to be tried again because another came first, each time counted. */
  readonly lostRaces: number;
  /** Of tenures that ended in the span and whose beginning and end are known, in milliseconds; `null`: there are none. */
  readonly medianTenureMs: number | null;
  readonly longestWaitMs: number | null;
  readonly pace: Pace;
  /** Reasons of takeovers and evictions, and causes of superseding, the most frequent first. */
  readonly reasons: readonly Counted[];
}

export interface Board {
  /** `owner/name`, in lower case. */
  readonly repo: string;
  readonly serverUrl: string;
  readonly stateBranch: string;
  /** What was read: the head of each state branch. Empty where there is none yet. */
  readonly heads: readonly { readonly branch: string; readonly commit: string }[];
  /** By GitHub's clock. */
  readonly now: string;
  readonly since: string;
  /** Whether the log was read back to `since`. */
  readonly isComplete: boolean;
  /** The troubled ones first, then the oldest owners. */
  readonly rows: readonly BoardRow[];
  readonly counts: BoardCounts;
  /** Those that were at any time of the span, by pull request and beginning. */
  readonly tenures: readonly Tenure[];
  readonly waits: readonly Wait[];
}
