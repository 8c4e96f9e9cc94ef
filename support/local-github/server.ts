import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, type RequestContext } from './context.js';
import type { Answer, FaultAction, FaultPlan, Reply } from './faults/plan.js';
import { answerGit } from './git-http/answer.js';
import { answerGraphQL } from './graphql/execute.js';
import { type Bucket, spend } from './rate-limit.js';
import { isGraphQL, type OpenEntry, type RequestLog, tokenOf } from './request-log.js';
import { answerRest } from './rest/answer.js';
import { send } from './send.js';
import type { World } from './state/world.js';
import type { LocalGitHubOptions } from './types.js';

export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Wiring {
  readonly world: World;
  readonly log: RequestLog;
  readonly faults: FaultPlan;
}

interface Parts extends Wiring {
  /** What is being served, or carried out late. */
  readonly underWay: Set<Promise<void>>;
  readonly ending: AbortSignal;
}

export async function listen(
  wiring: Wiring,
  { port = 0, tls }: Pick<LocalGitHubOptions, 'port' | 'tls'>,
): Promise<HttpServer> {
  const underWay = new Set<Promise<void>>();
  const end = new AbortController();
  const parts: Parts = { ...wiring, underWay, ending: end.signal };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const served = serve(parts, request, response).finally(() => underWay.delete(served));
    underWay.add(served);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  // A connection closed for idleness while a client reuses it would look like a fault nobody planted.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      end.abort();
      await close(server);
      // Requests go on after their client left, and they need the repositories; a long delay is not waited for.
      await Promise.race([Promise.allSettled(underWay), sleep(1000, undefined, { ref: false })]);
    },
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const arrived = performance.now();
  const rawBody = await readBody(request);
  if (rawBody === null) return;
  const entry = parts.log.open(request, rawBody);
  response.on('finish', () => {
    entry.took = performance.now() - arrived;
  });
  response.on('close', () => {
    if (entry.outcome === 'pending') entry.outcome = 'client gone';
  });
  try {
    await meetAndAnswer(parts, { entry, rawBody, request, response });
  } catch (cause) {
    const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    parts.world.violations.push(`${entry.method} ${entry.path}: ${text}`);
    entry.status = 500;
    entry.outcome = 'answered';
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { 'content-type': 'text/plain' }).end(`The local GitHub failed: ${text}`);
  }
}

/** A request that has come in whole, and where its answer goes. */
interface Received {
  readonly entry: OpenEntry;
  readonly rawBody: Buffer;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function meetAndAnswer(parts: Parts, received: Received): Promise<void> {
  const { entry, request, response } = received;
  const token = tokenOf(request);
  const { names, action } = await parts.faults.meet(entry);
  if (names.length > 0) entry.fault = names.join(' + ');
  const grant = token === null ? null : parts.world.grant(token);
  const context = createContext(parts.world, grant, action?.injections ?? {});
  const bucket = bucketOf(entry);
  if (bucket !== null) spend(grant, bucket);
  const early = await action?.before?.(entry);
  const reply = early ?? (await replyAfterHandling(parts, context, received, action));
  send(reply, { context, bucket, entry, request, response });
}

/** Which budget it comes out of; git has none. */
function bucketOf({ kind }: OpenEntry): Bucket | null {
  if (kind === 'git') return null;
  return kind === 'rest' ? 'core' : 'graphql';
}

async function replyAfterHandling(
  parts: Parts,
  context: RequestContext,
  received: Received,
  action: FaultAction | null,
): Promise<Reply> {
  const { entry } = received;
  const apply = async (): Promise<Answer> => handle(parts, context, received);
  const reply = action?.around === undefined ? await apply() : await action.around(entry, () => later(parts, apply));
  if (action?.after === undefined || typeof reply === 'string') return reply;
  return action.after(reply, entry);
}

/** Handling that a fault puts off: nobody waits for it but the end of the server, and afterwards there is nothing left. */
function later({ world, underWay, ending }: Parts, apply: () => Promise<Answer>): Promise<Answer> {
  const failed = (cause: unknown): Answer => {
    world.violations.push(`a late write: ${String(cause)}`);
    return { status: 500, headers: {}, body: { message: `The local GitHub failed: ${String(cause)}` } };
  };
  if (ending.aborted) return Promise.resolve(failed('the local GitHub has been closed'));
  const work = apply().catch(failed);
  const served = work.then(() => void underWay.delete(served));
  underWay.add(served);
  return work;
}

function handle(
  parts: Parts,
  context: RequestContext,
  { entry, rawBody, request }: Received,
): Promise<Answer> | Answer {
  const hasToken = tokenOf(request) !== null;
  if (entry.kind === 'git') {
    return answerGit(context, { entry, rawBody, headers: textHeaders(request), hasToken, ending: parts.ending });
  }
  if (hasToken && context.grant === null) {
    const documentation_url = isGraphQL(entry.path)
      ? 'https://docs.github.com/graphql'
      : 'https://docs.github.com/rest';
    return { status: 401, headers: {}, body: { message: 'Bad credentials', documentation_url, status: '401' } };
  }
  if (!isGraphQL(entry.path)) return answerRest(context, entry);
  if (context.grant === null) {
    const message = 'This endpoint requires you to be authenticated.';
    const documentation_url = 'https://docs.github.com/graphql/guides/forming-calls-with-graphql#authentication';
    return { status: 401, headers: {}, body: { message, documentation_url, status: '401' } };
  }
  return answerGraphQL(context, entry.body);
}

function textHeaders({ headers }: IncomingMessage): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'object' ? value.join(', ') : value]),
  );
}

/** The whole body, or null when the client went away in the middle of it. */
async function readBody(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks);
}
