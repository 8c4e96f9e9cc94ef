import { describe, expect, it } from '@jest/globals';
import type { ReadResult } from '../../src/store/state-store.js';
import {
  answers,
  isMutation,
  isQuery,
  primaryRateLimit,
  secondaryRateLimit,
} from '../../support/local-github/index.js';
import { DATE, inGraphql, MINUTE, SECONDARY, withLimits } from './limits.js';
import { BRANCH, changeOf, within } from './stage.js';

const { stage, claim } = withLimits();

describe('what a limit is taken for', () => {
  it.each(inGraphql)('reading: $name', async ({ fault, waitMs }) => {
    stage().github.faults.next(isQuery(), fault);
    const result: ReadResult = await (await stage().store()).read(within());
    expect(result).toMatchObject({
      kind: 'failed',
      failure: { code: 'rate_limited', retry: { kind: 'after', ms: waitMs } },
    });
  });

  it.each([
    ['GraphQL, hourly', isQuery(), primaryRateLimit({ resetInSeconds: 30 }), 'primary'],
    ['GraphQL, bursts', isQuery(), secondaryRateLimit({ retryAfter: 30 }), 'secondary'],
  ])('%s: names the kind', async (_name, match, fault, kind) => {
    stage().github.faults.next(match, fault);
    const result = await (await stage().store()).read(within());
    if (result.kind === 'read') throw new Error('it was read');
    expect(result.failure.problem).toContain(`${kind} rate limit`);
    expect(result.failure.problem).toMatch(/asks to wait (?:29|30|31) s, until 20/);
  });

  it('a 403 that speaks of no limit is none', async () => {
    stage().github.faults.next(
      isQuery(),
      answers({ status: 403, body: { message: 'Resource not accessible by integration' } }),
    );
    const result = await (await stage().store()).read(within());
    expect(result).toMatchObject({ failure: { code: 'permission_denied', retry: { kind: 'never' } } });
  });

  it.each(['-5', '1.5', '', 'soon'])(
    'a retry-after of "%s" tells nothing: a minute, never less',
    async (retryAfter) => {
      const headers = { 'retry-after': retryAfter, 'x-ratelimit-remaining': '5' };
      stage().github.faults.next(isQuery(), answers({ status: 429, headers, body: SECONDARY }));
      const result = await (await stage().store()).read(within());
      expect(result).toMatchObject({ failure: { code: 'rate_limited', retry: { kind: 'after', ms: MINUTE } } });
    },
  );

  it('a write that met a limit was certainly not applied, if GitHub says so in its own words', async () => {
    const head = await stage().mark();
    const store = await stage().store();
    const change = changeOf(head);
    for (const { fault, waitMs, worded } of inGraphql) {
      stage().github.faults.next(isMutation(), fault);
      const result = await store.write(change, within());
      expect(result).toMatchObject({
        kind: worded ? 'failed' : 'unknown',
        failure: { code: 'rate_limited', retry: { kind: 'after', ms: waitMs } },
      });
    }
    expect(await stage().repository.head(BRANCH)).toBe(head);
  });

  it.each([
    ['the last day that there is', 'Sat, 13 Sep 275760 00:00:00 GMT', 'Sun, 22 Nov 2026 07:00:00 GMT'],
    ['centuries', '999999999', DATE],
  ])('an impossible time is a value too: %s', async (_name, retryAfter, date) => {
    stage().github.faults.always(
      isQuery(),
      answers({ status: 429, headers: { date, 'retry-after': retryAfter }, body: {} }),
    );
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'rate_limited' } });
    expect(slept).toEqual([]);
  });
});
