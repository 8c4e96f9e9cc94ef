import type { ErrorCode } from '../core/answer.js';
import { formatDuration, plain } from '../core/text.js';
import type { Answered, HttpAnswer } from './transport.js';
import type { StoreFailure } from './state-store.js';

/** Turns what GitHub answered into a failure with a stable code, an advice, and whether it makes sense to try again. */

/** What was being done, for the message, and the permission that it takes. */
export interface Purpose {
  /** For example `reading the state branch`. */
  readonly doing: string;
  /** For example `contents: write`. */
  readonly permission: string;
  /** ISO time, to tell how far away a reset is where GitHub sent no date. */
  readonly now: string;
}

/** GitHub's own advice where a rate limit comes without a time: wait at least a minute. */
const UNTOLD_WAIT_MS = 60_000;

/** Nobody means more than a year, and later times do not exist for `Date`. */
const LONGEST_WAIT_MS = 365 * 24 * 3_600_000;

/** The failure of an answer whose HTTP status alone says that it failed, or `null`. */
export function failureOfStatus(answer: HttpAnswer, purpose: Purpose): StoreFailure | null {
  if (answer.kind === 'no_answer') {
    const problem = `${answer.problem} while ${purpose.doing}`;
    return answer.permanent === undefined
      ? transient(problem, answer)
      : permanent('api_error', problem, answer.permanent, answer.cause);
  }
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  const said = messageIn(answer.body);
  const heading = `GitHub answered ${String(status)}${said === '' ? '' : ` "${plain(said, 300)}"`} while ${purpose.doing}`;
  if (status === 429 || (status === 403 && isRateLimit(answer, said))) return rateLimited(answer, purpose);
  if (status >= 500) return transient(heading, answer);
  if (status === 401) {
    const advice = 'Check the input "github-token": it is empty, expired or not for this server.';
    return permanent('permission_denied', heading, advice);
  }
  if (status === 403 || isRuleViolation(said)) return denied(said, heading, purpose);
  if (status === 404) {
    const advice = `Check that the repository exists and that the token may see it: ${permissionLine(purpose.permission)}.`;
    return permanent('permission_denied', heading, advice);
  }
  if (status === 409 && /repository is empty/i.test(said)) {
    return permanent('api_error', heading, 'Push a first commit to the repository, then run again.');
  }
  if (status >= 300 && status < 400) {
    const advice = 'The repository may have moved. Set the input "repo" to its present name.';
    return permanent('api_error', `${heading} (a redirect, which is not followed)`, advice);
  }
  return permanent('api_error', heading, 'Look at GitHub’s message above; running again does not help by itself.');
}

export function permanent(code: ErrorCode, problem: string, advice: string, cause?: unknown): StoreFailure {
  return { code, problem, advice, cause, retry: { kind: 'never' } };
}

/** @param answer what led to it, for its cause and for whom to turn to. */
export function transient(problem: string, answer?: HttpAnswer): StoreFailure {
  const status =
    answer?.host === undefined || isGithubDotCom(answer.host)
      ? 'See githubstatus.com'
      : `See how ${answer.host} is doing`;
  const advice = `${status}, then run this step again. Until then nobody is told that it owns anything.`;
  const cause = answer?.kind === 'no_answer' ? answer.cause : undefined;
  return { code: 'api_error', problem, advice, cause, passing: true, retry: { kind: 'backoff' } };
}

/** An answer in a form that GitHub’s have not. */
export function notUnderstood(purpose: Purpose, answer: HttpAnswer): StoreFailure {
  return transient(`GitHub’s answer could not be understood while ${purpose.doing}`, answer);
}

/** github.com and its data residency hosts, which GitHub itself runs. */
export function isGithubDotCom(host: string): boolean {
  return /(?:^|\.)(?:github\.com|ghe\.com)$/i.test(host);
}

/** A 403, or a GraphQL error of type FORBIDDEN: the same type for different reasons, told apart by the message. */
export function denied(said: string, heading: string, purpose: Purpose): StoreFailure {
  if (isRuleViolation(said)) {
    const advice =
      'A rule protects the state branch. Exclude it from the ruleset, or allow this app or token to bypass the rule.';
    return permanent('permission_denied', heading, advice);
  }
  const advice =
    `${permissionLine(purpose.permission)}. ` +
    'On a pull request from a fork the token is read-only whatever the workflow says: use pull_request_target or workflow_run there.';
  return permanent('permission_denied', heading, advice);
}

function isRuleViolation(said: string): boolean {
  return /rule violations?|protected branch/i.test(said);
}

function permissionLine(permission: string): string {
  return `Add "permissions: { ${permission} }" to the job`;
}

/** A limit that GitHub told about: wait for as long as it says, and no shorter. */
export function rateLimited(answer: Answered, purpose: Purpose): StoreFailure {
  const ms = Math.min(LONGEST_WAIT_MS, waitOf(answer, purpose.now));
  const when = new Date(Date.parse(purpose.now) + ms).toISOString();
  const kind = answer.headers['x-ratelimit-remaining'] === '0' ? 'primary' : 'secondary';
  return {
    code: 'rate_limited',
    problem: `GitHub’s ${kind} rate limit is used up (while ${purpose.doing}); it asks to wait ${formatDuration(ms)}, until ${when}`,
    advice: `Run this step again after ${when}, or raise the input "timeout" above ${formatDuration(ms)} so that it waits by itself.`,
    passing: true,
    retryAfterMs: ms,
    retry: { kind: 'after', ms },
  };
}

function isRateLimit({ headers }: Answered, said: string): boolean {
  return 'retry-after' in headers || headers['x-ratelimit-remaining'] === '0' || /rate limit/i.test(said);
}

function waitOf({ headers }: Answered, now: string): number {
  const serverNow = Date.parse(headers['date'] ?? '') || Date.parse(now);
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) {
    if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
    // Only the form of HTTP: `Date` would take "-5" for a date too.
    const at = /^[A-Z][a-z]{2}, \d{2} /.test(retryAfter) ? Date.parse(retryAfter) : NaN;
    if (!Number.isNaN(at)) return Math.max(0, at - serverNow);
  }
  const reset = headers['x-ratelimit-reset'];
  if (headers['x-ratelimit-remaining'] === '0' && reset !== undefined && /^\d{1,12}$/.test(reset)) {
    return Math.max(1000, Number(reset) * 1000 - serverNow);
  }
  return UNTOLD_WAIT_MS;
}

/** The `message` of an error body, or an empty text: HTML and other surprises say nothing useful. */
export function messageIn(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('message' in body)) return '';
  return typeof body.message === 'string' ? body.message : '';
}
