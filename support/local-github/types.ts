import type { Clock } from './clock.js';
import type { ContentsEtag } from './conditional.js';
import type { FaultPlan } from './faults/plan.js';
import type { LocalRepository, RepositoryOptions } from './repository-types.js';

export type * from './repository-types.js';

export type PermissionLevel = 'none' | 'read' | 'write';

/** What a token may do. A permission that is not named is `none`, as under `permissions:` of a workflow. */
export interface TokenGrant {
  readonly login: string;
  readonly permissions: {
    readonly contents?: PermissionLevel;
    readonly actions?: PermissionLevel;
    readonly 'pull-requests'?: PermissionLevel;
    readonly [permission: string]: PermissionLevel | undefined;
  };
  /**
   * Repositories the token was issued for (`owner/name`); others are as for a stranger. Default: all. Those that exist
   * when it is issued keep it through a rename.
   */
  readonly repositories?: readonly string[];
}

/** What a token has spent of its two buckets. */
export interface Points {
  readonly core: number;
  readonly graphql: number;
}

export type GitService = 'git-upload-pack' | 'git-receive-pack';

/** One ref that a push wants moved; zeros stand for "is not there". */
export interface RefCommand {
  readonly ref: string;
  readonly oldOid: string;
  readonly newOid: string;
}

/** What became of a ref in a push. */
export type RefResult =
  { readonly ref: string; readonly ok: true } | { readonly ref: string; readonly ok: false; readonly reason: string };

export interface LoggedGit {
  /** null for the old protocol of plain files, which is refused. */
  readonly service: GitService | null;
  /** As the path has it, without `.git`. */
  readonly repository: string;
  /** The refs are asked for (`info/refs`), and nothing is fetched or pushed yet. */
  readonly isAdvertisement: boolean;
  /** What a push wants moved. Only a push that has some is one: before a large pack, git sends an empty request. */
  readonly commands: readonly RefCommand[];
  /** What the client of a push chose, such as `atomic`. */
  readonly capabilities: readonly string[];
  /** What git made of a push, whatever its client was told; empty where git was not asked. */
  readonly results: readonly RefResult[];
}

export interface LoggedRequest {
  readonly index: number;
  /** Milliseconds since the local GitHub started. */
  readonly at: number;
  /** When it came, by the clock of the world. */
  readonly date: Date;
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly kind: 'graphql query' | 'graphql mutation' | 'rest' | 'git';
  /**
   * Root fields of a GraphQL document, joined by ", "; for REST like `POST /repos/{owner}/{repo}/git/trees`; for git the
   * service, with ` refs` behind it where the refs are asked for.
   */
  readonly operation: string;
  /** The name of a GraphQL operation, if it has one. */
  readonly operationName: string | null;
  readonly rootFields: readonly string[];
  /** Whether a token came with the request. The token itself is never kept. */
  readonly token: boolean;
  /** Whose token it is; null for none or an unknown one. */
  readonly login: string | null;
  /** What git asked for; nothing for any other request. */
  readonly git?: LoggedGit;
  /** Parsed JSON, or the text where it is none; nothing for git. */
  readonly body: unknown;
  readonly userAgent: string;
  /** The header `Cache-Control`, or ''. */
  readonly cacheControl: string;
  /** The header `Accept`, or ''. */
  readonly accept: string;
  /** The header `If-None-Match`, or ''. */
  readonly ifNoneMatch: string;
  /** What the client got: a conditional request that nothing came of shows as 304. */
  readonly status: number | null;
  /** Milliseconds from its arrival until the answer was given to the connection; `null` while it is under way. */
  readonly took: number | null;
  readonly outcome: 'pending' | 'answered' | 'reset' | 'hung' | 'client gone';
  /** The names of the faults that met this request, joined by " + ". */
  readonly fault?: string;
}

export interface LocalGitHubOptions {
  /** What the clock runs on. Default: the clock of the machine. */
  readonly now?: () => Date;
  /** Whether the ETag of a file's contents is another one after every commit of the branch. Default: `body`, it is not. */
  readonly contentsEtag?: ContentsEtag;
  /** Logins of Apps beside `Copilot`; see {@link LocalGitHub.declareApp}. */
  readonly apps?: readonly string[];
  readonly port?: number;
  /** Key and certificate as PEM: it speaks HTTPS then. */
  readonly tls?: { readonly key: string; readonly cert: string };
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
  /** The clock behind `Date` headers and all times in answers. */
  readonly clock: Clock;
  clearRequests(): void;
  createRepository(nameWithOwner: string, options?: RepositoryOptions): Promise<LocalRepository>;
  /** By its present name; throws where there is none. */
  repository(nameWithOwner: string): LocalRepository;
  /** By its present name, or a former one that no new repository has taken. */
  findRepository(nameWithOwner: string): LocalRepository | null;
  /** Makes a login without `[bot]` an App: no account of a user, and no collaborator permission. */
  declareApp(login: string): void;
  issueToken(token: string, grant: TokenGrant): void;
  revokeToken(token: string): void;
  /** What was spent under the last grant of a token: 1 a request, nothing for a 304. No limit ends the count. */
  points(token: string): Points;
  close(): Promise<void>;
}
