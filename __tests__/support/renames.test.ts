import { describe, expect, it } from '@jest/globals';
import type { LocalRepository } from '../../support/local-github/index.js';
import { COMMIT } from '../../support/local-github/test-client.js';
import { withClient } from './with-client.js';

const ready = withClient();

const BY_NAME = `query($o: String!, $n: String!, $follow: Boolean) {
  repository(owner: $o, name: $n, followRenames: $follow) { databaseId nameWithOwner pullRequest(number: 17) { number } }
}`;

/** Renames the test's repository, and gives both names. */
async function renamed(): Promise<{ repository: LocalRepository; from: string; to: string }> {
  const { repository, number } = ready();
  await repository.openPullRequest({ number: 17 });
  repository.addRun({ id: 1001, status: 'in_progress', conclusion: null, runAttempt: 1 });
  const from = repository.nameWithOwner;
  const to = `Other/gizmos-${number}`;
  repository.rename(to);
  return { repository, from, to };
}

async function ask(nameWithOwner: string, follow?: boolean): Promise<unknown> {
  const [o, n] = nameWithOwner.split('/');
  const { json } = await ready().graphql(BY_NAME, { o, n, ...(follow === undefined ? {} : { follow }) });
  return json;
}

describe('a renamed or transferred repository', () => {
  it('answers GraphQL queries by its old name, unless told not to follow', async () => {
    const { repository, from, to } = await renamed();
    const found = {
      data: { repository: { databaseId: repository.id, nameWithOwner: to, pullRequest: { number: 17 } } },
    };
    expect(await ask(to)).toEqual(found);
    expect(await ask(from)).toEqual(found);
    expect(await ask(from.toUpperCase(), true)).toEqual(found);
    expect(await ask(from, false)).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND', message: `Could not resolve to a Repository with the name '${from}'.` }],
    });
  });

  it('keeps id, git data, pull requests and runs', async () => {
    const { repository, to } = await renamed();
    const { github } = ready();
    const url = `${github.apiUrl}/repos/${to}`;
    expect((await ready().send('GET', url)).json).toMatchObject({
      id: repository.id,
      full_name: to,
      owner: { login: 'Other' },
    });
    expect((await ready().send('GET', `${url}/pulls/17`)).at('base.repo.full_name')).toBe(to);
    expect((await ready().send('GET', `${url}/actions/runs/1001`)).at('repository.full_name')).toBe(to);
    expect((await ready().send('GET', `${url}/git/ref/heads/main`)).at('object.sha')).toBe(await ready().head());
    expect(github.repository(to)).toBe(repository);
  });

  it('leads REST from the old name to its id, and answers there', async () => {
    const { repository, from } = await renamed();
    const { github } = ready();
    const moved = await ready().send('GET', `${github.apiUrl}/repos/${from}/git/ref/heads/main?x=1`);
    const location = `${github.apiUrl}/repositories/${repository.id}/git/ref/heads/main?x=1`;
    expect(moved).toMatchObject({ status: 301, json: { message: 'Moved Permanently', url: location } });
    expect(moved.headers.get('location')).toBe(location);
    expect((await ready().send('GET', location)).at('object.sha')).toBe(await ready().head());
    expect((await ready().send('GET', `${github.apiUrl}/repositories/${repository.id}`)).at('id')).toBe(repository.id);
    expect((await ready().send('GET', `${github.apiUrl}/repositories/999999`)).status).toBe(404);
    expect(github.requests.map(({ operation }) => operation).slice(0, 3)).toEqual([
      'GET /repos/{owner}/{repo}/git/ref/{ref}',
      'GET /repositories/{id}/git/ref/{ref}',
      'GET /repositories/{id}',
    ]);
  });

  it('keeps the method of a write by the old name', async () => {
    const { repository, from } = await renamed();
    const { github } = ready();
    const body = JSON.stringify({ ref: 'refs/heads/new', sha: await ready().head() });
    const url = `${github.apiUrl}/repos/${from}/git/refs`;
    const headers = { authorization: 'bearer writer', 'content-type': 'application/json' };
    const raw = await fetch(url, { method: 'POST', headers, body, redirect: 'manual' });
    expect(raw.status).toBe(307);
    expect(await repository.head('new')).toBeNull();
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(201);
    expect(await repository.head('new')).toBe(await ready().head());
  });

  it('takes no commit by its old name, but by the id of its branch', async () => {
    const { from, to } = await renamed();
    const base = await ready().head();
    const input = ready().commitInput(base);
    const byOldName = { ...input, branch: { repositoryNameWithOwner: from, branchName: 'main' } };
    expect((await ready().graphql(COMMIT, { input: byOldName })).at('errors')).toMatchObject([{ type: 'NOT_FOUND' }]);
    expect(await ready().head()).toBe(base);
    const [o, n] = to.split('/');
    const query =
      'query($o: String!, $n: String!) { repository(owner: $o, name: $n) { ref(qualifiedName: "main") { id } } }';
    const id = (await ready().graphql(query, { o, n })).at('data.repository.ref.id');
    expect((await ready().graphql(COMMIT, { input: { ...input, branch: { id } } })).at('errors')).toBeUndefined();
  });

  it('loses its old name to a new repository of that name', async () => {
    const { repository, from, to } = await renamed();
    const { github } = ready();
    const fresh = await github.createRepository(from);
    expect(fresh.id).not.toBe(repository.id);
    expect(fresh.gitDir).not.toBe(repository.gitDir);
    expect(await ask(from)).toMatchObject({ data: { repository: { databaseId: fresh.id, pullRequest: null } } });
    expect((await ready().send('GET', `${github.apiUrl}/repos/${from}`)).at('id')).toBe(fresh.id);
    expect(github.findRepository(from)).toBe(fresh);
    expect(() => repository.rename(from)).toThrow('already');
    expect(repository.nameWithOwner).toBe(to);
  });

  it('can go back, and in a circle', async () => {
    const { repository, from, to } = await renamed();
    repository.rename(from);
    expect(await ask(from, false)).toMatchObject({ data: { repository: { nameWithOwner: from } } });
    expect(await ask(to)).toMatchObject({ data: { repository: { nameWithOwner: from } } });
  });

  it('keeps the tokens that were issued for it, and gives none to its successor', async () => {
    const { github, number } = ready();
    const secret = await github.createRepository(`acme/secret-${number}`, { private: true });
    const old = secret.nameWithOwner;
    github.issueToken('for-old', { login: 'octocat', permissions: { contents: 'read' }, repositories: [old] });
    secret.rename(`acme/hidden-${number}`);
    const successor = await github.createRepository(old, { private: true });
    const status = async (name: string): Promise<number> =>
      (await ready().send('GET', `${github.apiUrl}/repos/${name}/git/ref/heads/main`, undefined, 'for-old')).status;
    expect(await status(secret.nameWithOwner)).toBe(200);
    expect(await status(successor.nameWithOwner)).toBe(404);
  });

  it('shows its new name, or nothing once deleted, where it is the head of a pull request', async () => {
    const { github, repository, number } = ready();
    await repository.openPullRequest({ number: 18, fork: `them/widgets-${number}`, head: 'topic' });
    const fork = github.repository(`them/widgets-${number}`);
    const query = `query { repository(owner: "acme", name: "widgets-${number}") { pullRequest(number: 18) {
      isCrossRepository headRefOid headRefName headRepository { databaseId nameWithOwner } headRepositoryOwner { login } } } }`;
    fork.rename(`them/better-${number}`);
    const head = await fork.head('topic');
    const shown = await ready().graphql(query);
    expect(shown.at('data.repository.pullRequest')).toEqual({
      isCrossRepository: true,
      headRefOid: head,
      headRefName: 'topic',
      headRepository: { databaseId: fork.id, nameWithOwner: `them/better-${number}` },
      headRepositoryOwner: { login: 'them' },
    });
    expect((await ready().rest('GET', '/pulls/18')).at('head.repo')).toMatchObject({
      id: fork.id,
      full_name: `them/better-${number}`,
    });
    fork.delete();
    expect((await ready().graphql(query)).at('data.repository.pullRequest')).toMatchObject({
      isCrossRepository: true,
      headRefOid: head,
      headRepository: null,
    });
    const rest = await ready().rest('GET', '/pulls/18');
    expect(rest.at('head')).toMatchObject({ repo: null, sha: head, ref: 'topic', label: 'them:topic' });
    expect((await ready().rest('GET', '/pulls')).at('[0].head.repo')).toBeNull();
    expect((await ready().rest('GET', `/commits/${String(head)}/pulls`)).at('[0].number')).toBe(18);
  });

  it('has the id that a test gives it, as far as GraphQL can tell it', async () => {
    const { github, number } = ready();
    const huge = await github.createRepository(`acme/huge-${number}`, { id: 2 ** 31 - number });
    const pull = await huge.openPullRequest();
    const query = `query { repository(owner: "acme", name: "huge-${number}") { databaseId pullRequest(number: ${pull.number}) { databaseId } } }`;
    expect((await ready().graphql(query)).at('data.repository.databaseId')).toBe(2 ** 31 - number);
    await expect(github.createRepository(`acme/h-${number}`, { id: 2 ** 31 })).rejects.toThrow('no id');
    await expect(github.createRepository(`acme/h-${number}`, { id: huge.id })).rejects.toThrow('taken');
  });
});
