import { isoSeconds, type Signature } from '../git/objects.js';
import { nodeId } from '../state/node-ids.js';
import { loginOfEmail } from '../state/users.js';
import { pullsOfCommit } from '../state/commit-pulls.js';
import { connection } from './connection.js';
import { historyOf } from './history.js';
import { type Resolvers, text } from './resolvers.js';
import {
  type ActorSource,
  type BlobSource,
  commitByOid,
  type CommitSource,
  entryType,
  objectByOid,
  pullSource,
  repositorySource,
  type TreeEntrySource,
  type TreeSource,
} from './sources.js';

/** GitHub cuts the text of a blob off here and says so in `isTruncated`. */
const TEXT_LIMIT = 512_000;

function headline(message: string): string {
  return message.split('\n')[0] ?? '';
}

function isBinary(data: Buffer): boolean {
  return data.subarray(0, 8000).includes(0);
}

const commit: Resolvers<CommitSource> = {
  id: ({ repository, oid }) => nodeId('Commit', repository.id, oid),
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  url: ({ repository, oid }) => `${repository.url}/commit/${oid}`,
  commitUrl: ({ repository, oid }) => `${repository.url}/commit/${oid}`,
  treeUrl: ({ repository, oid }) => `${repository.url}/tree/${oid}`,
  resourcePath: ({ repository, oid }) => `/${repository.nameWithOwner}/commit/${oid}`,
  repository: (source) => repositorySource(source.repository),
  message: ({ data }) => data.message.trimEnd(),
  messageHeadline: ({ data }) => headline(data.message),
  messageBody: ({ data }) => data.message.slice(headline(data.message).length).trim(),
  committedDate: ({ data }) => isoSeconds(data.committer.at),
  authoredDate: ({ data }) => isoSeconds(data.author.at),
  author: ({ data }) => data.author,
  committer: ({ data }) => data.committer,
  authoredByCommitter: ({ data }) => data.author.email === data.committer.email,
  committedViaWeb: ({ repository, oid }) => repository.signedCommits.has(oid),
  signature: ({ repository, oid, data }, _args, context) =>
    repository.signedCommits.has(oid)
      ? {
          __typename: 'GpgSignature',
          email: data.committer.email,
          isValid: true,
          keyId: 'B5690EEEBB952194',
          payload: '',
          signature: '',
          signer: { __typename: 'User', login: 'web-flow' },
          state: 'VALID',
          verifiedAt: isoSeconds(context.world.now()),
          wasSignedByGitHub: true,
        }
      : null,
  tree: ({ repository, data }) => objectByOid(repository, data.tree),
  parents: async ({ repository, data }, args) => {
    const parents = await Promise.all(data.parents.map((oid) => commitByOid(repository, oid)));
    return connection('parents', parents, args);
  },
  history: (source, args) => historyOf(source, args),
  file: async ({ repository, data }, args): Promise<TreeEntrySource | null> => {
    const path = text(args.path);
    const entry = await repository.store.entryAt(data.tree, path);
    return entry === null ? null : { repository, path, entry };
  },
  associatedPullRequests: async ({ repository, oid }, args) => {
    const pulls = await pullsOfCommit(repository, oid);
    const sources = pulls.map((pull) => pullSource(repository, pull));
    return connection('associatedPullRequests', sources, args);
  },
};

const gitActor: Resolvers<Signature> = {
  name: ({ name }) => name,
  email: ({ email }) => email,
  date: ({ at }) => isoSeconds(at),
  user: ({ email }) => {
    const login = loginOfEmail(email);
    return login === null ? null : { __typename: 'User', login };
  },
};

const tree: Resolvers<TreeSource> = {
  id: ({ repository, oid }) => nodeId('Tree', repository.id, oid),
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: (source) => repositorySource(source.repository),
  commitUrl: ({ repository, oid }) => `${repository.url}/commit/${oid}`,
  entries: ({ repository, path, entries }): TreeEntrySource[] =>
    entries.map((entry) => ({ repository, path: path === '' ? entry.name : `${path}/${entry.name}`, entry })),
};

const treeEntry: Resolvers<TreeEntrySource> = {
  name: ({ entry }) => entry.name,
  path: ({ path }) => path,
  oid: ({ entry }) => entry.oid,
  mode: ({ entry }) => Number.parseInt(entry.mode, 8),
  type: ({ entry }) => entryType(entry),
  extension: ({ entry }) => /\.[^.]*$/.exec(entry.name)?.[0] ?? '',
  isGenerated: () => false,
  repository: (source) => repositorySource(source.repository),
  object: ({ repository, path, entry }) => objectByOid(repository, entry.oid, path),
  size: async ({ repository, entry }) => {
    const object = await repository.store.objects.read(entry.oid);
    return object?.type === 'blob' ? object.data.length : 0;
  },
};

const blob: Resolvers<BlobSource> = {
  id: ({ repository, oid }) => nodeId('Blob', repository.id, oid),
  oid: ({ oid }) => oid,
  abbreviatedOid: ({ oid }) => oid.slice(0, 7),
  repository: (source) => repositorySource(source.repository),
  commitUrl: ({ repository, oid }) => `${repository.url}/commit/${oid}`,
  byteSize: ({ data }) => data.length,
  isBinary: ({ data }) => isBinary(data),
  isTruncated: ({ data }) => data.length > TEXT_LIMIT,
  text: ({ data }) => (isBinary(data) ? null : data.subarray(0, TEXT_LIMIT).toString('utf8')),
};

export const gitObjectResolvers = { Commit: commit, GitActor: gitActor, Tree: tree, TreeEntry: treeEntry, Blob: blob };

const actor: Resolvers<ActorSource> = {
  id: ({ login }) => nodeId('User', login),
  databaseId: ({ login }, _args, context) => context.world.users.id(login),
  login: ({ login }) => login,
  url: ({ login }, _args, context) => `${context.world.serverUrl}/${login}`,
  resourcePath: ({ login }) => `/${login}`,
  avatarUrl: ({ login }, _args, context) => `${context.world.serverUrl}/${login}.png`,
};

const user: Resolvers<ActorSource> = { ...actor, name: () => null, email: () => '' };

export const actorResolvers = { User: user, Bot: actor };
