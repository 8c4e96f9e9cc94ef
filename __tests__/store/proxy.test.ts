import { connect, type AddressInfo, type Socket } from 'node:net';
import { createServer } from 'node:http';
import { expect, it } from '@jest/globals';
import { startLocalGitHub } from '../../support/local-github/index.js';
import { answers, isQuery } from '../../support/local-github/index.js';
import { openStore, TARGET, within, WRITER } from './stage.js';

/** The runner's proxy settings count, with the bound on bodies too: a file of its own, since they are read once. */
it('goes through the runner’s proxy', async () => {
  const github = await startLocalGitHub();
  const repository = await github.createRepository(TARGET.repo);
  await repository.openPullRequest({ number: TARGET.pr });
  github.issueToken(WRITER, { login: 'octocat', permissions: { contents: 'write', 'pull-requests': 'read' } });

  const tunnels: string[] = [];
  const open = new Set<Socket>();
  const proxy = createServer((_request, response) => response.writeHead(400).end());
  proxy.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const upstream = connect(Number(new URL(github.serverUrl).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) open.add(socket.on('error', () => undefined));
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));

  const apiUrl = 'http://github.test/api/v3';
  const before = { ...process.env };
  process.env['GITHUB_API_URL'] = apiUrl;
  process.env['http_proxy'] = `http://127.0.0.1:${String((proxy.address() as AddressInfo).port)}`;
  for (const name of ['no_proxy', 'NO_PROXY']) delete process.env[name];
  try {
    const store = await openStore({ apiUrl, graphqlUrl: 'http://github.test/api/graphql' });
    expect(await store.read(within())).toMatchObject({ kind: 'read', snapshot: { head: null } });
    expect(new Set(tunnels)).toEqual(new Set(['github.test:80']));
    expect(github.requests).toMatchObject([{ login: 'octocat', status: 200 }]);

    github.faults.next(isQuery(), answers({ status: 200, body: { data: 'x'.repeat(9 * 1024 * 1024) } }));
    expect(await store.read(within())).toMatchObject({
      kind: 'failed',
      failure: { problem: expect.stringContaining('longer than') as unknown },
    });
    expect(github.violations).toEqual([]);
  } finally {
    process.env = before;
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
    await github.close();
  }
});
