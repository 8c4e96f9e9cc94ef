import { performance } from 'node:perf_hooks';
import type { IncomingMessage } from 'node:http';
import { OperationTypeNode } from 'graphql';
import { operationOf, parseDocument, rootFieldsOf } from './graphql/document.js';
import { operationName as restOperationName } from './rest/routes.js';
import type { World } from './state/world.js';
import { parsePush } from './git-http/push-request.js';
import { findGitRoute, type GitRoute } from './git-http/route.js';
import type { LoggedRequest } from './types.js';

/** While a request is under way its entry is filled in; readers see it as read-only. */
export type OpenEntry = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** Keeps every request in order of arrival. */
export class RequestLog {
  readonly entries: OpenEntry[] = [];
  readonly #start = performance.now();

  constructor(private readonly world: World) {}

  open(request: IncomingMessage, rawBody: Buffer): OpenEntry {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    const token = tokenOf(request);
    const entry: OpenEntry = {
      index: this.entries.length,
      at: Math.round(performance.now() - this.#start),
      date: this.world.now(),
      method,
      path,
      ...classify(request, rawBody),
      token: token !== null,
      login: token === null ? null : (this.world.grant(token)?.login ?? null),
      userAgent: request.headers['user-agent'] ?? '',
      cacheControl: request.headers['cache-control'] ?? '',
      accept: request.headers.accept ?? '',
      ifNoneMatch: request.headers['if-none-match'] ?? '',
      status: null,
      took: null,
      outcome: 'pending',
    };
    this.entries.push(entry);
    return entry;
  }
}

/** `token …`, `bearer …`, or the password of basic authentication, as git sends it. */
export function tokenOf(request: IncomingMessage): string | null {
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ');
  if (/^basic$/i.test(scheme)) return Buffer.from(value, 'base64').toString().split(':')[1] ?? null;
  return value === '' ? null : value;
}

/** The parsed body, or the text where it is no JSON. */
function parseJson(raw: string): unknown {
  if (raw === '') return undefined;
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return raw;
  }
}

type Classified = Pick<LoggedRequest, 'kind' | 'operation' | 'operationName' | 'rootFields' | 'body' | 'git'>;

function classify(request: IncomingMessage, rawBody: Buffer): Classified {
  const { method = 'GET', url: path = '/' } = request;
  const route = findGitRoute(method, path);
  if (route !== null) return classifyGit(route, rawBody, request.headers['content-encoding']);
  const body = parseJson(rawBody.toString('utf8'));
  if (!isGraphQL(path)) {
    return { kind: 'rest', operation: restOperationName(method, path), operationName: null, rootFields: [], body };
  }
  const { query, operationName } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const { document } = typeof query === 'string' ? parseDocument(query) : { document: null };
  const operation = operationOf(document, operationName);
  const rootFields = rootFieldsOf(operation);
  return {
    kind: operation?.operation === OperationTypeNode.MUTATION ? 'graphql mutation' : 'graphql query',
    operation: rootFields.join(', '),
    operationName: operation?.name?.value ?? null,
    rootFields,
    body,
  };
}

function classifyGit(route: GitRoute, rawBody: Buffer, encoding: string | undefined): Classified {
  const { service, isAdvertisement, nameWithOwner: repository } = route;
  const isPush = service === 'git-receive-pack' && !isAdvertisement;
  const { commands, capabilities } = isPush ? parsePush(rawBody, encoding) : { commands: [], capabilities: [] };
  return {
    kind: 'git',
    operation: `${service ?? 'git'}${isAdvertisement ? ' refs' : ''}`,
    operationName: null,
    rootFields: [],
    body: undefined,
    git: { service, repository, isAdvertisement, commands, capabilities, results: [] },
  };
}

export function isGraphQL(path: string): boolean {
  return path.split('?')[0] === '/api/graphql';
}
