import { describe, expect, it } from '@jest/globals';
import {
  type FaultAction,
  isRefCreation,
  refCreatedAnswersGarbage,
  refCreatedAnswersUpdateFailed,
  refCreationAnswersNothing,
  refCreationFails,
  refCreationNamesAnother,
} from '../../support/local-github/index.js';
import type { Answered } from '../../support/local-github/test-client.js';
import { withClient } from './with-client.js';

const ready = withClient();

async function create(name: string): Promise<Answered> {
  return ready().rest('POST', '/git/refs', { ref: `refs/heads/${name}`, sha: await ready().head() });
}

const EXISTS = { status: 422, json: { message: 'Reference already exists', status: '422' } };
const FAILED = { status: 422, json: { message: 'Reference update failed', status: '422' } };

describe('creating a ref', () => {
  it('says that it exists, or no more than that the update failed when the name clashes', async () => {
    const { repository } = ready();
    expect((await create('x/y')).status).toBe(201);
    expect(await create('x/y')).toMatchObject(EXISTS);
    expect(await create('x')).toMatchObject(FAILED);
    expect(await create('x/y/z')).toMatchObject(FAILED);
    expect([await repository.head('x'), await repository.head('x/y/z')]).toEqual([null, null]);
    expect((await create('x/z')).status).toBe(201);
  });

  it('meets a ruleset on creation, which leaves what exists alone', async () => {
    const { repository } = ready();
    await repository.createBranch('runner-old', await ready().head());
    repository.protectBranch('runner-*', 'Creations are restricted.', { onlyCreation: true });
    expect(await create('runner-state')).toMatchObject(FAILED);
    expect(await create('runner-old')).toMatchObject(EXISTS);
    expect((await create('other')).status).toBe(201);
    const next = await repository.writeFile('main', 'n.txt', 'n');
    expect((await ready().rest('PATCH', '/git/refs/heads/runner-old', { sha: next })).status).toBe(200);
    const repositoryId = (await ready().rest('GET', '')).at('node_id');
    const input = { repositoryId, name: 'refs/heads/runner-state', oid: next };
    const mutation = 'mutation($input: CreateRefInput!) { createRef(input: $input) { ref { name } } }';
    expect((await ready().graphql(mutation, { input })).at('errors')).toMatchObject([
      { type: 'FORBIDDEN', message: 'Repository rule violations found\n\nCreations are restricted.' },
    ]);
    repository.unprotectBranch('runner-*');
    expect((await create('runner-state')).status).toBe(201);
  });

  it.each<[string, FaultAction, number, boolean]>([
    ['200 {}', refCreationAnswersNothing(), 200, false],
    ['201 for another commit', refCreationNamesAnother(), 201, false],
    ['garbage', refCreatedAnswersGarbage(), 200, true],
    ['garbage in JSON', refCreatedAnswersGarbage({ ref: 7 }, 201), 201, true],
    ['a failure', refCreationFails(), 422, false],
    ['a failure that is none', refCreatedAnswersUpdateFailed(), 422, true],
  ])('may be answered by %s', async (_name, fault, status, applied) => {
    ready().github.faults.next(isRefCreation(), fault);
    const answered = await create('state');
    expect(answered.status).toBe(status);
    expect(answered.at('object.sha')).not.toBe(await ready().head());
    expect(await ready().repository.head('state')).toBe(applied ? await ready().head() : null);
    expect(ready().github.requests.at(-1)?.fault).toBe(fault.name);
  });

  it('names a whole ref in an answer for another commit', async () => {
    ready().github.faults.next(isRefCreation(), refCreationNamesAnother('a'.repeat(40)));
    expect((await create('state')).json).toMatchObject({ ref: 'refs/heads/state', object: { sha: 'a'.repeat(40) } });
  });
});
