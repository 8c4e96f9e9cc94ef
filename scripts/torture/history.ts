/** What a round leaves behind to be judged: the commits of the state branch and what every process said. */

/** One commit of the state branch. */
export interface BranchCommit {
  readonly oid: string;
  readonly message: string;
  /** Paths that differ from its parent, with their new content; `null` means removed. */
  readonly changes: readonly { readonly path: string; readonly text: string | null }[];
  /** It became the head at some moment between these two, in milliseconds of the round's clock. */
  readonly from: number;
  readonly to: number;
}

/** What one process was asked and what it said. Times are in milliseconds of the round's clock. */
export interface Said {
  /** A name of its own in this round. */
  readonly step: string;
  readonly phase: 'main' | 'post';
  readonly command: string;
  readonly pr: number;
  readonly runId: string;
  readonly attempt: number;
  readonly start: number;
  readonly end: number;
  /** `null`: it was killed before it could say anything. */
  readonly answer: Answer | null;
  readonly killed: boolean;
  readonly inputs: SaidInputs;
  readonly seen: Seen;
  /** For a post step: the step whose tenure it has to end, and what it logged. */
  readonly post?: PostWords;
}

export interface SaidInputs {
  readonly token: number | null;
  readonly targetRunId: string | null;
  readonly requireExisting: boolean;
  readonly requireActiveOwner: boolean;
  readonly strict: boolean;
  readonly evict: boolean;
  readonly supersede: string;
  readonly staleAfterMs: number;
  readonly takeoverPermission: string;
  readonly releaseOnExit: boolean;
}

/** The outputs of a step. */
export interface Answer {
  readonly exitCode: number | null;
  readonly owned: boolean;
  readonly status: string;
  readonly error: string;
  readonly message: string;
  readonly token: number | null;
  /** `state-commit`; `null` where the branch did not exist or the step failed. */
  readonly commit: string | null;
  /** The digest of the record in `result`; `null` for no record. See `digestOf`. */
  readonly digest: string | null;
}

/** What GitHub and the step said to each other. */
export interface Seen {
  /** Ids that its writes carried; a step uses one. */
  readonly requestIds: readonly string[];
  /** Readings that an injected fault served from the past. */
  readonly staleReads: number;
  /** Heads of the branch that readings showed to it, in order. */
  readonly shownHeads: readonly string[];
  /** A fault met its question whether the owner is alive, or whether the actor may take over. */
  readonly livenessUnsure: boolean;
  readonly permissionUnsure: boolean;
}

export interface PostWords {
  readonly mainStep: string;
  readonly warned: boolean;
  readonly exitCode: number | null;
  /** The end of its log, for whoever looks into a violation. */
  readonly log: string;
}

/** When an attempt of a workflow run was over as far as GitHub can tell: between these two moments. */
export interface Ended {
  readonly workflowRunId: number;
  readonly attempt: number;
  readonly from: number;
  readonly to: number;
}

export interface Round {
  readonly repo: string;
  /** Oldest first. */
  readonly commits: readonly BranchCommit[];
  readonly said: readonly Said[];
  readonly ended: readonly Ended[];
}

/** Rules that can be broken, by the letter of what they promise. */
export type Rule =
  | 'record'
  | 'lost change'
  | 'duplicated event'
  | 'token'
  | 'two owners'
  | 'superseded alive'
  | 'acknowledged write'
  | 'hidden write'
  | 'owned'
  | 'answer'
  | 'older than seen'
  | 'left behind'
  | 'post'
  | 'blocked'
  | 'harness';

export interface Violation {
  readonly rule: Rule;
  readonly detail: string;
  readonly pr?: number;
  readonly step?: string;
  readonly commit?: string;
}
