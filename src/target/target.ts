import * as v from 'valibot';

import { shown } from './text.js';

/** What a run can own: one pull request of one repository. */
export interface Target {
  /** `owner/name`, lower-cased: GitHub compares both without regard to case, the state path does not. */
  repo: string;
  /** A positive integer. */
  pr: number;
}

/** A parsed text, or what is wrong with it in words that follow the name of the input: `must be …, but is …`. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

/** The `pr` input: the number, and the repository if it was written as a URL. */
export interface PullRequestInput {
  pr: number;
  /** `owner/name`, lower-cased; null when only a number was given. */
  repo: string | null;
}

/** GitHub's GraphQL API counts pull requests in an `Int`, which is 32 bits wide and signed. */
export const MAX_PULL_REQUEST_NUMBER = 2_147_483_647;

/** A pull request number as GitHub sends it: a JSON number, never a string. */
export const PullRequestNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PULL_REQUEST_NUMBER));

/** A commit id, SHA-1 or SHA-256. All zeros stands for "no commit" in a push, so it is none. */
export const CommitSha = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i), v.regex(/[^0]/));

/** An account name. The underscore occurs in names of enterprise managed users. */
export const OwnerName = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,39}$/));

const NAME = /^[A-Za-z0-9._-]{1,100}$/;
/** GitHub gives no repository such a name; `.git` is what is left of a pasted clone URL. */
const RESERVED_NAME = /^\.{1,2}$|\.(?:git|wiki)$/i;
const PLAIN_NUMBER = /^[1-9][0-9]{0,9}$/;
const PULL_REQUEST_PATH = /^\/([^/]+\/[^/]+)\/pull\/([^/]+)(?:\/.*)?$/;

/** Parses `owner/name` into lower case. Anything else is a problem: no URL, no blanks, no `..`, no third part. */
export function parseRepositoryName(text: string): Parsed<string> {
  const [owner, name, ...rest] = text.split('/');
  const fits =
    rest.length === 0 && v.is(OwnerName, owner) && name !== undefined && NAME.test(name) && !RESERVED_NAME.test(name);
  if (fits) return { ok: true, value: text.toLowerCase() };
  return { ok: false, problem: `must be owner/name, for example octo-org/octo-repo, but is ${shown(text)}` };
}

/**
 * Parses the `pr` input: a plain positive integer (`17`), the same as people write it (`#17`), or the URL of a pull request on this GitHub server, which may
 * go on after the number (`/files`, `?w=1`, `#discussion_r1`).
 *
 * @param serverUrl `GITHUB_SERVER_URL`. A URL of another host is refused: its number means another pull request.
 */
export function parsePullRequestInput(text: string, serverUrl: string): Parsed<PullRequestInput> {
  const pr = parsePlainNumber(text.startsWith('#') ? text.slice(1) : text);
  if (pr !== null) return { ok: true, value: { pr, repo: null } };
  const fromUrl = parsePullRequestUrl(text, serverUrl);
  if (fromUrl !== null) return { ok: true, value: fromUrl };
  const server = URL.canParse(serverUrl) ? new URL(serverUrl).origin : 'https://github.com';
  return {
    ok: false,
    problem:
      `must be a pull request number from 1 to ${MAX_PULL_REQUEST_NUMBER} in plain digits, for example 17 or #17, ` +
      `or a URL such as ${server}/owner/name/pull/17, but is ${shown(text)}`,
  };
}

/** A number written plainly: digits, no sign, no leading zero, no blanks. Null for any other text. */
export function parsePlainNumber(text: string): number | null {
  const number = PLAIN_NUMBER.test(text) ? Number(text) : null;
  return number !== null && number <= MAX_PULL_REQUEST_NUMBER ? number : null;
}

function parsePullRequestUrl(text: string, serverUrl: string): PullRequestInput | null {
  // The URL parser drops tabs and line breaks, turns `\` into `/` and resolves dots; a person who wrote those did not
  // write the URL of a pull request.
  if (!/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/i.test(text) || /\/\.{1,2}(?:\/|$)/.test(text)) return null;
  if (!URL.canParse(text) || !URL.canParse(serverUrl)) return null;
  const url = new URL(text);
  const server = new URL(serverUrl);
  if (url.host !== server.host || url.username !== '' || url.password !== '') return null;
  if (url.protocol !== 'https:' && url.protocol !== server.protocol) return null;
  const [, repoText, numberText] = PULL_REQUEST_PATH.exec(url.pathname) ?? [];
  if (repoText === undefined || numberText === undefined) return null;
  const repo = parseRepositoryName(repoText);
  const pr = parsePlainNumber(numberText);
  return repo.ok && pr !== null ? { pr, repo: repo.value } : null;
}
