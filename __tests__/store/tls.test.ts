import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { localTls } from '../../support/tls/local-tls.js';
import { changeOf, coordinated, openStore, requestOf, within } from './stage.js';

/** T7 on a real connection: an Enterprise Server whose certificate is signed by nobody that this machine knows. */

let server: Server | null = null;
let address = '';
let connections = 0;

beforeAll(async () => {
  server = createServer(await localTls(), (_request, response) => response.end('{}'));
  server.on('tlsClientError', () => undefined);
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterAll(() => new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve))));

describe('a server with a certificate that is not trusted', () => {
  const open = (): ReturnType<typeof openStore> =>
    openStore({ apiUrl: `https://${address}/api/v3`, graphqlUrl: `https://${address}/api/graphql` });

  it('is no reading, at the first try, and the certificate is what is wrong', async () => {
    connections = 0;
    const { outcome, slept } = await coordinated(requestOf(), open);
    expect(outcome).toMatchObject({
      kind: 'error',
      mayHaveWritten: false,
      failure: {
        code: 'api_error',
        problem: expect.stringContaining(`the connection to ${address} failed`) as unknown,
        advice: expect.stringContaining('NODE_EXTRA_CA_CERTS') as unknown,
      },
    });
    expect(slept).toEqual([]);
    expect(connections).toBe(1);
  });

  it('was certainly not written to', async () => {
    const store = await open();
    for (const head of [null, 'a'.repeat(40)]) {
      expect(await store.write(changeOf(head), within())).toMatchObject({
        kind: 'failed',
        failure: { code: 'api_error', retry: { kind: 'never' } },
      });
    }
  });
});
