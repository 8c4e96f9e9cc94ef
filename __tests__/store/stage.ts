import type { ActiveRun, HistoryEvent, OwnershipRecord, Target } from '../../src/core/record.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { coordinate } from '../../src/coordinate.js';
import { createGithubStore, type GithubStoreOptions } from '../../src/store/github-store.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { Change, StateStore } from '../../src/store/state-store.js';
import type { Clock } from '../../src/time/clock.js';
import { systemClock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';

/** The GitHub store over real HTTP to a local GitHub, in this process: no step, no child, no event. */

export const BRANCH = 'runner-coord-state';
export const TARGET: Target = { repo: 'acme/widgets', pr: 17 };
export const PATH = 'acme/widgets/pr-17.json';
export const NOW = '2026-11-22T08:00:00.000Z';

/** Never to be seen in any message. */
export const WRITER = 'ghs_writer0123456789abcdef';
export const READER = 'ghs_reader0123456789abcdef';
/** May read contents, and nothing else. */
export const BLIND = 'ghs_blind00123456789abcdef';
export const UNKNOWN = 'ghs_stolen0123456789abcdef';

export interface StoreStage {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  store(options?: StoreChoice): Promise<StateStore>;
  /** What was asked of GitHub since the last call. */
  asked(): string[];
  close(): Promise<void>;
}

export interface StoreChoice extends Partial<Omit<GithubStoreOptions, 'transport'>> {
  readonly token?: string;
}

/** `acme/widgets`, private so that every permission is asked for, with the open pull request 17. */
export async function startStage(): Promise<StoreStage> {
  const github = await startLocalGitHub();
  const repository = await github.createRepository(TARGET.repo, { private: true });
  await repository.openPullRequest({ number: TARGET.pr });
  repository.setCollaborator('octocat', 'write');
  const all = { contents: 'write', actions: 'write', 'pull-requests': 'write' } as const;
  github.issueToken(WRITER, { login: 'octocat', permissions: all });
  github.issueToken(READER, { login: 'reader', permissions: { contents: 'read', 'pull-requests': 'read' } });
  github.issueToken(BLIND, { login: 'blind', permissions: { contents: 'read' } });
  let seen = 0;
  return {
    github,
    repository,
    store: (options) => openStore(github, options),
    asked() {
      const fresh = github.requests.slice(seen).map(({ operation }) => operation);
      seen = github.requests.length;
      return fresh;
    },
    close: () => github.close(),
  };
}

/** Where a store finds its GitHub: the local one, or a server that is none. */
export type Address = Pick<LocalGitHub, 'apiUrl' | 'graphqlUrl'>;

export async function openStore(
  { apiUrl, graphqlUrl }: Address,
  { token = WRITER, ...options }: StoreChoice = {},
): Promise<StateStore> {
  const transport = await createTransport({ token, apiUrl, graphqlUrl });
  return createGithubStore({
    transport,
    target: TARGET,
    stateBranch: BRANCH,
    clock: systemClock,
    actor: 'octocat',
    ownWorkflowRun: { id: 1001, attempt: 1 },
    requiredPermission: 'write',
    ...options,
  });
}

/** A real deadline of so many milliseconds. */
export function within(milliseconds = 20_000): Deadline {
  return new Deadline(systemClock, milliseconds);
}

/** A clock whose sleeps take no time but count, and that notes each of them. Chance is the middle. */
export class VirtualClock implements Clock {
  readonly slept: number[] = [];
  #elapsed = 0;

  now(): string {
    return new Date(Date.parse(NOW) + this.#elapsed).toISOString();
  }

  monotonic(): number {
    return this.#elapsed;
  }

  sleep(milliseconds: number): Promise<void> {
    this.slept.push(milliseconds);
    this.#elapsed += milliseconds;
    return Promise.resolve();
  }

  random(): number {
    return 0.5;
  }
}

export function requestOf(parts: Partial<CoordinationRequest> = {}): CoordinationRequest {
  return {
    command: 'claim',
    id: 'request-1',
    run: { runId: '1001', attempt: 1, holder: null },
    reason: null,
    fencingToken: null,
    requireExisting: false,
    requireActiveOwner: true,
    targetRunId: null,
    evict: false,
    strict: false,
    supersede: 'dead',
    staleAfterMs: 1_800_000,
    jobOutcome: null,
    ...parts,
  };
}

export interface Coordinated {
  readonly outcome: Outcome;
  readonly warnings: readonly string[];
  readonly slept: readonly number[];
}

/** Coordinates over the store with a virtual clock; `budgetMs` is what the whole step may take on it. */
export async function coordinated(
  request: CoordinationRequest,
  open: (clock: Clock) => Promise<StateStore>,
  budgetMs = 120_000,
): Promise<Coordinated> {
  const clock = new VirtualClock();
  const warnings: string[] = [];
  const outcome = await coordinate(request, {
    store: await open(clock),
    clock,
    deadline: new Deadline(clock, budgetMs),
    takeoverPermission: 'unasked',
    warn: (message) => warnings.push(message),
    debug: () => undefined,
  });
  return { outcome, warnings, slept: clock.slept };
}

/** An owner with a workflow run of the target's repository. */
export function ownerOf(parts: Partial<ActiveRun> = {}, workflowRunId = 2002): ActiveRun {
  const url = `https://github.test/acme/widgets/actions/runs/${String(workflowRunId)}/attempts/1`;
  return {
    runId: String(workflowRunId),
    attempt: 1,
    fencingToken: 1,
    claimedAt: NOW,
    updatedAt: NOW,
    holder: { workflowRunId, workflow: 'agent', job: 'fix', actor: 'octocat', url },
    ...parts,
  };
}

export function recordOf(parts: Partial<OwnershipRecord> = {}): OwnershipRecord {
  const activeRun = ownerOf();
  return {
    schemaVersion: 3,
    target: TARGET,
    fencingToken: activeRun.fencingToken,
    activeRun,
    previousRun: null,
    history: [eventOf()],
    exitSignals: [],
    ...parts,
  };
}

export function eventOf(parts: Partial<HistoryEvent> = {}): HistoryEvent {
  return {
    type: 'claim',
    runId: '2002',
    previousRunId: null,
    at: NOW,
    reason: null,
    fencingToken: 1,
    id: 'earlier',
    ...parts,
  };
}

/** The change that puts `record` on top of `expectedHead`. */
export function changeOf(expectedHead: string | null, record: OwnershipRecord = recordOf()): Change {
  return { expectedHead, next: record, event: record.history.at(-1) ?? eventOf() };
}

/** Everything that a person could be shown of an answer, as one text. */
export function shown(value: unknown): string {
  const told = (_key: string, part: unknown): unknown =>
    part instanceof Error ? { name: part.name, message: part.message } : part;
  return JSON.stringify(value, told);
}
