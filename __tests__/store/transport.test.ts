import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { HttpAnswer, Transport } from '../../src/store/transport.js';
import { says, startHostileServer, type Behaviour, type HostileServer } from './hostile-server.js';
import { shown, within } from './stage.js';

/** What comes over the wire, before anybody decides what it means: bounded in size and time, and only from one host. */

const TOKEN = 'ghs_secret0123456789abcdef';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const MIB = 1024 * 1024;

const servers: HostileServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(behave: Behaviour): Promise<{ server: HostileServer; transport: Transport }> {
  const server = await startHostileServer(behave);
  servers.push(server);
  const { apiUrl, graphqlUrl } = server;
  return { server, transport: await createTransport({ token: TOKEN, apiUrl, graphqlUrl }) };
}

const askEither = [
  ['GraphQL', (transport: Transport, ms?: number) => transport.graphql('{ viewer { login } }', {}, within(ms))],
  ['REST', (transport: Transport, ms?: number) => transport.rest('GET /rate_limit', {}, within(ms))],
] as const;

function problemOf(answer: HttpAnswer): string {
  if (answer.kind === 'answer') throw new Error(`an answer: ${JSON.stringify(answer)}`);
  expect(shown(answer)).not.toContain(TOKEN);
  return answer.problem;
}

/** Sends chunks for as long as somebody takes them. */
function pours(
  chunk: Buffer,
  totalBytes: number,
  status = 200,
  headers: Record<string, string> = JSON_TYPE,
): Behaviour {
  return (_request, response) => {
    response.writeHead(status, headers);
    let sent = 0;
    const more = (): void => {
      while (sent < totalBytes && !response.destroyed) {
        sent += chunk.length;
        if (!response.write(chunk)) {
          response.once('drain', more);
          return;
        }
      }
      if (!response.destroyed) response.end();
    };
    more();
  };
}

describe.each(askEither)('a body over %s', (_name, ask) => {
  it('of 50 MB is refused without being read whole', async () => {
    const { server, transport } = await serve(pours(Buffer.alloc(MIB / 4, ' '), 50 * MIB));
    const started = performance.now();
    const before = process.memoryUsage().arrayBuffers;
    expect(problemOf(await ask(transport))).toMatch(/longer than 8388608 bytes/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MIB);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(server.bytesSent()).toBeLessThan(20 * MIB);
    while (server.answering() > 0) await sleep(5);
  });

  it('without end is refused', async () => {
    const { server, transport } = await serve(pours(Buffer.alloc(MIB / 4, '['), Number.POSITIVE_INFINITY));
    expect(problemOf(await ask(transport))).toMatch(/longer than/);
    while (server.answering() > 0) await sleep(5);
    expect(server.bytesSent()).toBeLessThan(20 * MIB);
  });

  it.each([undefined, 'text/plain', 'application/octet-stream', 'application/json', 'nonsense'])(
    'is bounded whatever it calls itself: %s',
    async (type) => {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const { transport } = await serve(pours(Buffer.alloc(MIB, 'x'), 20 * MIB, 200, headers));
      expect(problemOf(await ask(transport))).toMatch(/longer than/);
    },
  );

  it('is measured after decompression', async () => {
    const packed = gzipSync(Buffer.alloc(50 * MIB, ' '));
    expect(packed.length).toBeLessThan(MIB / 8);
    const { transport } = await serve(says(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, packed));
    const before = process.memoryUsage().arrayBuffers;
    expect(problemOf(await ask(transport))).toMatch(/longer than/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MIB);
  });

  it('of exactly 8 MiB is read, and one byte more is not', async () => {
    const whole = `"${'x'.repeat(8 * MIB - 2)}"`;
    const { transport } = await serve(says(200, JSON_TYPE, whole));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status: 200 });
    const { transport: other } = await serve(says(200, JSON_TYPE, `${whole} `));
    expect(problemOf(await ask(other))).toMatch(/longer than/);
  });

  it.each([401, 403, 404, 429, 502])('beside status %i does not hide the status', async (status) => {
    const headers = { ...JSON_TYPE, 'retry-after': '7' };
    const { transport } = await serve(pours(Buffer.alloc(MIB, ' '), 20 * MIB, status, headers));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status, headers: { 'retry-after': '7' } });
  });

  it('that breaks off is no answer', async () => {
    const { transport } = await serve((_request, response) => {
      response.writeHead(200, JSON_TYPE);
      response.write('{"data":{"createCommitOnBranch":{"commit":', () => response.socket?.destroy());
    });
    expect(problemOf(await ask(transport))).toContain('connection to GitHub failed');
  });

  it('that is shorter than it promised is no answer', async () => {
    const { transport } = await serve((_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' });
      response.write('{}', () => response.socket?.destroy());
    });
    expect(problemOf(await ask(transport))).toContain('connection to GitHub failed');
  });

  it('that drips is ended by the deadline, and the connection with it', async () => {
    const { server, transport } = await serve((_request, response) => {
      response.writeHead(200, JSON_TYPE);
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const started = performance.now();
    expect(problemOf(await ask(transport, 300))).toBe('GitHub did not answer in time');
    expect(performance.now() - started).toBeGreaterThan(250);
    expect(performance.now() - started).toBeLessThan(2_000);
    while (server.answering() > 0) await sleep(5);
  });

  it('whose headers never end is ended by the deadline', async () => {
    const { transport } = await serve((_request, response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\nx-drip: ');
      const drip = setInterval(() => response.socket?.write('x'), 10);
      response.socket?.on('close', () => clearInterval(drip));
    });
    expect(problemOf(await ask(transport, 300))).toBe('GitHub did not answer in time');
  });

  it('is read as it is: no number and no text in it changes', async () => {
    const body = {
      a: '123n',
      b: '-5nn',
      c: 'é\u0000\u2028',
      d: [1, 1.5, null, true],
      e: '9007199254740993',
      f: '"1n"',
    };
    const { transport } = await serve(says(200, JSON_TYPE, JSON.stringify(body)));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', body });
  });

  it.each([
    ['HTML', { 'content-type': 'text/html' }, '<html>'],
    ['JSON that is none', JSON_TYPE, '{"data": nul'],
    ['JSON without a type', {}, '{"data": {}}'],
    ['JSON with an empty type', { 'content-type': '' }, '{"data": {}}'],
    ['a malformed type', { 'content-type': ';;;=;charset' }, '{"data": {}}'],
    ['a type without its second half', { 'content-type': 'application' }, '{"data": {}}'],
    ['bytes', { 'content-type': 'application/octet-stream' }, '{"data": {}}'],
    ['nothing', JSON_TYPE, ''],
    ['a byte order mark and no more', JSON_TYPE, '\uFEFF'],
    ['nesting', JSON_TYPE, '['.repeat(100_000) + ']'.repeat(100_000)],
    ['numbers of all sizes', JSON_TYPE, '[9007199254740993, 1e400, -0, 123456789012345678901234567890]'],
    ['__proto__', JSON_TYPE, '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}'],
  ])('of %s is an answer, and never throws', async (_what, headers, body) => {
    for (const status of [200, 201, 400, 500]) {
      const { transport } = await serve(says(status, headers, body));
      expect((await ask(transport)).kind).toMatch(/^(?:answer|no_answer)$/);
    }
    expect('polluted' in {}).toBe(false);
  });

  it.each([204, 205, 304])('is not looked for beside status %i', async (status) => {
    const { transport } = await serve(says(status, {}, ''));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status });
  });
});

