import type { RequestContext } from '../context.js';
import {
  type CommitData,
  type GitObject,
  isDirectory,
  isOid,
  parseCommit,
  parseTree,
  type TreeEntry,
} from '../git/objects.js';
import type { PullRecord } from '../state/pulls.js';
import type { Repository } from '../state/repository.js';
import { isBot } from '../state/users.js';

/* What resolvers hand to the resolvers of their children. `__typename` decides between the types of an interface. */

export interface RefSource {
  readonly __typename: 'Ref';
  readonly repository: Repository;
  readonly fullName: string;
  readonly oid: string;
}

export interface CommitSource {
  readonly __typename: 'Commit';
  readonly repository: Repository;
  readonly oid: string;
  readonly data: CommitData;
}

export interface TreeSource {
  readonly __typename: 'Tree';
  readonly repository: Repository;
  readonly oid: string;
  readonly path: string;
  readonly entries: readonly TreeEntry[];
}

export interface BlobSource {
  readonly __typename: 'Blob';
  readonly repository: Repository;
  readonly oid: string;
  readonly data: Buffer;
}

export interface TagSource {
  readonly __typename: 'Tag';
  readonly repository: Repository;
  readonly oid: string;
}

export type ObjectSource = CommitSource | TreeSource | BlobSource | TagSource;

export interface TreeEntrySource {
  readonly repository: Repository;
  readonly path: string;
  readonly entry: TreeEntry;
}

export interface PullSource {
  readonly __typename: 'PullRequest';
  readonly repository: Repository;
  readonly pull: PullRecord;
}

export interface RepositorySource {
  readonly __typename: 'Repository';
  readonly repository: Repository;
}

export interface ActorSource {
  readonly __typename: 'User' | 'Bot';
  readonly login: string;
}

export function repositorySource(repository: Repository): RepositorySource {
  return { __typename: 'Repository', repository };
}

export function refSource(repository: Repository, fullName: string, oid: string): RefSource {
  return { __typename: 'Ref', repository, fullName, oid };
}

export function pullSource(repository: Repository, pull: PullRecord): PullSource {
  return { __typename: 'PullRequest', repository, pull };
}

/** GraphQL drops the `[bot]` that REST keeps. */
export function actorSource(login: string): ActorSource {
  return isBot(login) ? { __typename: 'Bot', login: login.slice(0, -'[bot]'.length) } : { __typename: 'User', login };
}

export function objectSource(repository: Repository, object: GitObject, path = ''): ObjectSource {
  const { oid } = object;
  switch (object.type) {
    case 'blob':
      return { __typename: 'Blob', repository, oid, data: object.data };
    case 'tree':
      return { __typename: 'Tree', repository, oid, path, entries: parseTree(object) };
    case 'commit':
      return { __typename: 'Commit', repository, oid, data: parseCommit(object.data) };
    case 'tag':
      return { __typename: 'Tag', repository, oid };
  }
}

export async function objectByOid(repository: Repository, oid: string, path = ''): Promise<ObjectSource | null> {
  const object = await repository.store.objects.read(oid);
  return object === null ? null : objectSource(repository, object, path);
}

export async function commitByOid(repository: Repository, oid: string): Promise<CommitSource | null> {
  const data = await repository.store.commit(oid);
  return data === null ? null : { __typename: 'Commit', repository, oid, data };
}

/** A ref by any name that git would take for it: in full, or without refs/, refs/heads/ or refs/tags/. */
export async function findRef(
  context: RequestContext,
  repository: Repository,
  name: string,
): Promise<RefSource | null> {
  const refs = await context.readRefs(repository);
  for (const prefix of ['', 'refs/', 'refs/tags/', 'refs/heads/']) {
    const oid = refs.get(prefix + name);
    if (oid !== undefined) return refSource(repository, prefix + name, oid);
  }
  return null;
}

/** `<ref or oid>`, `<ref or oid>:<path>`, as `git rev-parse` reads it. */
export async function objectByExpression(
  context: RequestContext,
  repository: Repository,
  expression: string,
): Promise<ObjectSource | null> {
  const [start = '', path] = expression.split(/:(.*)/s);
  const isHead = start === 'HEAD';
  const ref = await findRef(context, repository, isHead ? `refs/heads/${repository.defaultBranch}` : start);
  const oid = ref?.oid ?? (isOid(start) ? start : null);
  if (oid === null) return null;
  if (path === undefined) return objectByOid(repository, oid);
  const clean = path.replace(/\/+$/, '');
  const commit = await repository.store.commit(oid);
  // A tree may stand before the colon as well.
  const treeOid = commit?.tree ?? oid;
  const entry = clean === '' ? null : await repository.store.entryAt(treeOid, clean);
  return clean === ''
    ? objectByOid(repository, treeOid)
    : entry === null
      ? null
      : objectByOid(repository, entry.oid, clean);
}

export function entryType(entry: TreeEntry): string {
  if (entry.mode === '160000') return 'commit';
  return isDirectory(entry) ? 'tree' : 'blob';
}
