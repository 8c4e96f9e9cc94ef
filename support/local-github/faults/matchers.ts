import type { LoggedRequest } from '../types.js';

type Match = (request: LoggedRequest) => boolean;

export function anyRequest(): Match {
  return () => true;
}

/** A GraphQL mutation, with this root field if one is named. */
export function isMutation(field?: string): Match {
  return ({ kind, rootFields }) => kind === 'graphql mutation' && (field === undefined || rootFields.includes(field));
}

/** A GraphQL query, with this root field if one is named. */
export function isQuery(field?: string): Match {
  return ({ kind, rootFields }) => kind === 'graphql query' && (field === undefined || rootFields.includes(field));
}

/** A GraphQL operation by its own name. */
export function isOperation(name: string): Match {
  return ({ operationName }) => operationName === name;
}

/** A REST call: the operation as logged, like `POST /repos/{owner}/{repo}/git/refs`, or a pattern for it. */
export function isRest(operation?: string | RegExp): Match {
  return ({ kind, operation: actual }) => {
    if (kind !== 'rest') return false;
    if (operation === undefined) return true;
    return typeof operation === 'string' ? actual === operation : operation.test(actual);
  };
}

/** Any request that changes nothing. */
export function isRead(): Match {
  return ({ kind, method }) => kind === 'graphql query' || (kind === 'rest' && (method === 'GET' || method === 'HEAD'));
}

/** Any request that may change something. */
export function isWrite(): Match {
  return (request) => !isRead()(request);
}

/** Any request with a token of this login. */
export function isBy(login: string): Match {
  return (request) => request.login === login;
}

/** Any request whose body mentions the text: a branch, a path, a run id. */
export function mentions(text: string): Match {
  return ({ path, body }) => path.includes(text) || (JSON.stringify(body) ?? '').includes(text);
}

export function allOf(...matches: readonly Match[]): Match {
  return (request) => matches.every((match) => match(request));
}

export function not(match: Match): Match {
  return (request) => !match(request);
}
