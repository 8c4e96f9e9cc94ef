import type { getOctokit as GetOctokit } from '@actions/github';
import type { Deadline } from '../time/deadline.js';
import { chooseFetch } from './fetch/choose-fetch.js';
import { withoutToken } from './fetch/fetched-answer.js';
import { noAnswer } from './no-answer.js';
import type { CountedTransport, HttpAnswer } from './transport.js';

/** No single request may eat the whole deadline: a server that accepts and never answers is asked again. */
const LONGEST_REQUEST_MS = 15_000;

/** An answer has to come from GitHub itself and now: its Date is our clock. */
const NOT_KEPT = { 'cache-control': 'no-cache' };

export interface TransportOptions {
  readonly token: string;
  /** `GITHUB_API_URL` and `GITHUB_GRAPHQL_URL`, which also name a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}

/** Speaks to GitHub through the Octokit of `@actions/github`, over a fetch of our own. */
export async function createTransport({ token, apiUrl, graphqlUrl }: TransportOptions): Promise<CountedTransport> {
  const fetch = withoutToken(await chooseFetch(apiUrl), token);
  const { getOctokit } = await loadToolkit();
  // Nothing but `request`: the endpoint methods and the paging of this Octokit are not in the bundle.
  const octokit: Pick<ReturnType<typeof getOctokit>, 'request'> = getOctokit(token, {
    baseUrl: apiUrl,
    userAgent: 'runner-coord',
    log: silent,
    request: { fetch },
  });
  const host = new URL(apiUrl).host;
  let sent = 0;

  const send = async (
    url: string,
    parameters: Readonly<Record<string, unknown>>,
    deadline: Deadline,
    more: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> => {
    const headers = { ...more, ...NOT_KEPT };
    sent += 1;
    const signal = AbortSignal.timeout(Math.ceil(Math.min(LONGEST_REQUEST_MS, deadline.remainingMs)));
    try {
      const response = await octokit.request(url, { ...parameters, headers, request: { fetch, signal } });
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
    rest: send,
    get sent() {
      return sent;
    },
  };
}

/**
 * On import it parses the event payload and throws if that is broken; we read the payload ourselves and strictly, so it
 * is hidden meanwhile.
 */
async function loadToolkit(): Promise<{ getOctokit: typeof GetOctokit }> {
  const path = process.env['GITHUB_EVENT_PATH'];
  delete process.env['GITHUB_EVENT_PATH'];
  try {
    return await import(/* webpackMode: "eager" */ '@actions/github');
  } finally {
    if (path !== undefined) process.env['GITHUB_EVENT_PATH'] = path;
  }
}

/** Octokit throws for 304 and for every status from 400 on; the answer is inside. */
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
