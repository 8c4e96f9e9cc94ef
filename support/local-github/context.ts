import { randomUUID } from 'node:crypto';
import type { Injections } from './faults/plan.js';
import type { RefSnapshot } from './git/refs.js';
import type { RefReader } from './state/pulls.js';
import type { Repository } from './state/repository.js';
import type { World } from './state/world.js';
import type { PermissionLevel, TokenGrant } from './types.js';

/** What a handler knows about the request it serves. */
export interface RequestContext {
  readonly world: World;
  readonly grant: TokenGrant | null;
  readonly injections: Injections;
  readonly requestId: string;
  /** The refs for reading, looked up once a request so that everything in one answer agrees. */
  readonly readRefs: RefReader;
  /** To be called after a write: what follows in the same request sees it. */
  readonly forgetRefs: () => void;
}

export function createContext(world: World, grant: TokenGrant | null, injections: Injections): RequestContext {
  const seen = new Map<Repository, Promise<RefSnapshot>>();
  const read = (repository: Repository): Promise<RefSnapshot> => {
    const frozen = injections.snapshots?.get(repository.id);
    if (frozen !== undefined) return Promise.resolve(frozen);
    const { staleWrites } = injections;
    return staleWrites === undefined ? repository.store.refs.list() : repository.store.refs.before(staleWrites);
  };
  return {
    world,
    grant,
    injections,
    requestId: randomUUID()
      .replaceAll('-', '')
      .toUpperCase()
      .replace(/^(.{4})(.{5})(.{6})(.{6}).*$/, '$1:$2:$3:$4'),
    readRefs: (repository) => {
      const refs = seen.get(repository) ?? read(repository);
      seen.set(repository, refs);
      return refs;
    },
    forgetRefs: () => seen.clear(),
  };
}

const ORDER: Record<PermissionLevel, number> = { none: 0, read: 1, write: 2 };

/** Whether the repository exists as far as the caller can tell. */
export function canSee({ grant, world }: RequestContext, repository: Repository): boolean {
  return !repository.isPrivate || (grant !== null && world.isIssuedFor(grant, repository));
}

export function granted({ grant, world }: RequestContext, repository: Repository, permission: string): PermissionLevel {
  return grant === null || !world.isIssuedFor(grant, repository) ? 'none' : (grant.permissions[permission] ?? 'none');
}

/**
 * Whether the token may do this. What is public is open to all readers; `actions` is asked for even there, because a
 * workflow that forgot `actions: read` must be noticed in a test. A token of another repository has it for reading.
 */
export function may(
  context: RequestContext,
  repository: Repository,
  permission: string,
  level: 'read' | 'write',
): boolean {
  if (level === 'read' && !repository.isPrivate) {
    return permission !== 'actions' || (context.grant?.permissions.actions ?? 'none') !== 'none';
  }
  return ORDER[granted(context, repository, permission)] >= ORDER[level];
}
