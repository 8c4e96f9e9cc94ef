import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../local-github/package-root.js';

/** TLS before a server that speaks plain HTTP, with a certificate that nobody trusts unless told to. */
export interface TlsFront {
  readonly url: string;
  /** For `NODE_EXTRA_CA_CERTS`. */
  readonly certificate: string;
  close(): Promise<void>;
}

/** @param url the server behind, for example `http://127.0.0.1:4321`. */
export async function startTlsFront(url: string): Promise<TlsFront> {
  const folder = join(packageRoot(), 'support', 'tls');
  const certificate = join(folder, 'cert.pem');
  const [cert, key] = await Promise.all([readFile(certificate), readFile(join(folder, 'key.pem'))]);
  const server = createServer({ cert, key }, (incoming, outgoing) => {
    const { method, headers, url: path = '/' } = incoming;
    const behind = request(new URL(path, url), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    behind.on('error', () => outgoing.destroy());
    incoming.pipe(behind);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${String(port)}`,
    certificate,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
