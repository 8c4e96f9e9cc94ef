import { may } from '../context.js';
import { isoSeconds, isOid, type Signature } from '../git/objects.js';
import { PathMissing, type TreeChange } from '../git/store.js';
import { entryType } from '../graphql/sources.js';
import { nodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { emptyRepository, forbidden, notFound, RestRefusal } from './errors.js';
import { commitShape } from './shapes.js';

type Fields = Readonly<Record<string, unknown>>;

export async function insistOnReading({ context, repository }: RestCall): Promise<void> {
  if (!may(context, repository, 'contents', 'read')) throw forbidden();
  if ((await context.readRefs(repository)).size === 0) throw emptyRepository();
}

export async function insistOnWriting({ context, repository }: RestCall): Promise<void> {
  if (!may(context, repository, 'contents', 'write')) throw forbidden();
  if ((await repository.store.refs.list()).size === 0) throw emptyRepository();
}

function gitUrl(repository: Repository, kind: string, oid: string): string {
  return `${repository.world.apiUrl}/repos/${repository.nameWithOwner}/git/${kind}/${oid}`;
}

function optional(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

async function createBlob(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { repository, body } = call;
  const encoding = body.encoding === 'base64' ? 'base64' : 'utf8';
  const sha = await repository.store.writeBlob(Buffer.from(String(body.content), encoding));
  return { status: 201, body: { sha, url: gitUrl(repository, 'blobs', sha) } };
}

async function getBlob(call: RestCall): Promise<RestResult> {
  await insistOnReading(call);
  const { repository, params } = call;
  const object = await repository.store.objects.read(params.file_sha ?? '');
  if (object?.type !== 'blob') throw notFound();
  const shape = {
    sha: object.oid,
    node_id: nodeId('Blob', repository.id, object.oid),
    size: object.data.length,
    url: gitUrl(repository, 'blobs', object.oid),
    content: wrapBase64(object.data),
    encoding: 'base64',
  };
  return { status: 200, body: shape };
}

/** GitHub breaks base64 into lines of sixty characters. */
export function wrapBase64(data: Buffer): string {
  return data.toString('base64').replace(/.{1,60}/g, '$&\n');
}

async function treeShape(repository: Repository, oid: string, recursive: boolean, prefix = ''): Promise<Fields[]> {
  const shapes: Fields[] = [];
  for (const entry of (await repository.store.tree(oid)) ?? []) {
    const type = entryType(entry);
    const path = prefix + entry.name;
    const object = type === 'blob' ? await repository.store.objects.read(entry.oid) : null;
    shapes.push({
      path,
      mode: entry.mode.padStart(6, '0'),
      type,
      sha: entry.oid,
      ...(object === null ? {} : { size: object.data.length }),
      url: gitUrl(repository, `${type}s`, entry.oid),
    });
    if (recursive && type === 'tree') shapes.push(...(await treeShape(repository, entry.oid, true, `${path}/`)));
  }
  return shapes;
}

async function treeAnswer(repository: Repository, sha: string, status: number, recursive = false): Promise<RestResult> {
  const tree = await treeShape(repository, sha, recursive);
  return { status, body: { sha, url: gitUrl(repository, 'trees', sha), tree, truncated: false } };
}

async function getTree(call: RestCall): Promise<RestResult> {
  await insistOnReading(call);
  const { context, repository, params, query } = call;
  const name = params.tree_sha ?? '';
  const branchHead = (await context.readRefs(repository)).get(`refs/heads/${name}`);
  const start = branchHead ?? name;
  const oid = (await repository.store.commit(start))?.tree ?? start;
  if ((await repository.store.tree(oid)) === null) throw notFound();
  return treeAnswer(repository, oid, 200, query.has('recursive'));
}

async function treeChange(repository: Repository, item: Fields): Promise<TreeChange> {
  const path = optional(item.path) ?? '';
  if (path === '' || path.startsWith('/')) throw new RestRefusal(422, 'tree.path contains a malformed path component');
  if (item.sha === null) return { path, entry: null };
  const mode = (optional(item.mode) ?? '100644').replace(/^0/, '');
  const content = optional(item.content);
  const sha = optional(item.sha);
  if ((content === null) === (sha === null)) {
    throw new RestRefusal(422, 'Must supply either tree.sha or tree.content');
  }
  if (sha !== null && (await repository.store.objects.read(sha)) === null) {
    throw new RestRefusal(422, `tree.sha ${sha} is not a valid ${optional(item.type) ?? 'blob'}`);
  }
  return { path, entry: { mode, oid: sha ?? (await repository.store.writeBlob(Buffer.from(content ?? ''))) } };
}

async function createTree(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { repository, body } = call;
  const base = optional(body.base_tree);
  const baseTree = base === null ? null : ((await repository.store.commit(base))?.tree ?? base);
  if (baseTree !== null && (await repository.store.tree(baseTree)) === null) {
    throw new RestRefusal(422, 'base_tree is not a valid tree oid');
  }
  const items = Array.isArray(body.tree) ? (body.tree as Fields[]) : [];
  if (items.length === 0) throw new RestRefusal(422, 'Invalid tree info');
  const changes = await Promise.all(items.map((item) => treeChange(repository, item)));
  try {
    return await treeAnswer(repository, await repository.store.editTree(baseTree, changes), 201);
  } catch (cause) {
    if (cause instanceof PathMissing) throw new RestRefusal(422, 'GitRPC::BadObjectState');
    throw cause;
  }
}

async function getCommit(call: RestCall): Promise<RestResult> {
  await insistOnReading(call);
  const { repository, params } = call;
  const sha = params.commit_sha ?? '';
  const commit = await repository.store.commit(sha);
  if (commit === null) throw notFound();
  return { status: 200, body: commitShape(repository, sha, commit) };
}

function signature({ context, body }: RestCall, who: 'author' | 'committer', fallback: Signature): Signature {
  const given = body[who] as Fields | undefined;
  if (given === undefined) return fallback;
  const date = optional(given.date);
  return {
    name: optional(given.name) ?? fallback.name,
    email: optional(given.email) ?? fallback.email,
    at: date === null ? context.world.now() : new Date(date),
  };
}

async function createCommit(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { context, repository, body } = call;
  const tree = optional(body.tree) ?? '';
  if ((await repository.store.tree(tree)) === null) throw new RestRefusal(422, 'Tree SHA does not exist');
  const parents = Array.isArray(body.parents) ? body.parents.map(String) : [];
  for (const parent of parents) {
    const known = isOid(parent) && (await repository.store.commit(parent)) !== null;
    if (!known) throw new RestRefusal(422, 'Parent SHA does not exist or is not a commit object');
  }
  const login = context.grant?.login ?? 'ghost';
  const owner = { name: login, email: context.world.users.email(login), at: context.world.now() };
  const author = signature(call, 'author', owner);
  const commit = {
    tree,
    parents,
    author,
    committer: signature(call, 'committer', author),
    message: String(body.message),
  };
  if (Number.isNaN(commit.author.at.getTime()) || Number.isNaN(commit.committer.at.getTime())) {
    throw new RestRefusal(422, `Invalid date, as of ${isoSeconds(context.world.now())}`);
  }
  const sha = await repository.store.writeCommit(commit);
  const isOwn = body.author === undefined && body.committer === undefined;
  if (isOwn && context.world.users.isNoUser(login)) repository.signedCommits.add(sha);
  return { status: 201, body: commitShape(repository, sha, commit) };
}

export const gitDataHandlers: RestHandlers = {
  'POST /repos/{owner}/{repo}/git/blobs': createBlob,
  'GET /repos/{owner}/{repo}/git/blobs/{file_sha}': getBlob,
  'POST /repos/{owner}/{repo}/git/trees': createTree,
  'GET /repos/{owner}/{repo}/git/trees/{tree_sha}': getTree,
  'POST /repos/{owner}/{repo}/git/commits': createCommit,
  'GET /repos/{owner}/{repo}/git/commits/{commit_sha}': getCommit,
};
