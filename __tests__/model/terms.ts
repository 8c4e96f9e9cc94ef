/** The words of the reference model. Plain shapes of its own: it borrows none from `src`. */

export interface Holder {
  repo: string | null;
  repoId: number | null;
  workflowRunId: number | null;
  workflow: string | null;
  job: string | null;
  actor: string | null;
  url: string | null;
}

export interface Tenure {
  runId: string;
  attempt: number;
  fencingToken: number;
  claimedAt: string | null;
  updatedAt: string | null;
  expiresAt: string | null;
  detached: boolean;
  id: string | null;
  renewedBy: string | null;
  holder: Holder | null;
}

export interface Entry {
  type: string;
  runId: string;
  attempt: number | null;
  previousRunId: string | null;
  at: string | null;
  reason: string | null;
  fencingToken: number | null;
  id: string | null;
  actor: string | null;
  workflow: string | null;
  workflowRunId: number | null;
  cause?: string;
  entry?: string;
  outcome?: string;
  from?: string;
  to?: string;
  ref?: string;
}

/** A place in line. */
export interface Waiter {
  runId: string;
  attempt: number;
  since: string | null;
  until: string | null;
  detached: boolean;
  expiresAfter: number | null;
  holder: Holder | null;
  id: string | null;
}

export interface Signal {
  runId: string;
  at: string | null;
  reason: string | null;
  fencingToken: number | null;
}

export interface Place {
  repo: string;
  repoId: number | null;
  pr: number;
  scope: null;
}

/** The stored JSON (contract, section 4). */
export interface Stored {
  schemaVersion: number;
  target: Place;
  fencingToken: number;
  activeRun: Tenure | null;
  previousRun: { runId: string; replacedAt: string | null; replacedByRunId: string | null } | null;
  queue: Waiter[];
  history: Entry[];
  exitSignals: Signal[];
}

export interface Asker {
  runId: string;
  attempt: number;
  holder: Holder | null;
}

/** A command with all its inputs; those that it does not use say nothing. */
export interface Ask {
  command: string;
  run: Asker;
  reason: string | null;
  token: number | null;
  requireExisting: boolean;
  /** `null`: only where a tenure would begin. */
  requireOpen: boolean | null;
  requireActiveOwner: boolean;
  targetRunId: string | null;
  evict: boolean;
  strict: boolean;
  supersede: string;
  staleAfterMs: number;
  jobOutcome: string | null;
  /** How long a tenure lasts that begins, or that is renewed. */
  term: { detached: boolean; expiresAfterMs: number | null; byDefault: boolean };
  /** `null`: a refusal ends it. */
  line: { action: string; placeMs: number } | null;
  /** A post step: the write that began the tenure it may end. */
  begunBy: string | null;
  /** A post step, or a step that leaves: all writes of the step that it cleans up after. */
  writes: readonly string[];
  /** `push`: the commit, and the branch where the user names one. */
  publication: { commit: string; branch: string | null; dryRun: boolean } | null;
}

/** The world around the record at the moment of the command. */
export interface Around {
  now: string;
  /** The name of the write, should there be one. */
  id: string;
  /** The target under the present name of its repository. */
  target: Place;
  tokenFloor: number;
  open: boolean;
  /** Whether GitHub calls the owner's workflow run completed; anything but `dead` keeps the owner. */
  ownerRun: string;
  /** The same of the attempt that a place in line is of. */
  waiterRun: (waiter: Waiter) => string;
  /** The names of all writes that this very command has sent before. */
  ownWrites: readonly string[];
  mayTakeOver: boolean;
  /** The branch of the pull request. */
  headBranch: { name: string; isFork: boolean; isDefaultBranch: boolean };
  /** Where git shows its head (`null`: nowhere), and how the commit of a push stands to it; `null`: git was not asked. */
  branch: { head: string | null; relation: string } | null;
}

export interface Reply {
  ok: boolean;
  code: string;
  owned: boolean;
  /** Who holds the target after the command, and its token. */
  owner: string | null;
  token: number | null;
  /** The facts that cost a request and were needed: `liveness`, `permission`, `branch`, and `waiter` with the name of a place. */
  asked: string[];
}

export type Result = { reply: Reply; record: Stored | null };
