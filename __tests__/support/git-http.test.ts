import { afterEach, describe, expect, it } from '@jest/globals';
import { COMMIT } from '../../support/local-github/test-client.js';
import { GitClient, type GitResult } from './git-client.js';
import { withClient } from './with-client.js';

const ready = withClient();
const clones: GitClient[] = [];

afterEach(() => Promise.all(clones.splice(0).map((clone) => clone.delete())));

async function cloned(url: string, token?: string, ...options: string[]): Promise<GitClient> {
  const clone = await GitClient.clone(url, token, ...options);
  clones.push(clone);
  return clone;
}

describe('git over HTTP', () => {
  it('pushes, and the API sees it at once, and git what the API does', async () => {
    const { repository, github } = ready();
    await repository.openPullRequest({ number: 17 });
    const clone = await cloned(repository.cloneUrl, 'writer', '--branch', 'pr-17');
    const from = await clone.git('rev-parse', 'HEAD');
    const to = await clone.commit('a.txt', 'a\n');
    github.clearRequests();
    expect(await clone.git('push', '--porcelain', 'origin', 'pr-17')).toContain('Done');
    expect(github.requests).toMatchObject([
      { kind: 'git', operation: 'git-receive-pack refs', method: 'GET', status: 200, login: 'octocat' },
      {
        kind: 'git',
        operation: 'git-receive-pack',
        method: 'POST',
        status: 200,
        git: {
          service: 'git-receive-pack',
          commands: [{ ref: 'refs/heads/pr-17', oldOid: from, newOid: to }],
          results: [{ ref: 'refs/heads/pr-17', ok: true }],
        },
      },
    ]);
    expect(github.points('writer')).toEqual({ core: 0, graphql: 0 });
    const query = `query { repository(owner: "acme", name: "widgets-${ready().number}") {
      ref(qualifiedName: "pr-17") { target { oid } } pullRequest(number: 17) { headRefOid } } }`;
    expect((await ready().graphql(query)).at('data.repository')).toEqual({
      ref: { target: { oid: to } },
      pullRequest: { headRefOid: to },
    });
    expect(await clone.git('ls-remote', 'origin', 'refs/pull/17/head')).toBe(`${to}\trefs/pull/17/head`);
    const { at } = await ready().graphql(COMMIT, { input: ready().commitInput(await ready().head()) });
    await clone.git('fetch', '--quiet', 'origin');
    expect(await clone.git('rev-parse', 'origin/main')).toBe(at('data.createCommitOnBranch.commit.oid'));
  });

  it('serves shallow and partial clones, single commits, and large packs whose objects the API finds', async () => {
    const { repository, github } = ready();
    const oid = await repository.writeFile('main', 'b.txt', 'b');
    await repository.writeFile('main', 'b.txt', 'c');
    const clone = await cloned(repository.cloneUrl.replace(/\.git$/, ''), '', '--depth=1', '--filter=blob:none');
    await clone.git('fetch', '--quiet', '--depth=1', 'origin', oid);
    expect(await clone.git('cat-file', '-t', oid)).toBe('commit');
    const writer = await cloned(repository.cloneUrl);
    await writer.commit('large.txt', Array.from({ length: 4000 }, (_line, index) => `${index * 7919}\n`).join(''));
    github.clearRequests();
    await writer.git('-c', 'http.postBuffer=1000', 'push', '--quiet', 'origin', 'main');
    expect(github.requests.map(({ git }) => git?.commands.length)).toEqual([0, 0, 1]);
    expect(await repository.readFile('main', 'large.txt')).toContain('7919\n');
  });

  it('refuses a push without credentials, with a wrong token, and with one that may only read', async () => {
    const { repository, github } = ready();
    const clone = await cloned(repository.cloneUrl);
    const to = await clone.commit('a.txt', 'a\n');
    const push = (token: string): Promise<GitResult> => clone.as(token).run('push', 'origin', `${to}:refs/heads/main`);
    expect(await push('')).toMatchObject({ code: 128, stderr: expect.stringContaining('could not read Username') });
    expect(await push('wrong')).toMatchObject({
      code: 128,
      stderr: expect.stringContaining('could not read Username'),
    });
    const denied = `remote: Permission to ${repository.nameWithOwner}.git denied to github-actions[bot].`;
    expect(await push('reader')).toMatchObject({ code: 128, stderr: expect.stringContaining(denied) });
    expect(await clone.as('reader').git('ls-remote', 'origin', 'main')).toContain(await ready().head());
    const answered = async (token: string): Promise<unknown> => {
      const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
      const headers = token === '' ? {} : { authorization };
      const response = await fetch(`${repository.cloneUrl}/info/refs?service=git-receive-pack`, { headers });
      return [response.status, response.headers.get('www-authenticate'), await response.text()];
    };
    expect(await answered('')).toEqual([401, 'Basic realm="GitHub"', 'No anonymous write access.']);
    expect(await answered('wrong')).toEqual([
      401,
      'Basic realm="GitHub"',
      'Invalid username or token. Password authentication is not supported for Git operations.',
    ]);
    expect(github.requests.filter(({ operation }) => operation === 'git-receive-pack')).toEqual([]);
  });

  it('does not know private repositories of others, nor what is not there', async () => {
    const { github, number } = ready();
    const secret = await github.createRepository(`acme/secret-${number}`, { private: true });
    github.issueToken('stranger', { login: 'stranger', permissions: { contents: 'write' }, repositories: ['a/b'] });
    const clone = await cloned(secret.cloneUrl);
    for (const url of [secret.cloneUrl, `${github.serverUrl}/acme/nothing.git`]) {
      expect((await clone.as('stranger').run('ls-remote', url)).stderr).toContain('remote: Repository not found.');
      expect((await clone.as('').run('ls-remote', url)).stderr).toContain('could not read Username');
    }
    expect((await fetch(`${secret.cloneUrl}/info/refs`)).status).toBe(403);
  });

  it('leads from an old name to the new one', async () => {
    const { repository, number } = ready();
    const clone = await cloned(repository.cloneUrl);
    repository.rename(`acme/gizmos-${number}`);
    const to = await clone.commit('a.txt', 'a\n');
    expect(await clone.git('push', '--porcelain', 'origin', 'main')).toContain('Done');
    expect(await repository.head('main')).toBe(to);
  });

  it('has the bare repository for who wants to do without HTTP', async () => {
    const { repository, github } = ready();
    await repository.openPullRequest({ number: 17 });
    github.clearRequests();
    const clone = await cloned(`file://${repository.gitDir}`, '');
    const from = await clone.git('rev-parse', 'origin/pr-17');
    const to = await clone.commit('a.txt', 'a\n');
    expect((await clone.pushAtomically({ ref: 'refs/heads/pr-17', from, to })).code).toBe(0);
    expect(github.requests).toEqual([]);
    expect((await ready().rest('GET', '/pulls/17')).at('head.sha')).toBe(to);
  });

  it('serves a repository of SHA-256, and the API does too', async () => {
    const { github, number } = ready();
    const repository = await github.createRepository(`acme/long-${number}`, { objectFormat: 'sha256' });
    await repository.openPullRequest({ number: 17, fork: `them/long-${number}` });
    const clone = await cloned(repository.cloneUrl);
    const from = await clone.git('rev-parse', 'HEAD');
    const to = await clone.commit('a.txt', 'a\n');
    expect([from, to].map((oid) => oid.length)).toEqual([64, 64]);
    expect((await clone.pushAtomically({ ref: 'refs/heads/main', from, to })).code).toBe(0);
    const branch = { repositoryNameWithOwner: repository.nameWithOwner, branchName: 'main' };
    const written = await ready().graphql(COMMIT, { input: { ...ready().commitInput(to), branch } });
    const head = written.at('data.createCommitOnBranch.commit.oid');
    expect(head).toBe(await repository.head('main'));
    expect(head).toHaveLength(64);
    await clone.git('fetch', '--quiet', 'origin');
    expect(await clone.git('show', 'origin/main:a.txt', 'origin/main:a.json')).toBe('a\n{}');
    const query = `query { repository(owner: "acme", name: "long-${number}") { id ref(qualifiedName: "main") {
      target { oid ... on Commit { tree { entries { name oid } } } } } pullRequest(number: 17) { headRefOid } } }`;
    const { at } = await ready().graphql(query);
    expect(at('data.repository.ref.target')).toMatchObject({
      oid: head,
      tree: { entries: [{ name: 'README.md' }, { name: 'a.json' }, { name: 'a.txt' }] },
    });
    expect(at('data.repository.pullRequest.headRefOid')).toHaveLength(64);
    const refUpdates = [{ name: 'refs/heads/new', beforeOid: '0'.repeat(64), afterOid: head }];
    const input = { repositoryId: at('data.repository.id'), refUpdates };
    const moved = await ready().graphql(
      'mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }',
      { input },
    );
    expect(moved.at('errors')).toBeUndefined();
    expect(await repository.head('new')).toBe(head);
    await repository.deleteBranch('new');
    const url = `${github.apiUrl}/repos/${repository.nameWithOwner}/git/commits/${String(head)}`;
    expect((await ready().send('GET', url)).at('sha')).toBe(head);
  });
});
