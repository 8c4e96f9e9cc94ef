import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy that tunnels every connection to one server, whatever name it asks for. */
export interface Proxy {
  readonly host: string;
  /** `host:port` of every tunnel that was asked for, with the credentials that came along. */
  readonly tunnels: readonly { readonly to: string; readonly credentials: string | null }[];
  close(): Promise<void>;
}

/** @param port where the tunnels really lead. */
export async function startProxy(port: number): Promise<Proxy> {
  const tunnels: { to: string; credentials: string | null }[] = [];
  const open = new Set<Socket>();
  const server = createServer((_request, response) => response.writeHead(400).end());
  server.on('connect', (request, client: Socket) => {
    const [, encoded] = /^Basic (.*)$/.exec(request.headers['proxy-authorization'] ?? '') ?? [];
    const credentials = encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
    tunnels.push({ to: request.url ?? '', credentials });
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) open.add(socket.on('error', () => undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    tunnels,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
