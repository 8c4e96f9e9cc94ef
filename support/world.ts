import {
  startLocalGitHub,
  type LocalGitHub,
  type LocalGitHubOptions,
  type LocalRepository,
  type LoggedRequest,
} from './local-github/index.js';
import { runStep, type Execute, type StepOptions, type StepResult } from './runner.js';

export const STATE_BRANCH = 'runner-coord-state';
/** The id of `acme/widgets`, which every record and the marker of its state branch name. */
export const REPOSITORY_ID = 7;
export const RECORD_PATH = recordPath(17);
export const MARKER_PATH = '.runner-coord.json';

/** Where the record of a pull request lies, written out once more apart from the code under test. */
export function recordPath(pr: number): string {
  return `pulls/${String(Math.floor(pr / 1000))}/${String(pr)}.json`;
}

/** The text of a marker of layout 1. */
export function markerOf(changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ layout: 1, repoId: REPOSITORY_ID, stateBranch: STATE_BRANCH, tokenFloor: 0, ...changes });
}

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
  readonly target: {
    readonly repo: string;
    readonly repoId: number | null;
    readonly pr: number;
    readonly scope: string | null;
  };
  readonly fencingToken: number;
  readonly activeRun: {
    readonly runId: string;
    readonly attempt: number;
    readonly fencingToken: number;
    readonly claimedAt: string;
    readonly updatedAt: string;
    readonly expiresAt: string | null;
    readonly detached: boolean;
    readonly id: string | null;
    readonly renewedBy: string | null;
    readonly holder: {
      readonly repo: string | null;
      readonly repoId: number | null;
      readonly workflowRunId: number | null;
      readonly actor: string | null;
      readonly url: string | null;
    } | null;
  } | null;
  readonly previousRun: { readonly runId: string; readonly replacedByRunId: string | null } | null;
  readonly queue: readonly unknown[];
  readonly history: readonly {
    readonly type: string;
    readonly runId: string;
    readonly id: string | null;
    readonly previousRunId: string | null;
    readonly reason: string | null;
    readonly fencingToken: number | null;
    readonly attempt: number | null;
    readonly actor: string | null;
    readonly workflow: string | null;
    readonly workflowRunId: number | null;
    readonly cause?: string;
    readonly outcome?: string;
  }[];
  readonly exitSignals: readonly {
    readonly runId: string;
    readonly reason: string | null;
    readonly fencingToken: number | null;
  }[];
}

export async function createWorld(options: LocalGitHubOptions = {}, execute?: Execute): Promise<World> {
  const github = await startLocalGitHub(options);
  const repository = await github.createRepository('acme/widgets', { id: REPOSITORY_ID });
  await repository.openPullRequest({ number: 17 });
  const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'write' } as const;
  github.issueToken('token-octocat', { login: 'octocat', permissions });
  github.issueToken('token-reader', { login: 'reader', permissions: { contents: 'read', 'pull-requests': 'read' } });
  repository.setCollaborator('octocat', 'write');
  let seen = 0;
  return {
    github,
    repository,
    step: (command, options = {}) => runStep(github, { ...options, with: { command, ...options.with } }, execute),
    async record(pr = 17) {
      const text = await repository.readFile(STATE_BRANCH, recordPath(pr));
      return text === null ? null : (JSON.parse(text) as StoredRecord);
    },
    async plant(record, pr = 17) {
      if ((await repository.readFile(STATE_BRANCH, MARKER_PATH)) === null) {
        await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf());
      }
      const text = typeof record === 'string' ? record : JSON.stringify(record, null, 2);
      return repository.writeFile(STATE_BRANCH, recordPath(pr), text);
    },
    requestsSince() {
      const fresh = github.requests.slice(seen);
      seen = github.requests.length;
      return fresh;
    },
    close: () => github.close(),
  };
}
