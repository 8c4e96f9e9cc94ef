import type { FaultAction } from './plan.js';

/** The limit on bursts. Without `retryAfter` the client is to wait at least a minute. */
export function secondaryRateLimit(options: { status?: 403 | 429; retryAfter?: number } = {}): FaultAction {
  const headers: Record<string, string> =
    options.retryAfter === undefined ? {} : { 'retry-after': String(options.retryAfter) };
  const message =
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID C0DE:2A3B4:1F2E3D:4C5B6A:692160A0.';
  const documentation_url =
    'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits';
  const status = options.status ?? 403;
  return {
    name: 'secondary rate limit',
    before: () => ({ status, headers, body: { documentation_url, message, status: String(status) } }),
  };
}

/** The hourly limit: in GraphQL HTTP 200 with RATE_LIMITED, in REST 403 or 429. */
export function primaryRateLimit(options: { status?: 403 | 429; resetInSeconds?: number } = {}): FaultAction {
  return {
    name: 'primary rate limit',
    before: ({ kind, date }) => {
      const reset = Math.floor(date.getTime() / 1000) + (options.resetInSeconds ?? 60);
      const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-used': '1000', 'x-ratelimit-reset': String(reset) };
      const message = 'API rate limit exceeded for installation ID 1000001.';
      if (kind !== 'rest') return { status: 200, headers, body: { errors: [{ type: 'RATE_LIMITED', message }] } };
      const documentation_url =
        'https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#primary-rate-limit-for-authenticated-requests';
      const status = options.status ?? 403;
      return { status, headers, body: { message, documentation_url, status: String(status) } };
    },
  };
}
