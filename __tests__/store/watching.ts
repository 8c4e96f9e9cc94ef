import { createGithubStore } from '../../src/store/github-store.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { WatchableStore } from '../../src/store/state-store.js';
import { systemClock } from '../../src/time/clock.js';
import { BRANCH, TARGET, WRITER, type Address, type StoreChoice } from './stage.js';

/** The store of a stage, as whoever watches a record has it. */
export async function openWatchable(
  { apiUrl, graphqlUrl }: Address,
  { token = WRITER, ...options }: StoreChoice = {},
): Promise<WatchableStore> {
  return createGithubStore({
    transport: await createTransport({ token, apiUrl, graphqlUrl }),
    ...{ target: TARGET, stateBranch: BRANCH, clock: systemClock, serverUrl: 'https://github.test' },
    ...{ actors: [], allowedActors: [], ownWorkflowRun: null, requiredPermission: 'write' },
    ...options,
  });
}
