/** What a round leaves behind to be judged: the commits of a state branch and what every process said. */

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
  /** A name of its own in this round, and the login that its token belongs to. */
  readonly step: string;
  readonly phase: 'main' | 'post';
  readonly command: string;
  readonly pr: number;
  /** `owner/name` as the runner told it, which may be a former name. */
  readonly repo: string;
  readonly workflowRunId: number;
  readonly runId: string;
  readonly attempt: number;
  readonly start: number;
  readonly end: number;
  /** `null`: it was killed before it could say anything. */
  readonly answer: Answer | null;
  readonly killed: boolean;
  /** It logged a warning. */
  readonly warned: boolean;
  readonly inputs: SaidInputs;
  readonly seen: Seen;
  /** For a post step: the step whose tenure it has to end, and what it logged. */
  readonly post?: PostWords;
}

export interface SaidInputs {
  readonly token: number | null;
  readonly targetRunId: string | null;
  readonly requireExisting: boolean;
  /** It waits for its turn, and so answers by its last look but one if the time is up in the middle of the last. */
  readonly waits: boolean;
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
  readonly requests: number;
  /** Ids that its writes carried, each its own. */
  readonly requestIds: readonly string[];
  /** Readings that an injected fault served from the past. */
  readonly staleReads: number;
  /** Heads of the branch that readings showed to it, in order. */
  readonly shownHeads: readonly string[];
  /** Heads in answers that it had to doubt: kept, or with an `Age`. */
  readonly doubtfulHeads: readonly string[];
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

/** When a workflow run was completed, as far as GitHub can tell: since a moment between the first two, until one between the last two. */
export interface Over {
  readonly workflowRunId: number;
  /** Its newest attempt then. */
  readonly attempt: number;
  readonly from: number;
  readonly to: number;
  /** A re-run began; `Infinity`: none did. */
  readonly againFrom: number;
  readonly againTo: number;
}

/** The repository got this name at a moment between these two, and kept it until the next one. */
export interface Naming {
  readonly repo: string;
  readonly from: number;
  readonly to: number;
}

/** What there is of one state branch. */
export interface Round {
  readonly branch: string;
  readonly repoId: number;
  readonly names: readonly Naming[];
  /** Oldest first. */
  readonly commits: readonly BranchCommit[];
  readonly said: readonly Said[];
  readonly over: readonly Over[];
}

/** Rules that can be broken, by the letter of what they promise. */
export type Rule =
  /** Every record parses under the schema, and its parts fit together. */
  | 'record'
  | 'marker'
  /** A commit message that GitHub would link, close or notify by. */
  | 'reference'
  /** A place in line taken, kept, served or lost against the order of coming. */
  | 'line'
  | 'lost change'
  | 'duplicated event'
  | 'token'
  | 'two owners'
  /** What an earlier attempt may no longer do, or a later one not yet. */
  | 'attempt'
  | 'permission'
  | 'unlawful write'
  | 'superseded alive'
  | 'acknowledged write'
  | 'hidden write'
  | 'owned'
  | 'answer'
  /** An answer under a name that the repository no longer had. */
  | 'moved'
  /** A time that is not GitHub's. */
  | 'clock'
  | 'older than seen'
  | 'left behind'
  /** A post step that ended what its step had not begun, or another step had renewed. */
  | 'post'
  /** A tenure begun by a write of a step that had ended, its post step too. */
  | 'late tenure'
  | 'requests'
  | 'blocked'
  | 'harness';

export interface Violation {
  readonly rule: Rule;
  readonly detail: string;
  readonly pr?: number;
  readonly step?: string;
  readonly commit?: string;
}
