import type { Target } from '../core/record.js';
import { createGithubStore } from '../store/github-store.js';
import type { RequiredPermission } from '../store/actor-permission.js';
import { createTransport } from '../store/octokit-transport.js';
import type { StateStore } from '../store/state-store.js';
import type { Transport } from '../store/transport.js';
import type { Clock } from '../time/clock.js';
import type { Environment } from './environment.js';

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
}

export function openStore({ environment, ...options }: StoreChoice): StateStore {
  const { actor, repository, workflowRunId: id, attempt } = environment;
  const sameRepository = repository?.toLowerCase() === options.target.repo;
  return createGithubStore({
    ...options,
    actor,
    ownWorkflowRun: sameRepository && id !== null ? { id, attempt } : null,
  });
}
