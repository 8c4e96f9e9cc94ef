import type { StoredTarget } from './record.js';
import type { Run } from './run.js';

export const COMMANDS = ['claim', 'takeover', 'assert', 'ensure', 'release', 'signal-exit', 'check', 'status'] as const;
export type Command = (typeof COMMANDS)[number];

export const SUPERSEDE_POLICIES = ['never', 'dead', 'stale'] as const;
export type SupersedePolicy = (typeof SUPERSEDE_POLICIES)[number];

/** What one step asks for, by command: each carries what its rules need and nothing else. */
export type CoordinationRequest =
  | ClaimRequest
  | TakeoverRequest
  | AssertRequest
  | EnsureRequest
  | ReleaseRequest
  | SignalExitRequest
  | CheckRequest
  | StatusRequest
  | LeaveRequest;

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

/** The tenure that is meant; `null` means the current one. */
interface Meaning {
  readonly fencingToken: number | null;
}

export interface ClaimRequest extends Asking, Superseding {
  readonly command: 'claim';
}

export interface TakeoverRequest extends Asking, Opening {
  readonly command: 'takeover';
}

export interface AssertRequest extends Asking, Opening, Meaning {
  readonly command: 'assert';
  /** Whether having no owner is a refusal. */
  readonly requireExisting: boolean;
  /** Confirm by a commit instead of a read. */
  readonly strict: boolean;
}

export interface EnsureRequest extends Asking, Superseding, Meaning {
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
  readonly jobOutcome: string | null;
}

/** Whether GitHub says that the owner's workflow run is over. `unasked` lets a decision ask for it. */
export type Liveness = 'unasked' | 'alive' | 'dead' | 'unknown';

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
  readonly ownerLiveness: Liveness;
  readonly takeoverPermission: TakeoverPermission;
}
