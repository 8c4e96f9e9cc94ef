import { canSee, type RequestContext } from '../context.js';
import { isoSeconds } from '../git/objects.js';
import { nodeId, parseNodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { rateLimitOf } from '../rate-limit.js';
import { refusal } from './errors.js';
import { type Resolvers, text } from './resolvers.js';
import { actorSource, commitByOid, findRef, objectByOid, pullSource, repositorySource } from './sources.js';

/**
 * The repository, or GitHub's NOT_FOUND, which also stands for "you may not see it". Old names count for queries alone:
 * nobody knows whether GitHub's mutations follow renames, so nothing may rely on it.
 */
export function requireRepository(context: RequestContext, nameWithOwner: string, followRenames = false): Repository {
  const { world } = context;
  const repository = world.find(nameWithOwner) ?? (followRenames ? world.findFormer(nameWithOwner) : null);
  if (repository === null || !canSee(context, repository)) {
    throw refusal('NOT_FOUND', `Could not resolve to a Repository with the name '${nameWithOwner}'.`);
  }
  return repository;
}

/** The repository behind a global id. */
export function requireRepositoryById(context: RequestContext, id: string): Repository {
  const parsed = parseNodeId(id);
  const repository = parsed === null ? null : context.world.findById(Number(parsed.parts[0]));
  if (repository === null || !canSee(context, repository)) throw unknownNode(id);
  return repository;
}

export function unknownNode(id: string): Error {
  return refusal('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`);
}

async function node(context: RequestContext, id: string): Promise<unknown> {
  const parsed = parseNodeId(id);
  if (parsed === null) throw unknownNode(id);
  const [first = '', second = ''] = parsed.parts;
  if (parsed.kind === 'User') return actorSource(first);
  const repository = requireRepositoryById(context, id);
  switch (parsed.kind) {
    case 'Repository':
      return repositorySource(repository);
    case 'Ref': {
      const ref = await findRef(context, repository, second);
      if (ref === null) throw unknownNode(id);
      return ref;
    }
    case 'PullRequest': {
      const pull = repository.pulls.get(Number(second));
      if (pull === null) throw unknownNode(id);
      return pullSource(repository, pull);
    }
    case 'Commit':
      return commitByOid(repository, second);
    case 'Tree':
    case 'Blob':
      return objectByOid(repository, second);
    case 'Run':
      throw unknownNode(id);
  }
}

export const queryResolvers: Resolvers<unknown> = {
  repository: (_source, args, context) =>
    repositorySource(
      requireRepository(context, `${text(args.owner)}/${text(args.name)}`, args.followRenames !== false),
    ),
  viewer: (_source, _args, context) => ({ __typename: 'User', login: context.grant?.login ?? '' }),
  user: (_source, args) => ({ __typename: 'User', login: text(args.login) }),
  node: (_source, args, context) => node(context, text(args.id)),
  nodes: (_source, args, context) => (Array.isArray(args.ids) ? args.ids : []).map((id) => node(context, text(id))),
  rateLimit: (_source, _args, context) => {
    const { limit, remaining, used, reset } = rateLimitOf(context.grant, 'graphql', context.world.now());
    return { cost: 1, nodeCount: 0, limit, remaining, used, resetAt: isoSeconds(new Date(reset * 1000)) };
  },
  id: () => nodeId('User', 'query'),
};
