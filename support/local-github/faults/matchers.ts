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

/** Anything that git itself asks. */
export function isGit(): Match {
  return ({ kind }) => kind === 'git';
}

/** A push that wants something moved, this ref (in full) if one is named. */
export function isPush(ref?: string): Match {
  return ({ git }) => git?.commands.some((command) => ref === undefined || command.ref === ref) === true;
}

/** The question for the refs with which a push begins. */
export function isPushAdvertisement(): Match {
  return ({ git }) => git?.service === 'git-receive-pack' && git.isAdvertisement;
}

/** The question for the refs with which a fetch, a clone or `ls-remote` begins. */
export function isFetchAdvertisement(): Match {
  return ({ git }) => git?.service === 'git-upload-pack' && git.isAdvertisement;
}

/** What a fetch, a clone or `ls-remote` asks after its first question. */
export function isFetch(): Match {
  return ({ git }) => git?.service === 'git-upload-pack' && !git.isAdvertisement;
}

/** Any request that changes nothing. */
export function isRead(): Match {
  return (request) => {
    const { kind, method } = request;
    if (kind === 'git') return !isPush()(request);
    return kind === 'graphql query' || (kind === 'rest' && (method === 'GET' || method === 'HEAD'));
  };
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
  return ({ path, body, git }) => path.includes(text) || (JSON.stringify([body, git?.commands]) ?? '').includes(text);
}

export function allOf(...matches: readonly Match[]): Match {
  return (request) => matches.every((match) => match(request));
}

export function not(match: Match): Match {
  return (request) => !match(request);
}
