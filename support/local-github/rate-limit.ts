import type { TokenGrant } from './types.js';

export type Bucket = 'core' | 'graphql';

export interface RateLimit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since 1970. */
  readonly reset: number;
}

/** What GITHUB_TOKEN has per hour and repository, in each of the two buckets. */
const LIMIT = 1000;

const used = new WeakMap<TokenGrant, Record<Bucket, number>>();

/** Counts a request. The counters are shown and not enforced: a test that wants a refusal plants one. */
export function spend(grant: TokenGrant | null, bucket: Bucket): void {
  if (grant === null) return;
  const counts = used.get(grant) ?? { core: 0, graphql: 0 };
  counts[bucket] = Math.min(counts[bucket] + 1, LIMIT - 1); // 0 remaining next to an answer would be a lie
  used.set(grant, counts);
}

export function rateLimitOf(grant: TokenGrant | null, bucket: Bucket, now: Date): RateLimit {
  const spent = grant === null ? 0 : (used.get(grant)?.[bucket] ?? 0);
  const reset = Math.floor(now.getTime() / 1000 / 3600 + 1) * 3600;
  return { limit: LIMIT, used: spent, remaining: LIMIT - spent, reset };
}
