import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { startLocalGitHub } from '../../support/local-github/index.js';
import { answers, isQuery } from '../../support/local-github/index.js';
import { says, startHostileServer } from './hostile-server.js';
import { openStore, shown, TARGET, within, WRITER } from './stage.js';

/** The runner's proxy settings count, with the bound on bodies too: a file of its own, since they are read once. */
it('goes through the runner’s proxy', async () => {
  const github = await startLocalGitHub();
  const repository = await github.createRepository(TARGET.repo);
  await repository.openPullRequest({ number: TARGET.pr });
  github.issueToken(WRITER, { login: 'octocat', permissions: { contents: 'write', 'pull-requests': 'read' } });

  const proxy = await startProxy(github.serverUrl);
  const apiUrl = 'http://github.test/api/v3';
  const before = { ...process.env };
  process.env['GITHUB_API_URL'] = apiUrl;
  process.env['http_proxy'] = proxy.url;
  for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
  try {
    const store = await openStore({ apiUrl, graphqlUrl: 'http://github.test/api/graphql' });
    expect(await store.read(within())).toMatchObject({ kind: 'read', snapshot: { head: null } });
    expect(new Set(proxy.tunnels)).toEqual(new Set(['github.test:80']));
    expect(github.requests).toMatchObject([{ login: 'octocat', status: 200 }]);

    github.faults.next(isQuery(), answers({ status: 200, body: { data: 'x'.repeat(9 * 1024 * 1024) } }));
    expect(await store.read(within())).toMatchObject({
      kind: 'failed',
      failure: { problem: expect.stringContaining('longer than') as unknown },
    });
    expect(github.violations).toEqual([]);
  } finally {
    process.env = before;
    await proxy.close();
    await github.close();
  }
});

// Through a proxy, answers may come packed: what counts is what they are when they are unpacked.
it('measures an answer through the proxy after unpacking it', async () => {
  const packed = gzipSync(Buffer.alloc(50 * 1024 * 1024, ' '));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
  const server = await startHostileServer(says(200, headers, packed));
  const proxy = await startProxy(server.url);
  const before = { ...process.env };
  process.env['http_proxy'] = proxy.url;
  for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
  try {
    const store = await openStore({
      apiUrl: 'http://github.test/api/v3',
      graphqlUrl: 'http://github.test/api/graphql',
    });
    const used = process.memoryUsage().arrayBuffers;
    expect(shown(await store.read(within()))).toContain('longer than');
    expect(process.memoryUsage().arrayBuffers - used).toBeLessThan(40 * 1024 * 1024);
  } finally {
    process.env = before;
    await proxy.close();
    await server.close();
  }
});

interface Proxy {
  readonly url: string;
  readonly tunnels: readonly string[];
  close(): Promise<void>;
}

/** A proxy that leads every tunnel to one server. */
async function startProxy(target: string): Promise<Proxy> {
  const tunnels: string[] = [];
  const open = new Set<Socket>();
  const proxy = createServer((_request, response) => response.writeHead(400).end());
  proxy.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(Number(new URL(target).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) open.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`,
    tunnels,
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
