import type { getOctokit as GetOctokit } from '@actions/github';
import type { Deadline } from '../time/deadline.js';
import { noAnswer } from './no-answer.js';
import type { HttpAnswer, Transport } from './transport.js';

/** No single request may eat the whole deadline: a server that accepts and never answers is asked again. */
const LONGEST_REQUEST_MS = 15_000;

/** Far above the longest honest answer (a hundred pull requests); what is longer is not read to its end. */
const LARGEST_BODY = 8 * 1024 * 1024;

/** An answer has to come from GitHub itself and now: its Date is our clock. */
const NOT_KEPT = { 'cache-control': 'no-cache' };

export interface TransportOptions {
  readonly token: string;
  /** `GITHUB_API_URL` and `GITHUB_GRAPHQL_URL`, which also name a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

/** Speaks to GitHub through the Octokit of `@actions/github`, which brings the runner's proxy settings along. */
export async function createTransport({ token, apiUrl, graphqlUrl }: TransportOptions): Promise<Transport> {
  const { getOctokit } = await loadToolkit();
  const octokit = getOctokit(token, { baseUrl: apiUrl, userAgent: 'runner-coord', log: silent });
  // The toolkit's own fetch goes through the runner's proxy.
  const fetch = readingWhole(token, octokit.request.endpoint.DEFAULTS.request?.fetch as Fetch | undefined);

  const host = URL.canParse(apiUrl) ? new URL(apiUrl).host : apiUrl;
  const send = async (url: string, parameters: Record<string, unknown>, deadline: Deadline): Promise<HttpAnswer> => {
    const signal = AbortSignal.timeout(Math.ceil(Math.min(LONGEST_REQUEST_MS, deadline.remainingMs)));
    try {
      // A redirect is never followed: it could carry the request to another host.
      const response = await octokit.request(url, {
        ...parameters,
        headers: NOT_KEPT,
        request: { fetch, signal, redirect: 'manual' },
      });
      return {
        kind: 'answer',
        host,
        status: response.status,
        headers: lowerCased(response.headers),
        body: response.data as unknown,
      };
    } catch (error) {
      return answerOf(error, host) ?? noAnswer(error, host, signal.aborted);
    }
  };

  return {
    graphql: (query, variables, deadline) => send(`POST ${graphqlUrl}`, { query, variables }, deadline),
    rest: (route, parameters, deadline) => send(route, parameters, deadline),
  };
}

type Fetch = typeof globalThis.fetch;

/**
 * A fetch that has read the body when it answers, up to `LARGEST_BODY` after decompression. Octokit would take a body
 * that broke off for an empty one; here an answer that is not whole is none, unless its status alone says no.
 */
function readingWhole(token: string, fetch: Fetch = globalThis.fetch): Fetch {
  return async (url, options) => {
    const response = await fetch(url, options);
    if (response.body === null) return response;
    try {
      return new Response(withoutToken(await readBounded(response.body), token), response);
    } catch (error) {
      if (response.status < 400) throw error;
      return new Response('', response);
    }
  };
}

/** An error page that repeats the request must not carry the token into a message, an output or a summary. */
function withoutToken(body: Buffer, token: string): Buffer | string {
  return body.includes(token) ? body.toString('utf8').replaceAll(token, '***') : body;
}

/** Leaving the loop early cancels the stream, and with it the connection. */
async function readBounded(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_BODY) throw new Error(`its answer is longer than ${String(LARGEST_BODY)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Loaded late, because it is most of the bundle. On import it parses the event payload and throws if that is broken;
 * we read the payload ourselves and strictly, so it is hidden meanwhile.
 */
async function loadToolkit(): Promise<{ getOctokit: typeof GetOctokit }> {
  const path = process.env['GITHUB_EVENT_PATH'];
  delete process.env['GITHUB_EVENT_PATH'];
  try {
    return await import('@actions/github');
  } finally {
    if (path !== undefined) process.env['GITHUB_EVENT_PATH'] = path;
  }
}

/** Octokit throws for every status from 400 on; the answer is inside. */
function answerOf(error: unknown, host: string): HttpAnswer | null {
  if (!(error instanceof Error) || !('response' in error)) return null;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('status' in response)) return null;
  const { status } = response;
  if (typeof status !== 'number') return null;
  const headers = 'headers' in response ? lowerCased(response.headers) : {};
  return { kind: 'answer', host, status, headers, body: 'data' in response ? response.data : null };
}

function lowerCased(headers: unknown): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) return {};
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
}

const nothing = (): void => undefined;
/** Octokit's own log could print URLs and deprecations in the middle of ours. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };
