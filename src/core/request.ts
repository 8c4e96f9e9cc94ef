import type { Run } from './run.js';

export const COMMANDS = ['claim', 'takeover', 'assert', 'ensure', 'release', 'signal-exit', 'check', 'status'] as const;
export type Command = (typeof COMMANDS)[number];

export const SUPERSEDE_POLICIES = ['never', 'dead', 'stale'] as const;
export type SupersedePolicy = (typeof SUPERSEDE_POLICIES)[number];

/** What one step asks for. One request has one id, however often it has to be decided. */
export interface CoordinationRequest {
  readonly command: Command;
  /** Names this request in the record's history and in the commit. */
  readonly id: string;
  readonly run: Run;
  readonly reason: string | null;
  /** The tenure that is meant (assert, release, signal-exit); `null` means the current one. */
  readonly fencingToken: number | null;
  /** assert: whether having no owner is a refusal. */
  readonly requireExisting: boolean;
  /** signal-exit: whether only the owner may record a signal. */
  readonly requireActiveOwner: boolean;
  /** signal-exit: the run that is asked to stop; check: the run that is expected to own. `null`: see each command. */
  readonly targetRunId: string | null;
  /** release: end another run's tenure. */
  readonly evict: boolean;
  /** assert: confirm by a commit instead of a read. */
  readonly strict: boolean;
  readonly supersede: SupersedePolicy;
  readonly staleAfterMs: number;
  /** release: how the job ended, where the runner told it. */
  readonly jobOutcome: string | null;
}

/** Whether GitHub says that the owner's workflow run is over. `unasked` lets a decision ask for it. */
export type Liveness = 'unasked' | 'alive' | 'dead' | 'unknown';

/** Whether the actor may end another run's tenure. `unasked` lets a decision ask for it. */
export type TakeoverPermission = 'unasked' | 'granted' | 'denied';

/** What a decision may know beside the record. */
export interface Facts {
  /** ISO time of this decision. */
  readonly now: string;
  readonly pullRequestOpen: boolean;
  readonly ownerLiveness: Liveness;
  readonly takeoverPermission: TakeoverPermission;
}
