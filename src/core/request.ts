import type { BranchReading, HeadBranch, Publication } from './publication.js';
import type { StoredTarget } from './record.js';
import type { Run } from './run.js';

export const COMMANDS = [
  'claim',
  'takeover',
  'assert',
  'push',
  'ensure',
  'release',
  'signal-exit',
  'check',
  'status',
] as const;
export type Command = (typeof COMMANDS)[number];

/** What is asked of a whole repository, and of no pull request. */
export const OVERVIEW_COMMANDS = ['board', 'sweep'] as const;
export type OverviewCommand = (typeof OVERVIEW_COMMANDS)[number];
export type AnyCommand = Command | OverviewCommand;

export const SUPERSEDE_POLICIES = ['never', 'dead', 'stale'] as const;
export type SupersedePolicy = (typeof SUPERSEDE_POLICIES)[number];

/** What one step asks for, by command: each carries what its rules need and nothing else. */
export type CoordinationRequest =
  | ClaimRequest
  | TakeoverRequest
  | AssertRequest
  | PushRequest
  | EnsureRequest
  | ReleaseRequest
  | SignalExitRequest
  | CheckRequest
  | StatusRequest
  | LeaveRequest
  | RenewRequest;

interface Asking {
  readonly run: Run;
  readonly reason: string | null;
}

/** `null`: the pull request has to be open where a tenure would begin, and only there. */
interface Opening {
  readonly requireOpen: boolean | null;
}

interface Superseding extends Opening {
  readonly supersede: SupersedePolicy;
  readonly staleAfterMs: number;
}

/** How long a tenure lasts that would begin, and how long one that is renewed lasts from then on. */
export interface Term {
  /** A hold: the tenure does not end with its workflow run. */
  readonly detached: boolean;
  /** Milliseconds; `null`: it has no end of its own, and a renewal leaves the end alone. */
  readonly expiresAfterMs: number | null;
  /** Nobody has said how long: a renewal then never shortens what somebody has. */
  readonly byDefault: boolean;
}

/** How long a tenure lasts that nobody said anything about. */
export const NO_END: Term = { detached: false, expiresAfterMs: null, byDefault: true };

/** What somebody wants who is willing to wait for the target. */
export interface Line {
  /** `leave`: the time is up, or somebody has ended the waiting. What was handed over by then is taken all the same. */
  readonly action: 'wait' | 'leave';
  /** Milliseconds from joining on for which the place counts, whatever becomes of this process. */
  readonly placeMs: number;
}

interface Lining {
  /** `null`: a refusal ends it. */
  readonly line: Line | null;
}

/** The tenure that is meant; `null` means the current one. */
interface Meaning {
  readonly fencingToken: number | null;
}

interface Beginning {
  readonly term: Term;
}

export interface ClaimRequest extends Asking, Superseding, Beginning, Lining {
  readonly command: 'claim';
}

export interface TakeoverRequest extends Asking, Opening, Beginning {
  readonly command: 'takeover';
}

export interface AssertRequest extends Asking, Opening, Meaning {
  readonly command: 'assert';
  /** Whether having no owner is a refusal. */
  readonly requireExisting: boolean;
  /** Confirm by a commit instead of a read. */
  readonly strict: boolean;
}

/** What an assert asks, and where it owns, a commit for the branch of the pull request. */
export interface PushRequest extends Asking, Opening, Meaning {
  readonly command: 'push';
  readonly publication: Publication;
}

export interface EnsureRequest extends Asking, Superseding, Meaning, Beginning, Lining {
  readonly command: 'ensure';
}

export interface ReleaseRequest extends Asking, Meaning {
  readonly command: 'release';
  /** End another run's tenure. */
  readonly evict: boolean;
  /** The owner that an eviction means. */
  readonly targetRunId: string | null;
  /** How the job ended, where the runner told it. */
  readonly jobOutcome: string | null;
  /** The post step: only the tenure that this very write began, unless another step has renewed it since. */
  readonly begunBy: string | null;
  /** The post step: the writes of its own step, which are nobody else's renewals. */
  readonly writes: readonly string[];
}

export interface SignalExitRequest extends Asking, Meaning {
  readonly command: 'signal-exit';
  /** Whether only the owner may record a signal. */
  readonly requireActiveOwner: boolean;
  readonly targetRunId: string | null;
}

export interface CheckRequest extends Asking {
  readonly command: 'check';
  /** The run that is expected to own. */
  readonly targetRunId: string | null;
  readonly staleAfterMs: number;
}

export interface StatusRequest extends Asking {
  readonly command: 'status';
}

/**
 * Not a command of users: ends what writes of unknown outcome may have begun. It releases what they gave, or moves the
 * head by a commit of its own, after which none of them can land any more.
 */
export interface LeaveRequest extends Asking {
  readonly command: 'leave';
  /** The ids of those writes. */
  readonly writes: readonly string[];
  /** Whether one of them may make the branch; all others need one to land on. */
  readonly founding: boolean;
  readonly jobOutcome: string | null;
}

/** Not a command of users: moves the end of the tenure that a long program is run for. */
export interface RenewRequest extends Asking, Meaning, Beginning {
  readonly command: 'renew';
}

/** Whether GitHub says that the owner's workflow run is over. `unasked` lets a decision ask for it. */
export type Liveness = 'unasked' | 'alive' | 'dead' | 'unknown';

/** Whether a step that waits is over; what is not in it was not asked. By the key of its place. */
export type WaiterLiveness = ReadonlyMap<string, Exclude<Liveness, 'unasked'>>;

/** Whether the actors may end another run's tenure. `unasked` lets a decision ask for it. */
export type TakeoverPermission = 'unasked' | 'granted' | 'denied';

/** What a decision may know beside the record. */
export interface Facts {
  /** ISO time of this decision, by GitHub's clock. */
  readonly now: string;
  /** Names the write that the decision may lead to; every write has an id of its own. */
  readonly writeId: string;
  /** The target under its present name and id, as the next record names it. */
  readonly target: StoredTarget;
  /** No tenure of this branch may get a token at or below it. */
  readonly tokenFloor: number;
  readonly pullRequestOpen: boolean;
  /** The branch of the pull request; `null` in what an earlier step saved. */
  readonly headBranch: HeadBranch | null;
  /** How that branch stands to what is to be published. `unasked` lets a decision ask for it. */
  readonly branch: 'unasked' | BranchReading;
  readonly ownerLiveness: Liveness;
  readonly waiterLiveness: WaiterLiveness;
  /** The ids of all writes that this request has sent so far, whatever came of them. */
  readonly ownWrites: readonly string[];
  readonly takeoverPermission: TakeoverPermission;
}
