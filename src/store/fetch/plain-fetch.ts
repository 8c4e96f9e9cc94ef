import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { answerWith, readWhole, type FetchedAnswer, type FetchOptions } from './fetched-answer.js';

/** Longer than a request takes, shorter than servers keep a connection: a write after a long wait meets no dead socket. */
const KEPT_ALIVE_MS = 4_000;

interface Protocol {
  readonly request: (url: string, options: RequestOptions) => ClientRequest;
  readonly agent: Agent;
}

const protocols = new Map<string, Promise<Protocol>>();

/**
 * A fetch over `node:http` and `node:https`, whichever the address needs. The one that is built into Node loads four times
 * as much code before its first request, which every step would pay for. Follows no redirect: it could carry the request
 * to another host.
 */
export async function plainFetch(url: string, options: FetchOptions): Promise<FetchedAnswer> {
  const { request, agent } = await protocolOf(url);
  const { method, headers, body, signal } = options;
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      ...{ method, agent, signal },
      headers: { ...headers, ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      receive(url, response).then(resolve, reject);
    });
    sent.end(body);
  });
}

/** Ends the connections that are kept for a next request, so that the process can end. */
export async function closeConnections(): Promise<void> {
  for (const protocol of protocols.values()) (await protocol).agent.destroy();
  protocols.clear();
}

function protocolOf(url: string): Promise<Protocol> {
  const scheme = new URL(url).protocol;
  const known = protocols.get(scheme) ?? load(scheme);
  protocols.set(scheme, known);
  return known;
}

/** Loaded when it is known which one is needed: TLS takes longer to load than the rest of the step. */
async function load(scheme: string): Promise<Protocol> {
  const { Agent, request } = scheme === 'https:' ? await import('node:https') : await import('node:http');
  return { request, agent: new Agent({ keepAlive: true, timeout: KEPT_ALIVE_MS }) };
}

async function receive(url: string, response: IncomingMessage): Promise<FetchedAnswer> {
  const { statusCode: status = 0, statusMessage = '', rawHeaders } = response;
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    headers.set(name, headers.has(name) ? `${headers.get(name) ?? ''}, ${value}` : value);
  }
  return answerWith({ url, status, statusText: statusMessage, headers }, await readWhole(response, status));
}
