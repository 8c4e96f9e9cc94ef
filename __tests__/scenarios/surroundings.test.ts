import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import type { LocalGitHub } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { runStep } from '../../support/runner.js';
import { COMMIT, expectOk, onProcessStage, READ, FIRST_CLAIM } from '../support/scenario.js';

describe('GitHub Enterprise Server', () => {
  test('is found by the addresses of the environment, and links lead to it', () =>
    onProcessStage(async ({ step, asked, github, record }) => {
      const claim = await step('claim', { env: { GITHUB_SERVER_URL: 'https://git.acme.test' } });
      expectOk(claim, 'claimed_new', true);
      expect(asked()).toEqual(FIRST_CLAIM);
      expect(github.requests.map(({ path }) => path.replace(/\/repos.*/, ''))).toEqual([
        '/api/graphql',
        '/api/v3',
        '/api/v3',
        '/api/v3',
        '/api/v3',
      ]);
      const address = 'https://git.acme.test/acme/widgets';
      expect((await record())?.activeRun?.holder?.url).toBe(`${address}/actions/runs/1001/attempts/1`);
      expect(claim.summary).toContain(`(${address}/pull/17)`);
      expect(claim.summary).not.toContain('https://github.com');
    }));

  test('without GITHUB_GRAPHQL_URL, GraphQL is next to its REST API', () =>
    onProcessStage(async ({ step, plant, asked, github }) => {
      await plant(recordOf({ owner: null }));
      const env = { GITHUB_GRAPHQL_URL: undefined, GITHUB_API_URL: `${github.apiUrl}/` };
      expectOk(await step('claim', { env }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT]);
    }));

  test('takes the address of one of its own pull requests', () =>
    onProcessStage(async ({ step, plant }) => {
      await plant(recordOf());
      const env = { GITHUB_SERVER_URL: 'https://git.acme.test' };
      const pr = 'https://git.acme.test/acme/widgets/pull/17';
      expectOk(await step('assert', { env, with: { pr } }), 'owner_confirmed', true);
    }));
});

interface Proxy {
  readonly url: string;
  /** What was asked of it, like `CONNECT github.test:80` or `POST http://github.test/…`. */
  readonly seen: readonly string[];
  readonly close: () => Promise<void>;
}

/** A proxy that leads every host to the local GitHub, by a tunnel or by forwarding, and keeps what it was asked. */
async function startProxy(github: LocalGitHub): Promise<Proxy> {
  const { hostname, port } = new URL(github.serverUrl);
  const seen: string[] = [];
  const server: Server = createServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(501).end();
  });
  server.on('connect', (request, client) => {
    seen.push(`CONNECT ${request.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describe('a proxy', () => {
  const behind = { GITHUB_API_URL: 'http://github.test/api/v3', GITHUB_GRAPHQL_URL: 'http://github.test/api/graphql' };

  test.each(['http_proxy', 'HTTP_PROXY'])('of %s carries every request, REST and GraphQL', (variable) =>
    onProcessStage(async ({ step, github, asked }) => {
      const proxy = await startProxy(github);
      try {
        const env = { ...behind, [variable]: proxy.url };
        expectOk(await step('claim', { env }), 'claimed_new', true);
        expect(asked()).toEqual(FIRST_CLAIM);
        expect(proxy.seen.length).toBeGreaterThan(0);
        expect(new Set(proxy.seen)).toEqual(new Set(['CONNECT github.test:80']));
      } finally {
        await proxy.close();
      }
    }),
  );

  test('carries the post step as well', () =>
    onProcessStage(async ({ step, github, plant, record }) => {
      await plant(recordOf({ owner: null }));
      const proxy = await startProxy(github);
      try {
        const env = { ...behind, http_proxy: proxy.url };
        const claim = await step('claim', { env, with: { 'release-on-exit': 'true' } });
        await claim.post();
        expect((await record())?.activeRun).toBeNull();
      } finally {
        await proxy.close();
      }
    }));

  test('is passed by for the hosts of no_proxy', () =>
    onProcessStage(async ({ step, github, plant, asked }) => {
      await plant(recordOf());
      const proxy = await startProxy(github);
      try {
        const env = { http_proxy: proxy.url, no_proxy: '127.0.0.1' };
        expectOk(await step('assert', { env }), 'owner_confirmed', true);
        expect(asked()).toEqual([READ]);
        expect(proxy.seen).toEqual([]);
      } finally {
        await proxy.close();
      }
    }));
});

test('a step without GITHUB_STEP_SUMMARY, as in older runners, still answers', () =>
  onProcessStage(async ({ github, plant }) => {
    await plant(recordOf());
    const asserted = await runStep(github, { with: { command: 'assert' }, env: { GITHUB_STEP_SUMMARY: undefined } });
    expectOk(asserted, 'owner_confirmed', true);
    expect(asserted.summary).toBe('');
  }));
