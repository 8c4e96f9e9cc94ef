import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestClient } from '../../support/local-github/test-client.js';

let client: TestClient;
let knownViolations = 0;

beforeAll(async () => {
  client = await TestClient.start();
});

beforeEach(() => client.nextRepository());

afterEach(() => {
  client.github.faults.clear();
  expect(client.github.violations.slice(knownViolations)).toEqual([]);
  knownViolations = client.github.violations.length;
});

afterAll(() => client.github.close());

describe('REST', () => {
  it('makes an orphan branch whose ref can be created once', async () => {
    const tree = await client.rest('POST', '/git/trees', {
      tree: [{ path: 'a/b.json', mode: '100644', type: 'blob', content: '{}\n' }],
    });
    expect(tree.status).toBe(201);
    const commit = await client.rest('POST', '/git/commits', { message: 'Root', tree: tree.at('sha'), parents: [] });
    expect(commit).toMatchObject({ status: 201, json: { parents: [], author: { name: 'octocat' } } });
    const body = { ref: 'refs/heads/state', sha: commit.at('sha') };
    const both = await Promise.all([client.rest('POST', '/git/refs', body), client.rest('POST', '/git/refs', body)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 422]);
    expect(both.find(({ status }) => status === 422)?.at('message')).toBe('Reference already exists');
    expect(await client.repository.readFile('state', 'a/b.json')).toBe('{}\n');
    expect((await client.rest('GET', '/git/ref/heads/state')).at('object.sha')).toBe(commit.at('sha'));
    expect((await client.rest('GET', '/git/matching-refs/heads/st')).json).toHaveLength(1);
    expect((await client.rest('GET', `/git/commits/${String(commit.at('sha'))}`)).at('message')).toBe('Root');
    expect((await client.rest('GET', '/git/trees/state?recursive=1')).at('tree')).toHaveLength(2);
    const removed = await client.rest('POST', '/git/trees', {
      base_tree: commit.at('sha'),
      tree: [{ path: 'a/b.json', mode: '100644', type: 'blob', sha: null }],
    });
    expect(removed.at('tree')).toEqual([]);
  });

  it('moves a ref forward only, and deletes it', async () => {
    const first = await client.head();
    await client.repository.createBranch('x', first);
    const second = await client.repository.writeFile('main', 'two', '2');
    expect((await client.rest('PATCH', '/git/refs/heads/x', { sha: second })).status).toBe(200);
    expect(await client.rest('PATCH', '/git/refs/heads/x', { sha: first })).toMatchObject({
      status: 422,
      json: { message: 'Update is not a fast forward' },
    });
    expect((await client.rest('PATCH', '/git/refs/heads/x', { sha: first, force: true })).status).toBe(200);
    expect((await client.rest('DELETE', '/git/refs/heads/x')).status).toBe(204);
    expect((await client.rest('GET', '/git/ref/heads/x')).status).toBe(404);
  });

  it('refuses in GitHub’s words', async () => {
    const empty = await client.github.createRepository(`acme/bare-${client.number}`, { empty: true });
    const url = `${client.github.apiUrl}/repos/${empty.nameWithOwner}`;
    expect(await client.send('GET', `${url}/git/ref/heads/main`)).toMatchObject({
      status: 409,
      json: { message: 'Git Repository is empty.' },
    });
    expect(await client.send('GET', `${client.github.apiUrl}/nowhere`)).toMatchObject({
      status: 404,
      json: { message: 'Not Found', status: '404' },
    });
    expect(await client.rest('POST', '/git/trees', { tree: [{ mode: 'wrong' }] })).toMatchObject({ status: 422 });
    expect(await client.rest('POST', '/git/refs', { ref: 'refs/heads/x' })).toMatchObject({
      status: 422,
      json: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' },
    });
    expect((await client.rest('GET', '/pulls?state=every')).status).toBe(422);
    const readOnly = await client.rest(
      'POST',
      '/git/refs',
      { ref: 'refs/heads/x', sha: await client.head() },
      'reader',
    );
    expect(readOnly).toMatchObject({ status: 403, json: { message: 'Resource not accessible by integration' } });
    expect((await client.rest('GET', '', undefined, 'stolen')).at('message')).toBe('Bad credentials');
    client.repository.protectBranch('x', 'Locked.');
    expect(await client.rest('POST', '/git/refs', { ref: 'refs/heads/x', sha: await client.head() })).toMatchObject({
      status: 422,
    });
  });

  it('writes contents with the refusals of the contents API', async () => {
    const body = { message: 'm', content: Buffer.from('1').toString('base64'), sha: 'f'.repeat(40) };
    const created = await client.rest('PUT', '/contents/dir/new.txt', body);
    expect(created).toMatchObject({ status: 201, json: { content: { path: 'dir/new.txt' } } });
    expect(await client.rest('PUT', '/contents/dir/new.txt', body)).toMatchObject({
      status: 409,
      json: { message: `dir/new.txt does not match ${body.sha}` },
    });
    const without = { message: body.message, content: body.content };
    const missing = await client.rest('PUT', '/contents/dir/new.txt', without);
    expect(missing).toMatchObject({ status: 422, json: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' } });
    expect(
      (await client.rest('PUT', '/contents/dir/new.txt', { ...body, sha: created.at('content.sha') })).status,
    ).toBe(200);
    const read = await client.rest('GET', '/contents/dir/new.txt?ref=main');
    expect(Buffer.from(read.at('content') as string, 'base64').toString()).toBe('1');
    expect((await client.rest('GET', '/contents/dir')).json).toHaveLength(1);
  });

  it('answers pull requests, permissions, runs and accounts', async () => {
    await client.repository.openPullRequest({ number: 5, head: 'topic' });
    const pull = await client.repository.openPullRequest({
      number: 6,
      head: 'other',
      fork: `them/widgets-${client.number}`,
    });
    expect((await client.rest('GET', '/pulls/6')).json).toMatchObject({
      number: 6,
      state: 'open',
      head: { sha: pull.headRefOid },
    });
    expect((await client.rest('GET', '/pulls/7')).status).toBe(404);
    expect((await client.rest('GET', '/pulls?state=open&head=them:other')).json).toHaveLength(1);
    const listed = await client.rest('GET', '/pulls?per_page=1&page=1');
    expect(listed.json).toHaveLength(1);
    expect(listed.headers.get('link')).toContain('rel="next"');
    expect((await client.rest('GET', `/commits/${pull.headRefOid}/pulls`)).json).toMatchObject([{ number: 6 }]);
    expect((await client.rest('GET', `/commits/${await client.head()}/pulls`)).json).toEqual([]);
    await client.repository.closePullRequest(6, 'merged');
    expect((await client.rest('GET', `/commits/${pull.headRefOid}/pulls`)).json).toMatchObject([
      { number: 6, state: 'closed' },
    ]);
    expect((await client.rest('GET', '/pulls/6')).at('merged')).toBe(true);

    client.repository.setCollaborator('Mona', 'maintain');
    expect((await client.rest('GET', '/collaborators/mona/permission')).json).toMatchObject({
      permission: 'write',
      role_name: 'maintain',
    });
    expect((await client.rest('GET', '/collaborators/stranger/permission')).at('permission')).toBe('read');

    client.repository.addRun({ id: 1001, status: 'in_progress', conclusion: null, runAttempt: 2 });
    expect((await client.rest('GET', '/actions/runs/1001')).json).toMatchObject({
      status: 'in_progress',
      run_attempt: 2,
    });
    expect((await client.rest('GET', '/actions/runs/1')).status).toBe(404);
    expect((await client.rest('GET', '/actions/runs/1001', undefined, 'reader')).status).toBe(403);
    expect((await client.rest('POST', '/actions/runs/1001/cancel')).status).toBe(202);
    expect(client.repository.run(1001)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect((await client.rest('POST', '/actions/runs/1001/force-cancel')).status).toBe(409);
    expect((await client.rest('GET', '')).at('default_branch')).toBe('main');
    expect((await client.send('GET', `${client.github.apiUrl}/users/mona`)).at('login')).toBe('mona');
    expect((await client.send('GET', `${client.github.apiUrl}/user`)).at('login')).toBe('octocat');
    expect((await client.send('GET', `${client.github.apiUrl}/rate_limit`)).at('resources.core.limit')).toBe(1000);
  });

  it('answers 304 to the same token', async () => {
    const url = `${client.github.apiUrl}/repos/${client.repository.nameWithOwner}/git/ref/heads/main`;
    const etag = (await client.send('GET', url)).headers.get('etag') ?? '';
    const ask = (token: string): Promise<Response> =>
      fetch(url, { headers: { 'if-none-match': etag, authorization: `token ${token}` } });
    expect((await ask('writer')).status).toBe(304);
    expect((await ask('reader')).status).toBe(200);
  });
});
