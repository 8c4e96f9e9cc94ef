import { may, type RequestContext } from '../context.js';
import { isZeroOid, ZERO_OID } from '../git/objects.js';
import type { RefChange } from '../git/refs.js';
import { parseNodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { isRefName, moveRefs, rivalBeforeCheck, ruleAgainst } from '../writes.js';
import { notAccessible, OpaqueFailure, refusal } from './errors.js';
import { requireRepositoryById, unknownNode } from './resolve-query.js';
import { type Arguments, optionalText, type Resolvers, text } from './resolvers.js';
import { refSource } from './sources.js';

function inputOf(args: Arguments): Arguments {
  return typeof args.input === 'object' && args.input !== null ? (args.input as Arguments) : {};
}

function insistOnWriting(context: RequestContext, repository: Repository): void {
  if (!may(context, repository, 'contents', 'write')) throw notAccessible();
}

async function insistOnCommit(repository: Repository, oid: string): Promise<void> {
  if ((await repository.store.objects.read(oid)) === null) throw refusal('UNPROCESSABLE', 'Object does not exist');
}

async function insistOnRules(repository: Repository, changes: readonly RefChange[]): Promise<void> {
  const rule = await ruleAgainst(repository, changes);
  if (rule !== null) throw refusal('FORBIDDEN', rule.text);
}

async function refById(
  context: RequestContext,
  id: string,
): Promise<{ repository: Repository; name: string; oid: string }> {
  const parsed = parseNodeId(id);
  if (parsed?.kind !== 'Ref') throw unknownNode(id);
  const repository = requireRepositoryById(context, id);
  insistOnWriting(context, repository);
  const name = parsed.parts[1] ?? '';
  await rivalBeforeCheck(context, repository, name);
  const oid = await repository.store.refs.get(name);
  if (oid === null) throw unknownNode(id);
  return { repository, name, oid };
}

async function createRef(context: RequestContext, input: Arguments): Promise<unknown> {
  const repository = requireRepositoryById(context, text(input.repositoryId));
  insistOnWriting(context, repository);
  const name = text(input.name);
  const newOid = text(input.oid);
  if (!isRefName(name)) throw refusal('UNPROCESSABLE', `"${name}" is not a valid ref name.`);
  await insistOnCommit(repository, newOid);
  await rivalBeforeCheck(context, repository, name);
  const change = { name, newOid, oldOid: ZERO_OID };
  await insistOnRules(repository, [change]);
  const outcome = await moveRefs(context, repository, [change]);
  if (!outcome.ok) throw refusal('UNPROCESSABLE', `A ref named "${name}" already exists in the repository.`);
  return { clientMutationId: optionalText(input.clientMutationId), ref: refSource(repository, name, newOid) };
}

async function updateRef(context: RequestContext, input: Arguments): Promise<unknown> {
  const { repository, name, oid } = await refById(context, text(input.refId));
  const newOid = text(input.oid);
  await insistOnCommit(repository, newOid);
  const change = { name, newOid, oldOid: oid };
  await insistOnRules(repository, [change]);
  const forward = input.force === true || (await repository.store.isAncestor(oid, newOid));
  const outcome = forward && (await moveRefs(context, repository, [change]));
  if (outcome === false || !outcome.ok) throw refusal('UNPROCESSABLE', 'Update is not a fast forward');
  return { clientMutationId: optionalText(input.clientMutationId), ref: refSource(repository, name, newOid) };
}

async function deleteRef(context: RequestContext, input: Arguments): Promise<unknown> {
  const { repository, name, oid } = await refById(context, text(input.refId));
  const change = { name, newOid: ZERO_OID, oldOid: oid };
  await insistOnRules(repository, [change]);
  const outcome = await moveRefs(context, repository, [change]);
  if (!outcome.ok) throw refusal('UNPROCESSABLE', 'Reference could not be deleted');
  return { clientMutationId: optionalText(input.clientMutationId) };
}

/** All or nothing; whatever git refuses, GitHub reports as "Something went wrong" and no more. */
async function updateRefs(context: RequestContext, input: Arguments): Promise<unknown> {
  const repository = requireRepositoryById(context, text(input.repositoryId));
  insistOnWriting(context, repository);
  const updates = (Array.isArray(input.refUpdates) ? input.refUpdates : []) as Arguments[];
  const [first] = updates;
  if (first !== undefined) await rivalBeforeCheck(context, repository, text(first.name));
  const changes: RefChange[] = [];
  for (const update of updates) {
    const name = text(update.name);
    const newOid = text(update.afterOid);
    if (!isRefName(name)) throw refusal('UNPROCESSABLE', `"${name}" is not a valid ref name.`);
    const current = await repository.store.refs.get(name);
    const oldOid = optionalText(update.beforeOid) ?? current ?? ZERO_OID;
    if (current === null ? !isZeroOid(oldOid) : oldOid !== current) throw new OpaqueFailure();
    if (!isZeroOid(newOid)) {
      if ((await repository.store.objects.read(newOid)) === null) throw new OpaqueFailure();
      const forward = update.force === true || current === null || (await repository.store.isAncestor(current, newOid));
      if (!forward) throw new OpaqueFailure();
    }
    changes.push({ name, newOid, oldOid });
  }
  await insistOnRules(repository, changes);
  const outcome = await moveRefs(context, repository, changes);
  if (!outcome.ok) throw new OpaqueFailure();
  return { clientMutationId: optionalText(input.clientMutationId) };
}

export const refMutations: Resolvers<unknown> = {
  createRef: (_source, args, context) => createRef(context, inputOf(args)),
  updateRef: (_source, args, context) => updateRef(context, inputOf(args)),
  deleteRef: (_source, args, context) => deleteRef(context, inputOf(args)),
  updateRefs: (_source, args, context) => updateRefs(context, inputOf(args)),
};
