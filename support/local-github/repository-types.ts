import type { ObjectFormat } from './git/objects.js';
import type { RefSnapshot } from './git/refs.js';

export type CollaboratorPermission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface PullRequest {
  readonly number: number;
  readonly title: string;
  readonly state: 'open' | 'closed' | 'merged';
  readonly url: string;
  readonly headRepository: string;
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly baseRefName: string;
  readonly baseRefOid: string;
}

export interface OpenPullRequestOptions {
  /** Default: the next free number. */
  readonly number?: number;
  /** Head branch, created with one commit if it is missing. Default: `pr-<number>`. */
  readonly head?: string;
  readonly base?: string;
  /** `owner/name` of the head repository, forked if it does not exist. Default: the repository itself. */
  readonly fork?: string;
  readonly title?: string;
  readonly author?: string;
  readonly draft?: boolean;
}

/** `squashed` is merged too, by one commit that names no other parent than the base. */
export type ClosedHow = 'closed' | 'merged' | 'squashed';

export interface WorkflowRun {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly runAttempt: number;
  /** Name of the workflow; default `agent`. */
  readonly name?: string;
  /** The workflow file; default `.github/workflows/<name>.yml`. GitHub may add `@<ref>`. */
  readonly path?: string;
  readonly event?: string;
  readonly headBranch?: string | null;
  readonly headSha?: string;
  readonly actor?: string;
  /** Who started this attempt; default: the actor. */
  readonly triggeringActor?: string;
  /** Default: when the repository was created. */
  readonly createdAt?: Date;
  /** What `POST …/cancel` does: end the run (default), accept and change nothing, or refuse with 409. */
  readonly onCancel?: 'complete' | 'ignore' | 'refuse';
}

export interface CommitStatus {
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: string;
}

export interface LogEntry {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly at: string;
}

export interface ProtectOptions {
  /** The rule forbids the creation of matching branches and nothing else, as "Restrict creations" does. */
  readonly onlyCreation?: boolean;
}

/**
 * What GitHub may have against a push by git, and says in its own words. A pattern is of branches, `*` stands for anything;
 * default: all. Workflow files without `workflows: 'write'` are refused without a rule.
 */
export type PushRule =
  /** GH006. */
  | { readonly kind: 'protected branch'; readonly pattern?: string; readonly complaint?: string }
  /** GH013. What GitHub committed itself is signed, nothing else is. */
  | { readonly kind: 'signed commits'; readonly pattern?: string }
  /** GH001. Default limit: 100 MB. */
  | { readonly kind: 'large files'; readonly pattern?: string; readonly limitBytes?: number };

export interface RepositoryOptions {
  /** The database id; default: counted up from 1. */
  readonly id?: number;
  readonly defaultBranch?: string;
  /** No commit at all. */
  readonly empty?: boolean;
  readonly private?: boolean;
  /** The hash that names objects. Default: `sha1`. */
  readonly objectFormat?: ObjectFormat;
}

export interface LocalRepository {
  /** The database id; stays through a rename. */
  readonly id: number;
  readonly nameWithOwner: string;
  /** For git over HTTP, under the present name. */
  readonly cloneUrl: string;
  /** The bare repository on disk; git may be used on it directly. */
  readonly gitDir: string;
  /** A rename or, with another owner, a transfer: id, git data, pull requests, runs and collaborators stay. */
  rename(nameWithOwner: string): void;
  /** Gone for everybody; pull requests out of it stay, without a head repository. */
  delete(): void;
  openPullRequest(options?: OpenPullRequestOptions): Promise<PullRequest>;
  pullRequest(number: number): Promise<PullRequest>;
  closePullRequest(number: number, how?: ClosedHow): Promise<void>;
  /** Many at once, with the branches of one that is there; open, or closed at that time. */
  openPullRequestsLike(like: number, numbers: readonly number[], closedAt?: Date | null): Promise<void>;
  reopenPullRequest(number: number): Promise<void>;
  /** Adds a commit to the head branch and gives its oid. */
  pushToPullRequest(number: number): Promise<string>;
  setCollaborator(login: string, permission: CollaboratorPermission): void;
  addRun(run: WorkflowRun): void;
  /** A status other than `completed` drops the conclusion unless one is given. */
  updateRun(id: number, change: Partial<WorkflowRun>): void;
  run(id: number): WorkflowRun | undefined;
  /** The statuses that a commit was given, newest last. Only the newest of each context counts. */
  statuses(sha: string): readonly CommitStatus[];
  /** Refuses writes to branches that match (`*` stands for anything), as a ruleset does: by the API, and pushes (GH013). */
  protectBranch(pattern: string, message: string, options?: ProtectOptions): void;
  unprotectBranch(pattern: string): void;
  /** A further rule for pushes. */
  addPushRule(rule: PushRule): void;
  /** Without those of `protectBranch`. */
  clearPushRules(): void;
  head(branch: string): Promise<string | null>;
  readFile(branch: string, path: string): Promise<string | null>;
  /** The paths of all its files, in the order of git; none of a branch that is not there. */
  pathsOn(branch: string): Promise<string[]>;
  /** Commits around the API: no permission, no rule and no fault is asked. Creates the branch as an orphan if needed. */
  writeFile(branch: string, path: string, content: string | Uint8Array, message?: string): Promise<string>;
  removeFile(branch: string, path: string, message?: string): Promise<string>;
  deleteBranch(branch: string): Promise<void>;
  createBranch(branch: string, oid: string): Promise<void>;
  /** First-parent order, newest first. */
  log(branch: string): Promise<LogEntry[]>;
  /** All refs at this moment, for {@link FaultPlan.freeze} and `servedFrom`. */
  snapshot(): Promise<RefSnapshot>;
}
