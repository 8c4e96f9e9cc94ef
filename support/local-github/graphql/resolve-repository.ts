import { granted, may, type RequestContext } from '../context.js';
import { isOid, isoSeconds } from '../git/objects.js';
import { pullTips } from '../state/pulls.js';
import { nodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { connection } from './connection.js';
import { notAccessible, refusal } from './errors.js';
import { optionalText, type Resolvers, text } from './resolvers.js';
import {
  actorSource,
  findRef,
  objectByExpression,
  objectByOid,
  pullSource,
  type PullSource,
  refSource,
  type RefSource,
  type RepositorySource,
  repositorySource,
} from './sources.js';

/** Contents of a private repository need a permission of their own. */
function insistOnContents(context: RequestContext, repository: Repository): void {
  if (!may(context, repository, 'contents', 'read')) throw notAccessible();
}

function insistOnPulls(context: RequestContext, repository: Repository): void {
  if (!may(context, repository, 'pull-requests', 'read')) throw notAccessible();
}

/** Pull requests filtered the way `pullRequests` and `associatedPullRequests` do. */
export function filterPulls(repository: Repository, args: Readonly<Record<string, unknown>>): PullSource[] {
  const states = Array.isArray(args.states) ? args.states.map((state) => String(state).toLowerCase()) : null;
  const head = optionalText(args.headRefName);
  const base = optionalText(args.baseRefName);
  const found = repository.pulls
    .all()
    .filter((pull) => states === null || states.includes(pull.state))
    .filter((pull) => head === null || pull.headRefName === head)
    .filter((pull) => base === null || pull.baseRefName === base);
  const order = args.orderBy as { direction?: string } | null | undefined;
  return (order?.direction === 'DESC' ? found.reverse() : found).map((pull) => pullSource(repository, pull));
}

const repository: Resolvers<RepositorySource> = {
  id: ({ repository }) => nodeId('Repository', repository.id),
  databaseId: ({ repository }) => repository.id,
  name: ({ repository }) => repository.name,
  nameWithOwner: ({ repository }) => repository.nameWithOwner,
  owner: ({ repository }) => actorSource(repository.owner),
  url: ({ repository }) => repository.url,
  resourcePath: ({ repository }) => `/${repository.nameWithOwner}`,
  createdAt: ({ repository }) => isoSeconds(repository.createdAt),
  description: () => null,
  isPrivate: ({ repository }) => repository.isPrivate,
  visibility: ({ repository }) => (repository.isPrivate ? 'PRIVATE' : 'PUBLIC'),
  isFork: ({ repository }) => repository.parent !== null,
  parent: ({ repository }) => (repository.parent === null ? null : repositorySource(repository.parent)),
  isArchived: () => false,
  isDisabled: () => false,
  isLocked: () => false,
  isEmpty: async ({ repository }, _args, context) => (await context.readRefs(repository)).size === 0,
  viewerPermission: ({ repository }, _args, context) => {
    const level = granted(context, repository, 'contents');
    if (level === 'write') return 'WRITE';
    return level === 'read' || !repository.isPrivate ? 'READ' : null;
  },
  defaultBranchRef: ({ repository }, _args, context) => {
    insistOnContents(context, repository);
    if (context.injections.hidesHeads === true) return null;
    return findRef(context, repository, `refs/heads/${repository.defaultBranch}`);
  },
  ref: ({ repository }, args, context) => {
    insistOnContents(context, repository);
    if (context.injections.hidesHeads === true) return null;
    return findRef(context, repository, text(args.qualifiedName));
  },
  refs: async ({ repository }, args, context) => {
    insistOnContents(context, repository);
    const prefix = text(args.refPrefix);
    const query = optionalText(args.query);
    const all = [...(await context.readRefs(repository))]
      .filter(([name]) => name.startsWith(prefix) && (query === null || name.includes(query)))
      .map(([name, oid]) => refSource(repository, name, oid));
    return connection('refs', all, args);
  },
  object: async ({ repository }, args, context) => {
    insistOnContents(context, repository);
    const oid = optionalText(args.oid);
    const expression = optionalText(args.expression);
    if (oid === null && expression === null) {
      throw refusal('ARGUMENT_ERROR', 'An oid or expression argument must be given.');
    }
    if (oid !== null && !isOid(oid)) return null;
    return oid === null ? objectByExpression(context, repository, expression ?? '') : objectByOid(repository, oid);
  },
  pullRequest: ({ repository }, args, context) => {
    insistOnPulls(context, repository);
    const number = Number(args.number);
    const pull = repository.pulls.get(number);
    if (pull === null) throw refusal('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
    return pullSource(repository, pull);
  },
  issueOrPullRequest: ({ repository }, args, context) => {
    insistOnPulls(context, repository);
    const number = Number(args.number);
    const pull = repository.pulls.get(number);
    if (pull === null) {
      throw refusal('NOT_FOUND', `Could not resolve to an issue or pull request with the number of ${number}.`);
    }
    return pullSource(repository, pull);
  },
  pullRequests: ({ repository }, args, context) => {
    insistOnPulls(context, repository);
    return connection('pullRequests', filterPulls(repository, args), args);
  },
};

const ref: Resolvers<RefSource> = {
  id: ({ repository, fullName }) => nodeId('Ref', repository.id, fullName),
  name: ({ fullName }) => fullName.replace(/^refs\/(heads|tags)\/|^refs\//, ''),
  prefix: ({ fullName }) => /^refs\/(heads\/|tags\/)?/.exec(fullName)?.[0] ?? 'refs/',
  repository: (source) => repositorySource(source.repository),
  target: ({ repository, oid }) => objectByOid(repository, oid),
  associatedPullRequests: async (source, args, context) => {
    const branch = source.fullName.replace(/^refs\/heads\//, '');
    const own = filterPulls(source.repository, { ...args, headRefName: branch });
    const fromHere = own.filter(({ pull }) => pull.headRepository === source.repository);
    await Promise.all(fromHere.map(({ pull }) => pullTips(source.repository, pull, context.readRefs)));
    return connection('associatedPullRequests', fromHere, args);
  },
};

export const repositoryResolvers = { Repository: repository, Ref: ref };
