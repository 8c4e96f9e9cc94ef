import { startLocalGitHub, type LocalGitHub, type LocalRepository, type LoggedRequest } from './local-github/index.js';
import { runStep, type StepOptions, type StepResult } from './runner.js';

export const STATE_BRANCH = 'runner-coord-state';
export const RECORD_PATH = 'acme/widgets/pr-17.json';

/** The usual stage of a scenario: `acme/widgets` with the open pull request 17 and a token that may write. */
export interface World {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  /** Runs one step; `command` goes to its input of that name. */
  readonly step: (command: string, options?: StepOptions) => Promise<StepResult>;
  /** The stored record of a pull request, or null. */
  readonly record: (pr?: number) => Promise<StoredRecord | null>;
  /** Puts a record, or any text, on the state branch and gives the new head. */
  readonly plant: (record: unknown, pr?: number) => Promise<string>;
  /** What was asked of GitHub since the last call. */
  readonly requestsSince: () => readonly LoggedRequest[];
  readonly close: () => Promise<void>;
}

/** The record as JSON, loosely: tests assert on its parts. */
export interface StoredRecord {
  readonly schemaVersion: number;
  readonly fencingToken: number;
  readonly activeRun: {
    readonly runId: string;
    readonly attempt: number;
    readonly fencingToken: number;
    readonly claimedAt: string;
    readonly updatedAt: string;
    readonly holder: {
      readonly workflowRunId: number | null;
      readonly actor: string | null;
      readonly url: string | null;
    } | null;
  } | null;
  readonly previousRun: { readonly runId: string; readonly replacedByRunId: string | null } | null;
  readonly history: readonly {
    readonly type: string;
    readonly runId: string;
    readonly id: string | null;
    readonly previousRunId: string | null;
    readonly reason: string | null;
    readonly fencingToken: number | null;
    readonly actor?: string;
    readonly cause?: string;
    readonly outcome?: string;
  }[];
  readonly exitSignals: readonly {
    readonly runId: string;
    readonly reason: string | null;
    readonly fencingToken: number | null;
  }[];
}

export async function createWorld(): Promise<World> {
  const github = await startLocalGitHub();
  const repository = await github.createRepository('acme/widgets');
  await repository.openPullRequest({ number: 17 });
  const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'write' } as const;
  github.issueToken('token-octocat', { login: 'octocat', permissions });
  github.issueToken('token-reader', { login: 'reader', permissions: { contents: 'read', 'pull-requests': 'read' } });
  repository.setCollaborator('octocat', 'write');
  let seen = 0;
  return {
    github,
    repository,
    step: (command, options = {}) => runStep(github, { ...options, with: { command, ...options.with } }),
    async record(pr = 17) {
      const text = await repository.readFile(STATE_BRANCH, `acme/widgets/pr-${String(pr)}.json`);
      return text === null ? null : (JSON.parse(text) as StoredRecord);
    },
    plant: (record, pr = 17) =>
      repository.writeFile(
        STATE_BRANCH,
        `acme/widgets/pr-${String(pr)}.json`,
        typeof record === 'string' ? record : JSON.stringify(record, null, 2),
      ),
    requestsSince() {
      const fresh = github.requests.slice(seen);
      seen = github.requests.length;
      return fresh;
    },
    close: () => github.close(),
  };
}
