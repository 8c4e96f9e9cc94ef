/** What the checker judges: what was told, what git's server did, and what both branches say afterwards. */

/** One command of the command line, from its start to its end. */
export interface Said {
  /** Also the login of its token: that tells its requests from all others. */
  readonly step: string;
  readonly command: string;
  readonly runId: string;
  readonly attempt: number;
  /** `null` where a signal ended it. */
  readonly exitStatus: number | null;
  /** `null` where it had no time to answer. */
  readonly answer: Told | null;
  readonly killed: Killed | null;
  /** What a push was to publish; `null` for every other command. */
  readonly commit: string | null;
  /** The head that a push was told to replace. */
  readonly lease: string | null;
  readonly dryRun: boolean;
  /** What is in its `RUNNER_TEMP` after it, and what of the checkout is not as it was. */
  readonly leftBehind: readonly string[];
  readonly changedFiles: readonly string[];
  readonly stderr: string;
}

/** The process alone, it and all that it had started, or one of its gits. */
export type Killed = 'process' | 'process and git' | 'git';

export interface Told {
  readonly ok: boolean;
  readonly owned: boolean;
  readonly status: string | null;
  readonly error: string | null;
  readonly message: string;
  readonly publishedSha: string | null;
  readonly publishedFrom: string | null;
  readonly token: number | null;
  readonly stateCommit: string | null;
}

/** A ref that a push wanted moved, and whether git's server did. */
export interface PushedRef {
  readonly ref: string;
  readonly from: string;
  readonly to: string;
  readonly ok: boolean;
}

/** A push as git's server had it, whatever its client was told. */
export interface Push {
  readonly login: string;
  readonly isAtomic: boolean;
  readonly refs: readonly PushedRef[];
}

/** One line of the server's own log of the branch. */
export interface Move {
  readonly from: string;
  readonly to: string;
  /** Whether nothing of `from` is missing in `to`. */
  readonly buildsOn: boolean;
}

export interface StateCommit {
  readonly oid: string;
  /** Paths that it changes, and what they hold then. */
  readonly changes: readonly { readonly path: string; readonly text: string | null }[];
}

export interface Story {
  readonly branchRef: string;
  readonly stateRef: string;
  readonly recordPath: string;
  readonly said: readonly Said[];
  readonly pushes: readonly Push[];
  /** Of the branch of the pull request, oldest first. */
  readonly moves: readonly Move[];
  /** Where the branch was before the first move. */
  readonly start: string;
  readonly head: string | null;
  /** First-parent log of the state branch, oldest first. */
  readonly commits: readonly StateCommit[];
  /** What the claim at the end was answered, or why it was not. */
  readonly lastClaim: string;
}

export type Rule =
  | 'half landed'
  | 'pairing'
  | 'tenure'
  | 'tree'
  | 'record'
  | 'parent'
  | 'order'
  | 'lost commit'
  | 'answer'
  | 'exit status'
  | 'owned'
  | 'hidden push'
  | 'left behind'
  | 'checkout'
  | 'blocked'
  | 'harness';

export interface Violation {
  readonly rule: Rule;
  readonly detail: string;
}
