import { afterEach, describe, expect, it } from '@jest/globals';
import {
  answers,
  isRest,
  startLocalGitHub,
  type LocalGitHub,
  type LocalRepository,
} from '../../support/local-github/index.js';

/** Conditional requests: what is answered 304, what an ETag depends on, and what a token pays. */

const PERMISSIONS = { contents: 'write', actions: 'read', 'pull-requests': 'read' } as const;
const RAW = 'application/vnd.github.raw+json';
const PATH = 'pulls/0/17.json';

interface Stage {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly get: (path: string, headers?: Record<string, string>, token?: string) => Promise<Response>;
}

const started: LocalGitHub[] = [];

afterEach(async () => {
  for (const github of started.splice(0)) {
    expect(github.violations).toEqual([]);
    await github.close();
  }
});

async function start(contentsEtag?: 'body' | 'commit'): Promise<Stage> {
  const github = await startLocalGitHub(contentsEtag === undefined ? {} : { contentsEtag });
  started.push(github);
  const repository = await github.createRepository('acme/widgets', { private: true });
  await repository.openPullRequest({ number: 17 });
  repository.addRun({ id: 1001, status: 'in_progress', conclusion: null, runAttempt: 1 });
  await repository.writeFile('state', PATH, '{"a":"é"}\n');
  for (const token of ['one', 'two']) github.issueToken(token, { login: 'octocat', permissions: PERMISSIONS });
  github.clearRequests();
  return {
    github,
    repository,
    get: (path, headers = {}, token = 'one') =>
      fetch(`${github.apiUrl}/repos/acme/widgets${path}`, {
        redirect: 'manual',
        headers: { authorization: `token ${token}`, ...headers },
      }),
  };
}

async function etagOf(answer: Promise<Response>): Promise<string> {
  const { status, headers } = await answer;
  expect(status).toBe(200);
  const etag = headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
  return etag;
}

const FILE = `/contents/${PATH}?ref=state`;
const QUERY = JSON.stringify({ query: '{ viewer { login } }' });

describe('a conditional request', () => {
  it.each([FILE, '/contents/pulls?ref=state', '/git/ref/heads/state', '/actions/runs/1001', '/pulls/17'])(
    'for what has not changed is answered 304 without a body, and costs nothing: %s',
    async (path) => {
      const { github, get } = await start();
      const etag = await etagOf(get(path));
      expect(github.points('one')).toEqual({ core: 1, graphql: 0 });
      const answer = await get(path, { 'if-none-match': etag });
      expect([answer.status, await answer.text()]).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(etag);
      expect(Date.parse(answer.headers.get('date') ?? '')).not.toBeNaN();
      expect(answer.headers.get('x-ratelimit-used')).toBe('1');
      expect(answer.headers.get('content-type')).toBeNull();
      expect(github.points('one')).toEqual({ core: 1, graphql: 0 });
      expect(github.requests.map(({ status, ifNoneMatch }) => [status, ifNoneMatch])).toEqual([
        [200, ''],
        [304, etag],
      ]);
    },
  );

  it('is answered in full, for a point, once the body is another', async () => {
    const { github, repository, get } = await start();
    const etag = await etagOf(get(FILE, { accept: RAW }));
    await repository.writeFile('state', PATH, '{}\n');
    const answer = await get(FILE, { accept: RAW, 'if-none-match': etag });
    expect([answer.status, await answer.text()]).toEqual([200, '{}\n']);
    expect(answer.headers.get('etag')).not.toBe(etag);
    expect(github.points('one')).toEqual({ core: 2, graphql: 0 });
  });

  it('is answered in full to another token, though it is of the same login', async () => {
    const { github, get } = await start();
    const etag = await etagOf(get(FILE));
    expect((await get(FILE, { 'if-none-match': etag }, 'two')).status).toBe(200);
    expect(github.points('two')).toEqual({ core: 1, graphql: 0 });
  });

  it.each([
    ['the strong form of the same', (etag: string) => etag.replace('W/', ''), 304],
    ['one of several', (etag: string) => `"other", ${etag}`, 304],
    ['anything', () => '*', 304],
    ['one without quotes', (etag: string) => etag.replaceAll('"', ''), 200],
    ['another', () => 'W/"0"', 200],
  ])('names %s', async (_what, named, status) => {
    const { get } = await start();
    const etag = await etagOf(get(FILE));
    expect((await get(FILE, { 'if-none-match': named(etag) })).status).toBe(status);
  });

  it('is no way past a refusal, a redirect or what is gone', async () => {
    const { github, repository, get } = await start();
    const etag = await etagOf(get(FILE));
    const asked = (): Promise<Response> => get(FILE, { 'if-none-match': etag });
    github.faults.next(isRest(), answers({ status: 403, body: { message: 'No' } }));
    expect((await asked()).status).toBe(403);
    await repository.deleteBranch('state');
    expect((await asked()).status).toBe(404);
    repository.rename('acme/gizmos');
    expect((await asked()).status).toBe(301);
    github.revokeToken('one');
    expect((await asked()).status).toBe(401);
    // The refused token belongs to nobody by now, and nobody pays.
    expect(github.points('one')).toEqual({ core: 4, graphql: 0 });
  });

  it('by POST is none', async () => {
    const { github } = await start();
    const headers = { authorization: 'bearer one', 'if-none-match': '*' };
    const answer = await fetch(github.graphqlUrl, { method: 'POST', headers, body: QUERY });
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, null]);
    expect(github.points('one')).toEqual({ core: 0, graphql: 1 });
  });
});

