import type { Points, TokenGrant } from './types.js';

export type Bucket = keyof Points;

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** What GITHUB_TOKEN has per hour and repository, in each of the two buckets. */
const LIMIT = 1000;

const NOTHING: Points = { core: 0, graphql: 0 };
const spent = new WeakMap<TokenGrant, Points>();

/** Counts a request. The counters are shown and not enforced: a test that wants a refusal plants one. */
export function spend(grant: TokenGrant | null, bucket: Bucket): void {
  add(grant, bucket, 1);
}

/** A conditional request that is answered 304 costs nothing. */
export function giveBack(grant: TokenGrant | null, bucket: Bucket): void {
  add(grant, bucket, -1);
}

/** Everything that was spent, however much more than the limit it is. */
export function pointsOf(grant: TokenGrant): Points {
  return spent.get(grant) ?? NOTHING;
}

export function rateLimitOf(grant: TokenGrant | null, bucket: Bucket, now: Date): RateLimit {
  const points = grant === null ? 0 : pointsOf(grant)[bucket];
  const used = Math.min(points, LIMIT - 1); // 0 remaining next to an answer would be a lie
  const reset = Math.floor(now.getTime() / 1000 / 3600 + 1) * 3600;
  return { limit: LIMIT, used, remaining: LIMIT - used, reset };
}

function add(grant: TokenGrant | null, bucket: Bucket, points: number): void {
  if (grant === null) return;
  const before = pointsOf(grant);
  spent.set(grant, { ...before, [bucket]: before[bucket] + points });
}
