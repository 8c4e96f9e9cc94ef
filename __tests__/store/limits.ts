import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import { messageOf } from '../../src/core/words/message.js';
import type { Outcome } from '../../src/core/outcome.js';
import { answers, type FaultAction } from '../../support/local-github/index.js';
import {
  BRANCH,
  coordinated,
  NOW,
  requestOf,
  startStage,
  TARGET,
  type Coordinated,
  type RequestParts,
  type StoreStage,
} from './stage.js';

/** Limits in every form, in REST and GraphQL: wait what one is told, or say how long it would have been. */

export const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
export const LIVENESS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
export const PULLS = 'GET /repos/{owner}/{repo}/pulls';
export const MINUTE = 60_000;

/** What the limits are worded like; what counts is in the headers. */
export const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
const PRIMARY = { message: 'API rate limit exceeded for installation ID 1.' };
const GRAPHQL_PRIMARY = { errors: [{ type: 'RATE_LIMITED', message: PRIMARY.message }] };

/** GitHub’s own clock is five minutes ahead of the virtual one: what counts is the distance that it names. */
export const DATE = 'Sun, 22 Nov 2026 08:05:00 GMT';
const RESET = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse(DATE) / 1000 + 25) };

export interface Limit {
  readonly name: string;
  readonly fault: FaultAction;
  readonly waitMs: number;
  /** Whether the answer has words of GitHub’s own; without them it may be a proxy’s. */
  readonly worded: boolean;
}

function limit(name: string, waitMs: number, status: number, headers: Record<string, string>, body: object): Limit {
  const worded = Object.keys(body).length > 0;
  return { name, waitMs, worded, fault: answers({ status, headers: { date: DATE, ...headers }, body }) };
}

const inRest = [403, 429].flatMap((status) => [
  limit(`${status} with retry-after seconds`, 7_000, status, { 'retry-after': '7' }, SECONDARY),
  limit(`${status} with a retry-after date`, 9_000, status, { 'retry-after': 'Sun, 22 Nov 2026 08:05:09 GMT' }, {}),
  limit(`${status} without any header`, MINUTE, status, { 'x-ratelimit-remaining': '5' }, SECONDARY),
  limit(`${status} with a reset`, 25_000, status, RESET, PRIMARY),
  limit(`${status} with a reset and a retry-after`, 7_000, status, { ...RESET, 'retry-after': '7' }, PRIMARY),
  limit(
    `${status} with nothing left and no reset`,
    MINUTE,
    status,
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '' },
    {},
  ),
  limit(`${status} with a reset that is over`, 1_000, status, { ...RESET, 'x-ratelimit-reset': '1' }, PRIMARY),
  limit(
    `${status} with a retry-after that says nothing`,
    MINUTE,
    status,
    { 'retry-after': 'soon', 'x-ratelimit-remaining': '5' },
    SECONDARY,
  ),
]);

export const inGraphql: Limit[] = [
  ...inRest,
  limit('200 RATE_LIMITED with a reset', 25_000, 200, RESET, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED with a retry-after', 7_000, 200, { 'retry-after': '7' }, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED without any header', MINUTE, 200, { 'x-ratelimit-remaining': '5' }, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED beside null data', 25_000, 200, RESET, { data: null, ...GRAPHQL_PRIMARY }),
];

/** Both statuses are taken for the same; what follows from them is shown for one of them. */
export const graphqlLimits = inGraphql.filter(({ name }) => !name.startsWith('429'));
export const restLimits = inRest.filter(({ name }) => !name.startsWith('429'));

export interface LimitedStage {
  readonly stage: () => StoreStage;
  /** A claim, or what else is asked, on a clock that GitHub shares. */
  readonly claim: (budgetMs?: number, parts?: RequestParts) => Promise<Coordinated>;
}

export function withLimits(): LimitedStage {
  let started: StoreStage | undefined;
  const stage = (): StoreStage => {
    if (started === undefined) throw new Error('Only inside of a test.');
    return started;
  };
  beforeAll(async () => {
    started = await startStage();
  });
  beforeEach(() => {
    stage().asked();
  });
  afterEach(async () => {
    stage().github.faults.clear();
    stage().github.clock.reset();
    if ((await stage().repository.head(BRANCH)) !== null) await stage().repository.deleteBranch(BRANCH);
  });
  afterAll(async () => {
    const { violations } = stage().github;
    await stage().close();
    expect(violations).toEqual([]);
  });
  return {
    stage,
    claim: (budgetMs, parts = {}) =>
      coordinated(
        requestOf(parts),
        (clock) => stage().store({ clock }),
        budgetMs,
        (milliseconds) => stage().github.clock.shift(milliseconds),
      ),
  };
}

export function textOf(outcome: Outcome): string {
  const { text, wayOut } = messageOf(outcome, { target: TARGET, request: requestOf(), now: NOW });
  return `${text} ${wayOut ?? ''}`;
}
