import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CacheAnswer, type CacheFault, type CacheOperation, spoil } from './answer.js';
import { type CacheEntry, type CacheGrant, EntryBook } from './entries.js';
import { answerService, serviceOperation } from './service.js';
import { Storage } from './storage.js';

export type { CacheEntry, CacheFault, CacheGrant, CacheOperation };

export interface CacheRequest {
  readonly operation: CacheOperation;
  readonly status: number | null;
}

export interface LocalCacheOptions {
  /** What the addresses of blobs name in place of 127.0.0.1; whoever asks for them has to find it here. */
  readonly blobHost?: string;
}

export interface LocalCache {
  /** `ACTIONS_RESULTS_URL`, with its slash. */
  readonly url: string;
  /** In order of arrival. */
  readonly requests: readonly CacheRequest[];
  entries(): CacheEntry[];
  issueToken(token: string, grant: CacheGrant): void;
  /** What a step is given. Of the token `branch`, which may write on `refs/heads/main`, unless another is named. */
  environment(token?: string): Record<string, string>;
  /** Meets every request of the operation until `mend`; one fault an operation. */
  plant(operation: CacheOperation, fault: CacheFault): void;
  mend(): void;
  close(): Promise<void>;
}

/** Starts a cache service, version 2, with the storage behind it, on 127.0.0.1. */
export async function startLocalCache({ blobHost = '127.0.0.1' }: LocalCacheOptions = {}): Promise<LocalCache> {
  const entries = new EntryBook();
  const storage = new Storage(entries);
  const tokens = new Map<string, CacheGrant>([['branch', { scope: 'refs/heads/main' }]]);
  const faults = new Map<CacheOperation, CacheFault>();
  const requests: CacheRequest[] = [];
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  function signedUrl(id: number): string {
    const account = blobHost === '127.0.0.1' ? '/devstoreaccount1' : '';
    const signature = encodeURIComponent(storage.sign(id));
    return `http://${blobHost}:${port}${account}/actions-cache/${id}?sp=rw&sig=${signature}`;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '/' } = request;
    const body = await readBody(request);
    const url = new URL(path, 'http://127.0.0.1');
    const headers = textHeaders(request);
    const service = serviceOperation(method, url.pathname);
    const operation: CacheOperation = service ?? (method === 'PUT' ? 'upload' : 'download');
    const grant = tokens.get(/^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '') ?? null;
    const fault = faults.get(operation) ?? null;
    const answer =
      service === null
        ? storage.answer({ method, url, headers, body, fault })
        : answerService({ operation: service, body: parsed(body), grant, entries, signedUrl });
    const spoilt = await spoil(answer, fault, operation);
    requests.push({ operation, status: spoilt?.status ?? null });
    send(method, spoilt, response);
  }

  return {
    url: `http://127.0.0.1:${port}/`,
    requests,
    entries: () => entries.all(),
    issueToken: (token, grant) => void tokens.set(token, grant),
    environment: (token = 'branch') => ({
      ACTIONS_CACHE_SERVICE_V2: 'true',
      ACTIONS_RESULTS_URL: `http://127.0.0.1:${port}/`,
      ACTIONS_RUNTIME_TOKEN: token,
    }),
    plant: (operation, fault) => void faults.set(operation, fault),
    mend: () => faults.clear(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function send(method: string, answer: CacheAnswer | null, response: ServerResponse): void {
  if (answer === null) {
    response.socket?.resetAndDestroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(body.length) });
  if (method === 'HEAD') response.end();
  else if (answer.cutAfter === undefined) response.end(body);
  else response.write(body.subarray(0, answer.cutAfter), () => response.socket?.destroy());
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function textHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'object' ? value.join(', ') : value]),
  );
}