describe('the ETag of a file', () => {
  it.each([
    ['body', 304],
    ['commit', 200],
  ] as const)('of the %s, after a commit to another file of the branch', async (mode, status) => {
    const { repository, get } = await start(mode);
    const etag = await etagOf(get(FILE, { accept: RAW }));
    expect((await get(FILE, { accept: RAW, 'if-none-match': etag })).status).toBe(304);
    await repository.writeFile('state', 'pulls/0/18.json', '{}\n');
    const answer = await get(FILE, { accept: RAW, 'if-none-match': etag });
    expect([answer.status, await answer.text()]).toEqual([status, status === 304 ? '' : '{"a":"é"}\n']);
  });

  it('is another one for another form of it', async () => {
    const { get } = await start();
    const raw = await etagOf(get(FILE, { accept: RAW }));
    expect(await etagOf(get(FILE))).not.toBe(raw);
  });
});

describe('a file', () => {
  it('is had raw, byte for byte, by whoever asks for that', async () => {
    const { repository, get } = await start();
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0a]);
    await repository.writeFile('state', 'bytes', bytes);
    const answer = await get('/contents/bytes?ref=refs/heads/state', { accept: RAW });
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    expect(answer.headers.get('content-type')).toBe(`${RAW}; charset=utf-8`);
    expect(await (await get('/contents/bytes?ref=state')).json()).toMatchObject({ encoding: 'base64', size: 6 });
    const folder = await get('/contents/pulls?ref=state', { accept: RAW });
    expect(await folder.json()).toMatchObject([{ name: '0', type: 'dir' }]);
  });
});

describe('the count of points', () => {
  it('goes on above the limit, which the headers never show as used up', async () => {
    const { github } = await start();
    const ask = (): Promise<Response> =>
      fetch(github.graphqlUrl, { method: 'POST', headers: { authorization: 'bearer one' }, body: QUERY });
    for (let asked = 0; asked < 1001; asked += 1) await (await ask()).arrayBuffer();
    const { headers } = await ask();
    expect([headers.get('x-ratelimit-used'), headers.get('x-ratelimit-remaining')]).toEqual(['999', '1']);
    expect(github.points('one')).toEqual({ core: 0, graphql: 1002 });
  });

  it('begins anew with a new grant, and is known of issued tokens alone', async () => {
    const { github, get } = await start();
    await get('/pulls/17');
    github.issueToken('one', { login: 'octocat', permissions: PERMISSIONS });
    expect(github.points('one')).toEqual({ core: 0, graphql: 0 });
    expect(() => github.points('three')).toThrow('No such token');
  });
});
