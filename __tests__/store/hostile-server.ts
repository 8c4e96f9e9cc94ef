import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A server that is no GitHub: it does what a test says, and notes what it was sent. */
export interface HostileServer {
  readonly url: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** Every request with its headers, token and all. */
  readonly requests: readonly {
    readonly path: string;
    readonly authorization: string | undefined;
    readonly headers: IncomingHttpHeaders;
  }[];
  /** Bytes that went out over all connections, the closed ones too. */
  bytesSent(): number;
  /** Answers that are neither complete nor cut off by the client. */
  answering(): number;
  close(): Promise<void>;
}

export type Behaviour = (request: IncomingMessage, response: ServerResponse) => void;

export async function startHostileServer(behave: Behaviour): Promise<HostileServer> {
  const requests: HostileServer['requests'][number][] = [];
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  let answering = 0;
  const server = createServer((request, response) => {
    const { url = '', headers } = request;
    requests.push({ path: url, authorization: headers.authorization, headers });
    request.resume();
    response.on('error', () => undefined);
    answering += 1;
    response.on('close', () => {
      answering -= 1;
    });
    request.on('end', () => behave(request, response));
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesWritten;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    url,
    apiUrl: `${url}/api/v3`,
    graphqlUrl: `${url}/api/graphql`,
    requests,
    bytesSent: () => closedBytes + [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0),
    answering: () => answering,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers everything with this. */
export function says(status: number, headers: Record<string, string>, body: string | Buffer): Behaviour {
  return (_request, response) => {
    response.writeHead(status, headers);
    response.end(body);
  };
}
