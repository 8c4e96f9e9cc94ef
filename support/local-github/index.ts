import { rm } from 'node:fs/promises';
import { Clock } from './clock.js';
import { FaultPlan } from './faults/plan.js';
import { pointsOf } from './rate-limit.js';
import { RequestLog } from './request-log.js';
import { scratchFolder } from './scratch-folder.js';
import { listen } from './server.js';
import { World } from './state/world.js';
import type { LocalGitHub, LocalGitHubOptions } from './types.js';

export { Clock } from './clock.js';
export * from './faults/actions.js';
export { Barrier } from './faults/barrier.js';
export * from './faults/clock-faults.js';
export { combined } from './faults/combined.js';
export * from './faults/head-faults.js';
export { landsLate, type LateWrite } from './faults/late-write.js';
export * from './faults/limits.js';
export * from './faults/matchers.js';
export * from './faults/push-faults.js';
export * from './faults/ref-creation.js';
export { FaultPlan } from './faults/plan.js';
export type {
  Answer,
  FaultAction,
  FaultHandle,
  FaultRule,
  Injections,
  Match,
  Meanwhile,
  Reply,
} from './faults/plan.js';
export type { RefSnapshot } from './git/refs.js';
export { ZERO_OID } from './git/objects.js';
export type * from './types.js';

/**
 * Starts a GitHub on 127.0.0.1 for tests and the demo: real bare git repositories behind GitHub's GraphQL schema and
 * REST routes. It behaves as docs and observation say the real one does, and it fails on command.
 */
export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const folder = options.folder ?? scratchFolder('local-github-');
  const clock = new Clock(options.now);
  const world = new World(folder, clock, options.contentsEtag);
  for (const login of options.apps ?? []) world.users.declareApp(login);
  const log = new RequestLog(world);
  const faults = new FaultPlan();
  const server = await listen({ world, log, faults }, options);
  world.serverUrl = server.url;
  return {
    serverUrl: server.url,
    apiUrl: world.apiUrl,
    graphqlUrl: `${server.url}/api/graphql`,
    requests: log.entries,
    violations: world.violations,
    faults,
    clock,
    clearRequests: () => {
      log.entries.length = 0;
    },
    createRepository: (nameWithOwner, repositoryOptions) => world.createRepository(nameWithOwner, repositoryOptions),
    repository: (nameWithOwner) => world.repository(nameWithOwner),
    findRepository: (nameWithOwner) => world.find(nameWithOwner) ?? world.findFormer(nameWithOwner),
    declareApp: (login) => world.users.declareApp(login),
    issueToken: (token, grant) => world.issueToken(token, grant),
    revokeToken: (token) => world.revokeToken(token),
    points: (token) => pointsOf(world.lastGrant(token)),
    close: async () => {
      faults.clear();
      await server.close();
      world.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
