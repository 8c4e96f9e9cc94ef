import { type LocalGitHub, type LocalRepository, startLocalGitHub } from './index.js';

/** An answer as these tests look at it. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: unknown;
  /** A value inside the JSON, by a path like `errors[0].message`. */
  readonly at: (path: string) => unknown;
}

export const COMMIT = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

/** The plainest client there is: no retries, no redirects, no opinion about an answer. */
export class TestClient {
  #count = 0;
  #repository: LocalRepository | undefined;

  private constructor(readonly github: LocalGitHub) {}

  static async start(): Promise<TestClient> {
    const github = await startLocalGitHub();
    const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'read' } as const;
    github.issueToken('writer', { login: 'octocat', permissions });
    github.issueToken('reader', { login: 'github-actions[bot]', permissions: { contents: 'read' } });
    return new TestClient(github);
  }

  /** The number of the test's repository, for names that must not meet another test's. */
  get number(): number {
    return this.#count;
  }

  get repository(): LocalRepository {
    if (this.#repository === undefined) throw new Error('No repository yet.');
    return this.#repository;
  }

  /** A repository of its own for each test. */
  async nextRepository(): Promise<void> {
    this.#count += 1;
    this.#repository = await this.github.createRepository(`Acme/widgets-${this.#count}`);
    this.github.clearRequests();
  }

  async send(method: string, url: string, body?: unknown, token = 'writer'): Promise<Answered> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (token !== '') headers.authorization = `bearer ${token}`;
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(8000) });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    const json: unknown = isJson ? JSON.parse(text) : null;
    return { status: response.status, headers: response.headers, text, json, at: (path) => valueAt(json, path) };
  }

  graphql(query: string, variables: object = {}, token = 'writer'): Promise<Answered> {
    return this.send('POST', this.github.graphqlUrl, { query, variables }, token);
  }

  /** Below `/repos/{owner}/{repo}` of the test's repository. */
  rest(method: string, path: string, body?: unknown, token = 'writer'): Promise<Answered> {
    return this.send(method, `${this.github.apiUrl}/repos/${this.repository.nameWithOwner}${path}`, body, token);
  }

  async head(branch = 'main'): Promise<string> {
    return (await this.repository.head(branch)) ?? '';
  }

  commitInput(expectedHeadOid: string, path = 'a.json', content = '{}\n'): object {
    return {
      branch: { repositoryNameWithOwner: this.repository.nameWithOwner, branchName: 'main' },
      expectedHeadOid,
      message: { headline: 'Write', body: 'Because.' },
      fileChanges: { additions: [{ path, contents: Buffer.from(content).toString('base64') }] },
    };
  }
}

function valueAt(value: unknown, path: string): unknown {
  let current = value;
  for (const key of path.split(/[.[\]]+/).filter((part) => part !== '')) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[key];
  }
  return current;
}
