import { may } from '../context.js';
import { isDirectory } from '../git/objects.js';
import type { Repository } from '../state/repository.js';
import { moveRefs, rivalBeforeCheck, ruleAgainst } from '../writes.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { emptyRepository, forbidden, notFound, RestRefusal } from './errors.js';
import { wrapBase64 } from './git-data.js';
import { commitShape } from './shapes.js';

interface Item {
  readonly path: string;
  readonly oid: string;
  readonly ref: string;
  readonly size: number;
  readonly folder: boolean;
}

function itemShape(repository: Repository, { path, oid, ref, size, folder }: Item): Record<string, unknown> {
  const api = `${repository.world.apiUrl}/repos/${repository.nameWithOwner}`;
  const self = `${api}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const html = `${repository.url}/${folder ? 'tree' : 'blob'}/${ref}/${path}`;
  const git = `${api}/git/${folder ? 'trees' : 'blobs'}/${oid}`;
  return {
    type: folder ? 'dir' : 'file',
    name: path.split('/').pop(),
    path,
    sha: oid,
    size,
    url: self,
    git_url: git,
    html_url: html,
    download_url: folder ? null : `${repository.url}/raw/${ref}/${path}`,
    _links: { self, git, html },
  };
}

/** Files have a form without JSON around them; folders have none. */
function isRawWanted(accept: string): boolean {
  return /\bapplication\/vnd\.github\.(?:v3\.)?raw\b/.test(accept);
}

const RAW = {
  'content-type': 'application/vnd.github.raw+json; charset=utf-8',
  'x-github-media-type': 'github.v3; param=raw; format=json',
};

async function getContents({ context, repository, params, query, accept }: RestCall): Promise<RestResult> {
  if (!may(context, repository, 'contents', 'read')) throw forbidden();
  const refs = await context.readRefs(repository);
  const ref = query.get('ref') ?? repository.defaultBranch;
  const oid = refs.get(ref) ?? refs.get(`refs/heads/${ref}`) ?? refs.get(`refs/tags/${ref}`) ?? ref;
  const commit = await repository.store.commit(oid);
  if (commit === null) {
    throw query.has('ref') && refs.size > 0
      ? new RestRefusal(404, `No commit found for the ref ${ref}`)
      : new RestRefusal(404, refs.size === 0 ? 'This repository is empty.' : 'Not Found');
  }
  const path = (params.path ?? '').replace(/^\/+|\/+$/g, '');
  const object = await repository.store.objectAt(oid, path);
  if (object === null) throw notFound();
  const validator = context.world.contentsEtag === 'commit' ? oid : '';
  if (object.type === 'blob') {
    if (isRawWanted(accept)) return { status: 200, body: object.data, headers: RAW, validator, isRaw: true };
    const item = itemShape(repository, { path, oid: object.oid, ref, size: object.data.length, folder: false });
    return { status: 200, body: { ...item, content: wrapBase64(object.data), encoding: 'base64' }, validator };
  }
  const entries = (await repository.store.tree(object.oid)) ?? [];
  const items = entries.map(async (entry) => {
    const folder = isDirectory(entry);
    const size = folder ? 0 : ((await repository.store.objects.read(entry.oid))?.data.length ?? 0);
    return itemShape(repository, {
      path: path === '' ? entry.name : `${path}/${entry.name}`,
      oid: entry.oid,
      ref,
      size,
      folder,
    });
  });
  return { status: 200, body: await Promise.all(items), validator };
}

/** Refuses what the contents API refuses; a new path ignores `sha`. */
function checkSha(path: string, given: string | null, existing: string | null): void {
  if (existing === null) return;
  if (given === null) throw new RestRefusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (given !== existing) throw new RestRefusal(409, `${path} does not match ${given}`);
}

async function putContents({ context, repository, params, body }: RestCall): Promise<RestResult> {
  if (!may(context, repository, 'contents', 'write')) throw forbidden();
  const path = params.path ?? '';
  const branch = typeof body.branch === 'string' ? body.branch : repository.defaultBranch;
  const ref = `refs/heads/${branch}`;
  await rivalBeforeCheck(context, repository, ref);
  const refs = await repository.store.refs.list();
  const head = refs.get(ref) ?? null;
  // In an empty repository this very call makes the first commit; elsewhere the branch must be there.
  if (head === null && refs.size > 0) throw new RestRefusal(404, `Branch ${branch} not found`);
  const parent = head === null ? null : await repository.store.commit(head);
  const existing = parent === null ? null : await repository.store.entryAt(parent.tree, path);
  checkSha(path, typeof body.sha === 'string' ? body.sha : null, existing?.oid ?? null);
  const rule = await ruleAgainst(repository, [{ name: ref }]);
  if (rule !== null) throw new RestRefusal(409, rule.text);
  const content = Buffer.from(String(body.content), 'base64');
  const oid = await repository.store.writeBlob(content);
  const login = context.grant?.login ?? 'ghost';
  const author = { name: login, email: context.world.users.email(login), at: context.world.now() };
  const commit = {
    tree: await repository.store.editTree(parent?.tree ?? null, [{ path, entry: { mode: '100644', oid } }]),
    parents: head === null ? [] : [head],
    author,
    committer: { name: 'GitHub', email: 'noreply@github.com', at: author.at },
    message: String(body.message),
  };
  const sha = await repository.store.writeCommit(commit);
  const outcome = await moveRefs(context, repository, [{ name: ref, newOid: sha, oldOid: head ?? '0'.repeat(40) }]);
  if (!outcome.ok) {
    const now = await repository.head(branch);
    throw now === null ? emptyRepository() : new RestRefusal(409, `is at ${now} but expected ${head ?? ''}`);
  }
  const item = itemShape(repository, { path, oid, ref: branch, size: content.length, folder: false });
  return {
    status: existing === null ? 201 : 200,
    body: { content: item, commit: commitShape(repository, sha, commit) },
  };
}

export const contentHandlers: RestHandlers = {
  'GET /repos/{owner}/{repo}/contents/{path}': getContents,
  'PUT /repos/{owner}/{repo}/contents/{path}': putContents,
};
