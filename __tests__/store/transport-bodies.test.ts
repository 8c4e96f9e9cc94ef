import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { says, type Behaviour } from './hostile-server.js';
import { askEither, closingServers, JSON_TYPE, MIB, problemOf, serve } from './wire.js';

/** What comes over the wire, before anybody decides what it means: bounded in size and time, and only from one host. */

closingServers();

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

  it('is not asked for packed, and one that is all the same is not unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(50 * MIB, ' '));
    const { server, transport } = await serve(says(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }, packed));
    const before = process.memoryUsage().arrayBuffers;
    const answer = await ask(transport);
    expect(answer).toMatchObject({ kind: 'answer', status: 200, body: expect.any(String) as unknown });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * MIB);
    expect(server.requests[0]?.headers['accept-encoding'] ?? 'identity').toBe('identity');
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
    expect(problemOf(await ask(transport))).toMatch(/^the connection to 127\.0\.0\.1:\d+ failed/);
  });

  it('that is shorter than it promised is no answer', async () => {
    const { transport } = await serve((_request, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' });
      response.write('{}', () => response.socket?.destroy());
    });
    expect(problemOf(await ask(transport))).toMatch(/^the connection to 127\.0\.0\.1:\d+ failed/);
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
});
