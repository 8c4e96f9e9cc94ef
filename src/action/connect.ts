import type { Target } from '../core/record.js';
import { createGithubStore } from '../store/github-store.js';
import type { RequiredPermission } from '../store/actor-permission.js';
import { createTransport } from '../store/octokit-transport.js';
import type { StateStore } from '../store/state-store.js';
import type { Transport } from '../store/transport.js';
import type { Clock } from '../time/clock.js';
import { actorsOf, type Environment } from './environment.js';

/** The connection to the GitHub that this run belongs to. */
export function connect(environment: Environment, token: string): Promise<Transport> {
  const { apiUrl, graphqlUrl } = environment;
  return createTransport({ token, apiUrl, graphqlUrl });
}

export interface StoreChoice {
  readonly transport: Transport;
  readonly target: Target;
  readonly stateBranch: string;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly requiredPermission: RequiredPermission;
  readonly allowedActors: readonly string[];
}

export function openStore({ environment, ...options }: StoreChoice): StateStore {
  const { repository, repositoryId: repoId, workflowRunId: id, attempt, serverUrl } = environment;
  return createGithubStore({
    ...options,
    serverUrl,
    actors: actorsOf(environment),
    ownWorkflowRun: id === null ? null : { id, attempt, repo: repository?.toLowerCase() ?? null, repoId },
  });
}

/** The id of the target's repository, where the runner has told it: that of its own repository. */
export function repositoryIdOf(target: Target, { repository, repositoryId }: Environment): number | null {
  return repository?.toLowerCase() === target.repo ? repositoryId : null;
}
