import { may, type RequestContext } from '../context.js';
import { isOid, type Signature } from '../git/objects.js';
import { PathMissing, type TreeChange } from '../git/store.js';
import { parseNodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { moveRefs, rivalBeforeCheck, ruleAgainst } from '../writes.js';
import { notAccessible, refusal } from './errors.js';
import { requireRepository, requireRepositoryById, unknownNode } from './resolve-query.js';
import { type Arguments, optionalText, type Resolvers, text } from './resolvers.js';
import { commitByOid, refSource } from './sources.js';

interface Target {
  readonly repository: Repository;
  readonly branch: string;
}

function asObject(value: unknown): Arguments {
  return typeof value === 'object' && value !== null ? (value as Arguments) : {};
}

function asList(value: unknown): Arguments[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function findTarget(context: RequestContext, branch: Arguments): Target {
  const id = optionalText(branch.id);
  if (id !== null) {
    const parsed = parseNodeId(id);
    const fullName = parsed?.kind === 'Ref' ? (parsed.parts[1] ?? '') : '';
    if (!fullName.startsWith('refs/heads/')) throw unknownNode(id);
    return { repository: requireRepositoryById(context, id), branch: fullName.slice('refs/heads/'.length) };
  }
  const name = optionalText(branch.branchName);
  const nameWithOwner = optionalText(branch.repositoryNameWithOwner);
  if (name === null || nameWithOwner === null) {
    throw refusal('ARGUMENT_ERROR', 'Either an id, or a repositoryNameWithOwner and a branchName must be given.');
  }
  return { repository: requireRepository(context, nameWithOwner), branch: name.replace(/^refs\/heads\//, '') };
}

function decode(path: string, contents: string): Buffer {
  const bare = contents.replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(bare) || bare.length % 4 === 1) {
    throw refusal('UNPROCESSABLE', `The contents of "${path}" are not valid base64.`);
  }
  return Buffer.from(bare, 'base64');
}

function checkPath(path: string): string {
  const parts = path.split('/');
  const bad = parts.some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (bad) throw refusal('UNPROCESSABLE', `A path was requested that is not valid: "${path}"`);
  return path;
}

async function treeChanges(repository: Repository, fileChanges: Arguments): Promise<TreeChange[]> {
  const deletions = asList(fileChanges.deletions).map(({ path }) => ({ path: checkPath(text(path)), entry: null }));
  const additions = asList(fileChanges.additions).map(async ({ path, contents }) => {
    const oid = await repository.store.writeBlob(decode(text(path), text(contents)));
    return { path: checkPath(text(path)), entry: { mode: '100644', oid } };
  });
  return [...deletions, ...(await Promise.all(additions))];
}

/** Our words for git's `cannot lock ref 'refs/heads/b': is at <oid> but expected <oid>`: GitHub's. */
function lostRace(ref: string, gitMessage: string, actual: string | null, expected: string): Error {
  const said = /is at ([0-9a-f]{40,64}) but expected ([0-9a-f]{40,64})/.exec(gitMessage);
  const at = said?.[1] ?? actual ?? '0'.repeat(40);
  return refusal('UNPROCESSABLE', `Ref ${ref} is at ${at} but expected ${said?.[2] ?? expected}`);
}

async function createCommitOnBranch(context: RequestContext, input: Arguments): Promise<unknown> {
  const { repository, branch } = findTarget(context, asObject(input.branch));
  if (!may(context, repository, 'contents', 'write')) throw notAccessible();
  const ref = `refs/heads/${branch}`;
  const expected = text(input.expectedHeadOid);
  await rivalBeforeCheck(context, repository, ref);
  const head = await repository.store.refs.get(ref);
  if (head === null) {
    throw refusal(
      'NOT_FOUND',
      `Could not resolve to a Ref with the name '${branch}' on '${repository.nameWithOwner}'.`,
    );
  }
  if (!isOid(expected) || head !== expected || context.injections.refusesHead === true) {
    throw refusal('STALE_DATA', `Expected branch to point to "${expected}" but it did not.  Pull and try again.`);
  }
  const rule = await ruleAgainst(repository, [{ name: ref }]);
  if (rule !== null) throw refusal('FORBIDDEN', rule.text);
  const oid = await writeCommit(context, repository, expected, input);
  const outcome = await moveRefs(context, repository, [{ name: ref, newOid: oid, oldOid: expected }]);
  if (!outcome.ok) throw lostRace(ref, outcome.message, await repository.store.refs.get(ref), expected);
  repository.signedCommits.add(oid);
  return {
    clientMutationId: optionalText(input.clientMutationId),
    commit: await commitByOid(repository, oid),
    ref: refSource(repository, ref, oid),
  };
}

async function writeCommit(
  context: RequestContext,
  repository: Repository,
  parent: string,
  input: Arguments,
): Promise<string> {
  const base = await repository.store.commit(parent);
  const changes = await treeChanges(repository, asObject(input.fileChanges));
  const login = context.grant?.login ?? 'ghost';
  const at = context.world.now();
  const author: Signature = { name: login, email: context.world.users.email(login), at };
  const { headline, body } = asObject(input.message);
  const rest = optionalText(body);
  try {
    return await repository.store.writeCommit({
      tree: await repository.store.editTree(base?.tree ?? null, changes),
      parents: [parent],
      author,
      committer: { name: 'GitHub', email: 'noreply@github.com', at },
      message: text(headline) + (rest === null || rest === '' ? '' : `\n\n${rest}`),
    });
  } catch (cause) {
    if (!(cause instanceof PathMissing)) throw cause;
    const message = `A path was requested for deletion which does not exist as of commit oid \`${parent}\``;
    throw refusal('UNPROCESSABLE', message);
  }
}

export const commitOnBranchMutations: Resolvers<unknown> = {
  createCommitOnBranch: (_source, args, context) => createCommitOnBranch(context, asObject(args.input)),
};
