import { setTimeout as sleep } from 'node:timers/promises';
import type { RefSnapshot } from '../git/refs.js';
import type { LocalRepository, LoggedRequest } from '../types.js';
import type { Answer, FaultAction, Meanwhile } from './plan.js';

const HTML = { 'content-type': 'text/html; charset=utf-8' };
const BAD_GATEWAY: Answer = {
  status: 502,
  headers: HTML,
  body: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n',
};

export interface AnswerParts {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function answer({ status, headers = {}, body }: AnswerParts): Answer {
  return { status, headers, body };
}

/** Waits before anything is looked at or applied. */
export function delayed(ms: number): FaultAction {
  return {
    name: `delayed ${ms} ms`,
    before: async () => {
      await sleep(ms, undefined, { ref: false });
      return undefined;
    },
  };
}

/** Applies at once, answers late. */
export function answersLate(ms: number): FaultAction {
  return {
    name: `answers ${ms} ms late`,
    after: async (usual) => {
      await sleep(ms, undefined, { ref: false });
      return usual;
    },
  };
}

/** Answers this and applies nothing. */
export function answers(parts: AnswerParts): FaultAction {
  return { name: `answers ${parts.status}`, before: () => answer(parts) };
}

/** Applies, then answers this. */
export function answersAfterApplying(parts: AnswerParts): FaultAction {
  return { name: `answers ${parts.status} after applying`, after: () => answer(parts) };
}

export function badGateway(): FaultAction {
  return { name: 'bad gateway', before: () => BAD_GATEWAY };
}

export function badGatewayAfterApplying(): FaultAction {
  return { name: 'bad gateway after applying', after: () => BAD_GATEWAY };
}

export function serviceUnavailable(retryAfterSeconds?: number): FaultAction {
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return {
    name: 'service unavailable',
    before: () => ({ status: 503, headers, body: { message: 'Service unavailable. Please try again later.' } }),
  };
}

export function answersHtml(status: number, html = '<!DOCTYPE html><title>Unicorn!</title>'): FaultAction {
  return answers({ status, headers: HTML, body: html });
}

export function redirectsTo(location: string, status: 301 | 302 | 307 | 308 = 301): FaultAction {
  return answers({ status, headers: { location }, body: { message: 'Moved Permanently', url: location } });
}

export function resetsConnection(): FaultAction {
  return { name: 'connection reset', before: () => 'reset' };
}

export function resetsConnectionAfterApplying(): FaultAction {
  return { name: 'connection reset after applying', after: () => 'reset' };
}

/**
 * The answer begins, and the connection breaks. Unlike a reset, no client takes this for a connection that was idle too
 * long: libcurl, and so git, silently sends a request again that a connection in use before has lost without an answer.
 */
export function cutsAnswerAfterApplying(): FaultAction {
  return { name: 'answer cut after applying', after: () => 'cut' };
}

export function neverAnswers(): FaultAction {
  return { name: 'never answers', before: () => 'hang' };
}

export function neverAnswersAfterApplying(): FaultAction {
  return { name: 'never answers after applying', after: () => 'hang' };
}

function opaque({ date }: LoggedRequest): Answer {
  const at = date.toISOString().replace(/\.\d+Z$/, 'Z');
  const id = 'C0DE:2A3B4:1F2E3D:4C5B6A:692160A0';
  const message = `Something went wrong while executing your query on ${at}. Please include \`${id}\` when reporting this issue.`;
  return { status: 200, headers: {}, body: { errors: [{ message }] } };
}

/** GraphQL's "Something went wrong", nothing applied. */
export function opaqueFailure(): FaultAction {
  return { name: 'opaque failure', before: opaque };
}

/** GraphQL's "Something went wrong" although everything was applied. */
export function opaqueFailureAfterApplying(): FaultAction {
  return { name: 'opaque failure after applying', after: (_usual, request) => opaque(request) };
}

export interface FieldError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly message?: string;
}

/** The data as usual, and an error for some field next to it. */
export function fieldErrorAfterApplying(error: FieldError = {}): FaultAction {
  return {
    name: 'field error after applying',
    after: (usual, { rootFields }) => {
      const body = typeof usual.body === 'object' && usual.body !== null ? usual.body : {};
      const added = {
        type: error.type ?? 'FORBIDDEN',
        path: error.path ?? [rootFields[0] ?? 'createCommitOnBranch', 'ref', 'associatedPullRequests'],
        locations: [{ line: 3, column: 5 }],
        message: error.message ?? 'Resource not accessible by integration',
      };
      const before = 'errors' in body && Array.isArray(body.errors) ? (body.errors as unknown[]) : [];
      return { ...usual, body: { ...body, errors: [...before, added] } };
    },
  };
}

/** Reads see the refs as they were so many changes ago. */
export function staleBy(writes: number): FaultAction {
  return { name: `stale by ${writes}`, injections: { staleWrites: writes } };
}

/** Reads see the refs of a snapshot taken earlier. */
export function servedFrom(repository: LocalRepository, snapshot: RefSnapshot): FaultAction {
  const snapshots = new Map([[repository.id, snapshot]]);
  return { name: 'served from a snapshot', injections: { snapshots } };
}

let unrelated = 0;

const commitSomethingUnrelated: Meanwhile = async ({ repository, ref }) => {
  unrelated += 1;
  const branch = ref.replace(/^refs\/heads\//, '');
  await repository.writeFile(branch, `unrelated/${unrelated}.txt`, `${unrelated}\n`, `Unrelated change ${unrelated}`);
};

/** Somebody else commits to the branch before the write is checked: the refusal says STALE_DATA. */
export function losesRaceBeforeCheck(meanwhile: Meanwhile = commitSomethingUnrelated): FaultAction {
  return { name: 'race lost before the check', injections: { beforeCheck: meanwhile } };
}

/** Somebody else commits between check and update: the refusal says `Ref … is at … but expected …`. */
export function losesRaceAtUpdate(meanwhile: Meanwhile = commitSomethingUnrelated): FaultAction {
  return { name: 'race lost at the update', injections: { betweenCheckAndUpdate: meanwhile } };
}

/** Runs something between arrival and handling of a request, reads included. */
export function meanwhile(work: () => Promise<unknown>): FaultAction {
  return {
    name: 'meanwhile',
    before: async () => {
      await work();
      return undefined;
    },
  };
}

/** Runs something after applying and before answering. */
export function beforeAnswering(work: () => Promise<unknown>): FaultAction {
  return {
    name: 'before answering',
    after: async (usual) => {
      await work();
      return usual;
    },
  };
}