describe.each(askEither)('a redirect over %s', (_name, ask) => {
  it.each([301, 302, 303, 307, 308])(
    'with status %i is not followed, so no other host sees the token',
    async (status) => {
      const other = await startHostileServer(says(200, JSON_TYPE, '{"data":{}}'));
      servers.push(other);
      const { server, transport } = await serve(says(status, { location: `${other.url}/stolen` }, ''));
      expect(await ask(transport)).toMatchObject({ kind: 'answer', status });
      expect(other.requests).toEqual([]);
      expect(server.requests).toMatchObject([{ authorization: `token ${TOKEN}` }]);
    },
  );

  it('to the same host is not followed either', async () => {
    const { server, transport } = await serve(says(307, { location: '/elsewhere' }, ''));
    expect(await ask(transport)).toMatchObject({ kind: 'answer', status: 307 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('an address', () => {
  it.each(['http://127.0.0.1:1', 'http://host.invalid', 'http://127.0.0.1:99999', 'http://['])(
    'nobody answers at is no answer: %s',
    async (url) => {
      const transport = await createTransport({ token: TOKEN, apiUrl: url, graphqlUrl: `${url}/graphql` });
      for (const [, ask] of askEither) expect(problemOf(await ask(transport, 2_000))).toMatch(/GitHub/);
    },
  );

  it('is kept whatever the parameters say: they cannot leave their place in the path', async () => {
    const { server, transport } = await serve(says(200, JSON_TYPE, '{}'));
    const parameters = { owner: '../..', repo: 'a/b?c#d', run_id: '1\r\nx: y' };
    await transport.rest('GET /repos/{owner}/{repo}/actions/runs/{run_id}', parameters, within());
    expect(server.requests[0]?.path).toBe('/api/v3/repos/..%2F../a%2Fb%3Fc%23d/actions/runs/1%0D%0Ax%3A%20y');
  });
});
