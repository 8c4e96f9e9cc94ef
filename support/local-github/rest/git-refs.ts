import { ZERO_OID } from '../git/objects.js';
import type { RefChange } from '../git/refs.js';
import { nodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { isRefName, moveRefs, rivalBeforeCheck, ruleAgainst } from '../writes.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { notFound, RestRefusal } from './errors.js';
import { insistOnReading, insistOnWriting } from './git-data.js';

const ALREADY_EXISTS = 'Reference already exists';
const UPDATE_FAILED = 'Reference update failed';

export async function refShape(repository: Repository, name: string, oid: string): Promise<Record<string, unknown>> {
  const type = (await repository.store.objects.read(oid))?.type ?? 'commit';
  const api = `${repository.world.apiUrl}/repos/${repository.nameWithOwner}/git`;
  return {
    ref: name,
    node_id: nodeId('Ref', repository.id, name),
    url: `${api}/${name}`,
    object: { sha: oid, type, url: `${api}/${type}s/${oid}` },
  };
}

async function getRef(call: RestCall): Promise<RestResult> {
  await insistOnReading(call);
  const name = `refs/${call.params.ref ?? ''}`;
  const oid = (await call.context.readRefs(call.repository)).get(name);
  if (oid === undefined) throw notFound();
  return { status: 200, body: await refShape(call.repository, name, oid) };
}

async function matchingRefs(call: RestCall): Promise<RestResult> {
  await insistOnReading(call);
  const prefix = `refs/${call.params.ref ?? ''}`;
  const found = [...(await call.context.readRefs(call.repository))].filter(([name]) => name.startsWith(prefix));
  return { status: 200, body: await Promise.all(found.map(([name, oid]) => refShape(call.repository, name, oid))) };
}

async function insistOnRules(repository: Repository, change: RefChange): Promise<void> {
  const rule = await ruleAgainst(repository, [change]);
  if (rule !== null) throw new RestRefusal(422, rule.onlyCreation ? UPDATE_FAILED : rule.text);
}

async function createRef(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { context, repository, body } = call;
  const name = String(body.ref);
  const newOid = String(body.sha);
  if (!isRefName(name)) throw new RestRefusal(422, 'Reference name is invalid', { errors: [] });
  if ((await repository.store.objects.read(newOid)) === null) throw new RestRefusal(422, 'Object does not exist');
  const change = { name, newOid, oldOid: ZERO_OID };
  await insistOnRules(repository, change);
  await rivalBeforeCheck(context, repository, name);
  const outcome = await moveRefs(context, repository, [change]);
  if (!outcome.ok) {
    // Git tells a ref that is there from a name that is a folder of another ref; GitHub says less about the latter.
    throw new RestRefusal(422, /already exists$/m.test(outcome.message) ? ALREADY_EXISTS : UPDATE_FAILED);
  }
  return { status: 201, body: await refShape(repository, name, newOid) };
}

async function updateRef(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { context, repository, body, params } = call;
  const name = `refs/${params.ref ?? ''}`;
  const newOid = String(body.sha);
  await rivalBeforeCheck(context, repository, name);
  const oldOid = await repository.store.refs.get(name);
  if (oldOid === null) throw new RestRefusal(422, 'Reference does not exist');
  if ((await repository.store.objects.read(newOid)) === null) throw new RestRefusal(422, 'Object does not exist');
  await insistOnRules(repository, { name, newOid });
  const forward = body.force === true || (await repository.store.isAncestor(oldOid, newOid));
  if (!forward) throw new RestRefusal(422, 'Update is not a fast forward');
  const outcome = await moveRefs(context, repository, [{ name, newOid, oldOid }]);
  if (!outcome.ok) throw new RestRefusal(422, 'Update is not a fast forward');
  return { status: 200, body: await refShape(repository, name, newOid) };
}

async function deleteRef(call: RestCall): Promise<RestResult> {
  await insistOnWriting(call);
  const { context, repository, params } = call;
  const name = `refs/${params.ref ?? ''}`;
  const oldOid = await repository.store.refs.get(name);
  if (oldOid === null) throw new RestRefusal(422, 'Reference does not exist');
  const change = { name, newOid: ZERO_OID, oldOid };
  await insistOnRules(repository, change);
  const outcome = await moveRefs(context, repository, [change]);
  if (!outcome.ok) throw new RestRefusal(422, 'Reference could not be deleted');
  return { status: 204 };
}

export const refHandlers: RestHandlers = {
  'GET /repos/{owner}/{repo}/git/ref/{ref}': getRef,
  'GET /repos/{owner}/{repo}/git/matching-refs/{ref}': matchingRefs,
  'POST /repos/{owner}/{repo}/git/refs': createRef,
  'PATCH /repos/{owner}/{repo}/git/refs/{ref}': updateRef,
  'DELETE /repos/{owner}/{repo}/git/refs/{ref}': deleteRef,
};
