import { MARKER_PATH, writeMarker, type Marker } from '../../src/core/marker.js';
import { createGithubStore, type GithubStoreOptions } from '../../src/store/github-store.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { StateStore } from '../../src/store/state-store.js';
import { systemClock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { PATH, TARGET } from './records.js';

export * from './coordinated.js';
export * from './records.js';

/** The GitHub store over real HTTP to a local GitHub, in this process: no step, no child, no event. */

export const BRANCH = 'runner-coord-state';

/** Never to be seen in any message. */
export const WRITER = 'ghs_writer0123456789abcdef';
export const READER = 'ghs_reader0123456789abcdef';
/** May read contents, and nothing else. */
export const BLIND = 'ghs_blind00123456789abcdef';
export const UNKNOWN = 'ghs_stolen0123456789abcdef';
export const TOKENS: readonly string[] = [WRITER, READER, BLIND, UNKNOWN];

export interface StoreStage {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  store(options?: StoreChoice): Promise<StateStore>;
  /** Writes the marker of this repository's state branch, and gives the new head. */
  mark(stateBranch?: string, parts?: Parameters<typeof markerOf>[1]): Promise<string>;
  /** Puts a text where a record lies, on a branch with its marker, and gives the new head. */
  plant(text: string | Uint8Array, path?: string, stateBranch?: string): Promise<string>;
  /** What was asked of GitHub since the last call. */
  asked(): string[];
  close(): Promise<void>;
}

export interface StoreChoice extends Partial<Omit<GithubStoreOptions, 'transport'>> {
  readonly token?: string;
}

/** `acme/widgets` with id 7, private so that every permission is asked for, with the open pull request 17. */
export async function startStage(): Promise<StoreStage> {
  const github = await startLocalGitHub();
  const repository = await github.createRepository(TARGET.repo, { id: 7, private: true });
  await repository.openPullRequest({ number: TARGET.pr });
  repository.setCollaborator('octocat', 'write');
  const all = { contents: 'write', actions: 'write', 'pull-requests': 'write' } as const;
  github.issueToken(WRITER, { login: 'octocat', permissions: all });
  github.issueToken(READER, { login: 'reader', permissions: { contents: 'read', 'pull-requests': 'read' } });
  github.issueToken(BLIND, { login: 'blind', permissions: { contents: 'read' } });
  let seen = 0;
  const mark: StoreStage['mark'] = (stateBranch = BRANCH, parts = {}) =>
    repository.writeFile(stateBranch, MARKER_PATH, markerOf(stateBranch, parts));
  return {
    github,
    repository,
    store: (options) => openStore(github, options),
    mark,
    async plant(text, path = PATH, stateBranch = BRANCH) {
      if ((await repository.readFile(stateBranch, MARKER_PATH)) === null) await mark(stateBranch);
      return repository.writeFile(stateBranch, path, text);
    },
    asked() {
      const fresh = github.requests.slice(seen).map(({ operation }) => operation);
      seen = github.requests.length;
      return fresh;
    },
    close: () => github.close(),
  };
}

export function markerOf(stateBranch: string, parts: Partial<Marker> = {}): string {
  return writeMarker({ repoId: 7, stateBranch, shard: null, tokenFloor: 0, moved: null, ...parts });
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
    serverUrl: 'https://github.test',
    actors: ['octocat'],
    allowedActors: [],
    ownWorkflowRun: { id: 1001, attempt: 1, repo: TARGET.repo, repoId: TARGET.repoId },
    requiredPermission: 'write',
    ...options,
  });
}

/** A real deadline of so many milliseconds. */
export function within(milliseconds = 20_000): Deadline {
  return new Deadline(systemClock, milliseconds);
}

/** Everything that a person could be shown of an answer, as one text. */
export function shown(value: unknown): string {
  const told = (_key: string, part: unknown): unknown =>
    part instanceof Error ? { name: part.name, message: part.message } : part;
  return JSON.stringify(value, told);
}
