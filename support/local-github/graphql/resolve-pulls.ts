import type { RequestContext } from '../context.js';
import { isoSeconds } from '../git/objects.js';
import { nodeId } from '../state/node-ids.js';
import { pullTips } from '../state/pulls.js';
import type { Resolvers } from './resolvers.js';
import { actorSource, commitByOid, findRef, type PullSource, repositorySource } from './sources.js';

function tips({ repository, pull }: PullSource, context: RequestContext): Promise<{ head: string; base: string }> {
  return pullTips(repository, pull, context.readRefs);
}

const pullRequest: Resolvers<PullSource> = {
  id: ({ repository, pull }) => nodeId('PullRequest', repository.id, pull.number),
  databaseId: ({ pull }) => pull.id,
  fullDatabaseId: ({ pull }) => String(pull.id),
  number: ({ pull }) => pull.number,
  title: ({ pull }) => pull.title,
  body: () => '',
  bodyText: () => '',
  url: ({ repository, pull }) => `${repository.url}/pull/${pull.number}`,
  permalink: ({ repository, pull }) => `${repository.url}/pull/${pull.number}`,
  resourcePath: ({ repository, pull }) => `/${repository.nameWithOwner}/pull/${pull.number}`,
  state: ({ pull }) => pull.state.toUpperCase(),
  closed: ({ pull }) => pull.state !== 'open',
  merged: ({ pull }) => pull.state === 'merged',
  isDraft: ({ pull }) => pull.draft,
  locked: () => false,
  createdAt: ({ pull }) => isoSeconds(pull.createdAt),
  updatedAt: ({ pull }) => isoSeconds(pull.closedAt ?? pull.createdAt),
  closedAt: ({ pull }) => (pull.closedAt === null ? null : isoSeconds(pull.closedAt)),
  mergedAt: ({ pull }) => (pull.closedAt === null || pull.state !== 'merged' ? null : isoSeconds(pull.closedAt)),
  mergeCommit: ({ repository, pull }) => (pull.mergeCommit === null ? null : commitByOid(repository, pull.mergeCommit)),
  mergeable: ({ pull }) => (pull.state === 'open' ? 'MERGEABLE' : 'UNKNOWN'),
  author: ({ pull }) => actorSource(pull.author),
  repository: ({ repository }) => repositorySource(repository),
  isCrossRepository: ({ repository, pull }) => pull.headRepository !== repository,
  headRefName: ({ pull }) => pull.headRefName,
  headRefOid: async (source, _args, context) => (await tips(source, context)).head,
  headRef: ({ pull }, _args, context) =>
    pull.headRepository.isDeleted ? null : findRef(context, pull.headRepository, `refs/heads/${pull.headRefName}`),
  headRepository: ({ pull }) => (pull.headRepository.isDeleted ? null : repositorySource(pull.headRepository)),
  headRepositoryOwner: ({ pull }) => actorSource(pull.headRepository.owner),
  baseRefName: ({ pull }) => pull.baseRefName,
  baseRefOid: async (source, _args, context) => (await tips(source, context)).base,
  baseRef: ({ repository, pull }, _args, context) => findRef(context, repository, `refs/heads/${pull.baseRefName}`),
  baseRepository: ({ repository }) => repositorySource(repository),
};

export const pullResolvers = { PullRequest: pullRequest };
