import type { FaultPlan } from './faults/plan.js';
import type { RefSnapshot } from './git/refs.js';

export type PermissionLevel = 'none' | 'read' | 'write';
export type CollaboratorPermission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** What a token may do. A permission that is not named is `none`, as under `permissions:` of a workflow. */
export interface TokenGrant {
  readonly login: string;
  readonly permissions: {
    readonly contents?: PermissionLevel;
    readonly actions?: PermissionLevel;
    readonly 'pull-requests'?: PermissionLevel;
    readonly [permission: string]: PermissionLevel | undefined;
  };
  /** Repositories the token was issued for (`owner/name`); others are as for a stranger. Default: all. */
  readonly repositories?: readonly string[];
}

export interface LoggedRequest {
  readonly index: number;
  /** Milliseconds since the local GitHub started. */
  readonly at: number;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly kind: 'graphql query' | 'graphql mutation' | 'rest';
  /** Root fields of a GraphQL document, joined by ", "; for REST like `POST /repos/{owner}/{repo}/git/trees`. */
  readonly operation: string;
  /** The name of a GraphQL operation, if it has one. */
  readonly operationName: string | null;
  readonly rootFields: readonly string[];
  /** Whether a token came with the request. The token itself is never kept. */
  readonly token: boolean;
  /** Whose token it is; null for none or an unknown one. */
  readonly login: string | null;
  /** Parsed JSON, or the text where it is none. */
  readonly body: unknown;
  readonly userAgent: string;
  readonly status: number | null;
  readonly outcome: 'pending' | 'answered' | 'reset' | 'hung' | 'client gone';
  /** The names of the faults that met this request, joined by " + ". */
  readonly fault?: string;
}

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

export interface WorkflowRun {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly runAttempt: number;
  readonly name?: string;
  readonly event?: string;
  readonly headBranch?: string | null;
  readonly headSha?: string;
  readonly actor?: string;
  /** What `POST …/cancel` does: end the run (default), accept and change nothing, or refuse with 409. */
  readonly onCancel?: 'complete' | 'ignore' | 'refuse';
}

export interface LogEntry {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly at: string;
}

export interface RepositoryOptions {
  readonly defaultBranch?: string;
  /** No commit at all. */
  readonly empty?: boolean;
  readonly private?: boolean;
}

export interface LocalRepository {
  readonly nameWithOwner: string;
  /** The bare repository on disk; git may be used on it directly. */
  readonly gitDir: string;
  openPullRequest(options?: OpenPullRequestOptions): Promise<PullRequest>;
  pullRequest(number: number): Promise<PullRequest>;
  closePullRequest(number: number, how?: 'closed' | 'merged'): Promise<void>;
  /** Adds a commit to the head branch and gives its oid. */
  pushToPullRequest(number: number): Promise<string>;
  setCollaborator(login: string, permission: CollaboratorPermission): void;
  addRun(run: WorkflowRun): void;
  updateRun(id: number, change: Partial<WorkflowRun>): void;
  run(id: number): WorkflowRun | undefined;
  /** Refuses writes through the API to branches that match (`*` stands for anything), as a ruleset does. */
  protectBranch(pattern: string, message: string): void;
  unprotectBranch(pattern: string): void;
  head(branch: string): Promise<string | null>;
  readFile(branch: string, path: string): Promise<string | null>;
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

export interface LocalGitHubOptions {
  /** Default: the clock of the machine. */
  readonly now?: () => Date;
  readonly port?: number;
  /** Where the bare repositories go. Default: a temporary folder, removed by `close`. */
  readonly folder?: string;
}

export interface LocalGitHub {
  /** `GITHUB_SERVER_URL` */
  readonly serverUrl: string;
  /** `GITHUB_API_URL` */
  readonly apiUrl: string;
  /** `GITHUB_GRAPHQL_URL` */
  readonly graphqlUrl: string;
  /** Every request in order of arrival, refused ones as well. */
  readonly requests: readonly LoggedRequest[];
  /** Answers of our own that GitHub's schemas do not allow, and fields nobody implemented. Assert that it is empty. */
  readonly violations: readonly string[];
  readonly faults: FaultPlan;
  clearRequests(): void;
  createRepository(nameWithOwner: string, options?: RepositoryOptions): Promise<LocalRepository>;
  repository(nameWithOwner: string): LocalRepository;
  issueToken(token: string, grant: TokenGrant): void;
  revokeToken(token: string): void;
  close(): Promise<void>;
}
