import { canSee, type RequestContext } from '../context.js';
import type { Answer } from '../faults/plan.js';
import type { OpenEntry } from '../request-log.js';
import type { Repository } from '../state/repository.js';
import { accountHandlers } from './accounts.js';
import { contentHandlers } from './contents.js';
import { notFound, RestRefusal } from './errors.js';
import { gitDataHandlers } from './git-data.js';
import { refHandlers } from './git-refs.js';
import { bodyComplaints, docsUrl, queryComplaints, responseComplaints } from './openapi.js';
import { pullHandlers } from './pulls.js';
import { belowRepository, findRoute, type Operation, type Route } from './routes.js';
import { runHandlers } from './runs.js';
import { statusHandlers } from './statuses.js';

export interface RestCall {
  readonly context: RequestContext;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** The header `Accept`, or ''. */
  readonly accept: string;
  /** The repository of the path; asking for it where the path has none is a bug. */
  readonly repository: Repository;
}

export interface RestResult {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly validator?: string;
  /** Not JSON: the description says nothing about it. */
  readonly isRaw?: boolean;
}

export type RestHandler = (call: RestCall) => Promise<RestResult> | RestResult;

export type RestHandlers = Readonly<Partial<Record<Operation, RestHandler>>>;

const HANDLERS: RestHandlers = {
  ...accountHandlers,
  ...gitDataHandlers,
  ...refHandlers,
  ...contentHandlers,
  ...pullHandlers,
  ...runHandlers,
  ...statusHandlers,
};

/** Answers a REST request; request and answer are held against GitHub's own description. */
export async function answerRest(context: RequestContext, entry: OpenEntry): Promise<Answer> {
  const route = findRoute(entry.method, entry.path);
  const handler = route === null ? undefined : HANDLERS[route.operation];
  if (route === null || handler === undefined) return refuse(notFound(), 'https://docs.github.com/rest');
  const moved = redirect(context, route, entry);
  if (moved !== null) return moved;
  const docs = docsUrl(route.operation);
  try {
    const { isRaw = false, ...result } = await handler(prepare(context, route, entry));
    const wrong = isRaw ? [] : responseComplaints(route.operation, result.status, result.body);
    return wrong.length === 0 ? { headers: {}, body: undefined, ...result } : violation(context, route, wrong);
  } catch (cause) {
    if (!(cause instanceof RestRefusal)) throw cause;
    const answer = refuse(cause, docs);
    const wrong = responseComplaints(route.operation, answer.status, answer.body);
    return wrong.length === 0 ? answer : violation(context, route, wrong);
  }
}

function findRepository({ world }: RequestContext, { params, repositoryId }: Route): Repository | null {
  if (repositoryId !== null) return world.findById(repositoryId);
  return params.owner === undefined ? null : world.find(`${params.owner}/${params.repo ?? ''}`);
}

/** An old name of a repository leads to its id; with 307 where the method has to stay what it is. */
function redirect(context: RequestContext, route: Route, { method, path }: OpenEntry): Answer | null {
  const { owner, repo } = route.params;
  if (owner === undefined || route.repositoryId !== null) return null;
  const repository = context.world.findFormer(`${owner}/${repo ?? ''}`);
  if (repository === null || !canSee(context, repository)) return null;
  const url = `${context.world.apiUrl}/repositories/${repository.id}${belowRepository(path)}`;
  const [status, message] = method === 'GET' ? [301, 'Moved Permanently'] : [307, 'Temporary Redirect'];
  const documentation_url =
    'https://docs.github.com/rest/guides/best-practices-for-using-the-rest-api#follow-redirects';
  return { status, headers: { location: url }, body: { message, url, documentation_url } };
}

function prepare(context: RequestContext, route: Route, entry: OpenEntry): RestCall {
  const query = new URL(entry.path, 'http://localhost').searchParams;
  const found = findRepository(context, route);
  if (route.params.owner !== undefined && (found === null || !canSee(context, found))) throw notFound();
  if (context.grant === null && entry.method !== 'GET') throw new RestRefusal(401, 'Requires authentication');
  const hasBody = entry.method !== 'GET' && entry.method !== 'DELETE';
  if (hasBody && typeof entry.body === 'string') throw new RestRefusal(400, 'Problems parsing JSON');
  const wrong = [
    ...(hasBody ? bodyComplaints(route.operation, entry.body) : []),
    ...queryComplaints(route.operation, query),
  ];
  if (wrong.length > 0) throw new RestRefusal(422, `Invalid request.\n\n${wrong.join('\n')}`);
  const body = typeof entry.body === 'object' && entry.body !== null ? entry.body : {};
  return {
    context,
    params: route.params,
    query,
    body: body as Record<string, unknown>,
    accept: entry.accept,
    get repository(): Repository {
      if (found === null) throw new Error(`${route.operation} names no repository.`);
      return found;
    },
  };
}

function refuse({ status, message, details }: RestRefusal, docs: string): Answer {
  return { status, headers: {}, body: { message, ...details, documentation_url: docs, status: String(status) } };
}

function violation({ world }: RequestContext, { operation }: Route, wrong: readonly string[]): Answer {
  const text = `${operation}: our own answer breaks GitHub's description: ${wrong.join('; ')}`;
  world.violations.push(text);
  return { status: 500, headers: {}, body: { message: `The local GitHub failed: ${text}` } };
}
