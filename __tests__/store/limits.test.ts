import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { messageOf } from '../../src/core/message.js';
import type { Outcome } from '../../src/core/outcome.js';
import { writeRecord } from '../../src/core/write-record.js';
import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { ReadResult } from '../../src/store/state-store.js';
import { Deadline } from '../../src/time/deadline.js';
import {
  answers,
  isMutation,
  isQuery,
  isRest,
  primaryRateLimit,
  secondaryRateLimit,
  type FaultAction,
  type Match,
} from '../../support/local-github/index.js';
import {
  BRANCH,
  changeOf,
  coordinated,
  NOW,
  ownerOf,
  PATH,
  recordOf,
  requestOf,
  startStage,
  TARGET,
  VirtualClock,
  within,
  WRITER,
  type Coordinated,
  type StoreStage,
} from './stage.js';

/** Limits in every form, in REST and GraphQL: wait what one is told, or say how long it would have been. */

const PERMISSION = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const LIVENESS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const PULLS = 'GET /repos/{owner}/{repo}/pulls';
const MINUTE = 60_000;

/** What the limits are worded like; what counts is in the headers. */
const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };
const PRIMARY = { message: 'API rate limit exceeded for installation ID 1.' };
const GRAPHQL_PRIMARY = { errors: [{ type: 'RATE_LIMITED', message: PRIMARY.message }] };

/** GitHub’s own clock is five minutes ahead of the virtual one: what counts is the distance that it names. */
const DATE = 'Sun, 22 Nov 2026 08:05:00 GMT';
const RESET = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.parse(DATE) / 1000 + 25) };

interface Limit {
  readonly name: string;
  readonly fault: FaultAction;
  readonly waitMs: number;
}

function limit(name: string, waitMs: number, status: number, headers: Record<string, string>, body: unknown): Limit {
  return { name, waitMs, fault: answers({ status, headers: { date: DATE, ...headers }, body }) };
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

const inGraphql: Limit[] = [
  ...inRest,
  limit('200 RATE_LIMITED with a reset', 25_000, 200, RESET, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED with a retry-after', 7_000, 200, { 'retry-after': '7' }, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED without any header', MINUTE, 200, { 'x-ratelimit-remaining': '5' }, GRAPHQL_PRIMARY),
  limit('200 RATE_LIMITED beside null data', 25_000, 200, RESET, { data: null, ...GRAPHQL_PRIMARY }),
];

/** Both statuses are taken for the same; what follows from them is shown for one of them. */
const graphqlLimits = inGraphql.filter(({ name }) => !name.startsWith('429'));
const restLimits = inRest.filter(({ name }) => !name.startsWith('429'));

let stage: StoreStage;

beforeAll(async () => {
  stage = await startStage();
});

beforeEach(() => {
  stage.asked();
});

afterEach(async () => {
  stage.github.faults.clear();
  if ((await stage.repository.head(BRANCH)) !== null) await stage.repository.deleteBranch(BRANCH);
});

afterAll(async () => {
  const { violations } = stage.github;
  await stage.close();
  expect(violations).toEqual([]);
});

const claim = (budgetMs?: number, parts = {}): Promise<Coordinated> =>
  coordinated(requestOf(parts), (clock) => stage.store({ clock }), budgetMs);

function textOf(outcome: Outcome): string {
  const { text, wayOut } = messageOf(outcome, { target: TARGET, request: requestOf(), now: NOW });
  return `${text} ${wayOut ?? ''}`;
}

describe('what a limit is taken for', () => {
  it.each(inGraphql)('reading: $name', async ({ fault, waitMs }) => {
    stage.github.faults.next(isQuery(), fault);
    const result: ReadResult = await (await stage.store()).read(within());
    expect(result).toMatchObject({
      kind: 'failed',
      failure: { code: 'rate_limited', retry: { kind: 'after', ms: waitMs } },
    });
  });

  it.each([
    ['GraphQL, hourly', isQuery(), primaryRateLimit({ resetInSeconds: 30 }), 'primary'],
    ['GraphQL, bursts', isQuery(), secondaryRateLimit({ retryAfter: 30 }), 'secondary'],
  ])('%s: names the kind', async (_name, match, fault, kind) => {
    stage.github.faults.next(match, fault);
    const result = await (await stage.store()).read(within());
    if (result.kind === 'read') throw new Error('it was read');
    expect(result.failure.problem).toContain(`${kind} rate limit`);
    expect(result.failure.problem).toMatch(/asks to wait (?:29|30|31) s, until 20/);
  });

  it('a 403 that speaks of no limit is none', async () => {
    stage.github.faults.next(
      isQuery(),
      answers({ status: 403, body: { message: 'Resource not accessible by integration' } }),
    );
    const result = await (await stage.store()).read(within());
    expect(result).toMatchObject({ failure: { code: 'permission_denied', retry: { kind: 'never' } } });
  });

  it.each(['-5', '1.5', '', 'soon'])(
    'a retry-after of "%s" tells nothing: a minute, never less',
    async (retryAfter) => {
      const headers = { 'retry-after': retryAfter, 'x-ratelimit-remaining': '5' };
      stage.github.faults.next(isQuery(), answers({ status: 429, headers, body: SECONDARY }));
      const result = await (await stage.store()).read(within());
      expect(result).toMatchObject({ failure: { code: 'rate_limited', retry: { kind: 'after', ms: MINUTE } } });
    },
  );

  it('a write that met a limit was certainly not applied', async () => {
    const head = await stage.repository.writeFile(BRANCH, 'README.md', 'x\n');
    const store = await stage.store();
    const change = changeOf(head);
    for (const { fault, waitMs } of inGraphql) {
      stage.github.faults.next(isMutation(), fault);
      const result = await store.write(change, within());
      expect(result).toMatchObject({
        kind: 'failed',
        failure: { code: 'rate_limited', retry: { kind: 'after', ms: waitMs } },
      });
    }
    expect(await stage.repository.head(BRANCH)).toBe(head);
  });

  it.each([
    ['the last day that there is', 'Sat, 13 Sep 275760 00:00:00 GMT', 'Sun, 22 Nov 2026 07:00:00 GMT'],
    ['centuries', '999999999', DATE],
  ])('an impossible time is a value too: %s', async (_name, retryAfter, date) => {
    stage.github.faults.always(
      isQuery(),
      answers({ status: 429, headers: { date, 'retry-after': retryAfter }, body: {} }),
    );
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'rate_limited' } });
    expect(slept).toEqual([]);
  });
});

describe('within the deadline', () => {
  it.each(graphqlLimits)('a reading waits as told: $name', async ({ fault, waitMs }) => {
    stage.github.faults.next(isQuery(), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
  });

  it.each(graphqlLimits)('a commit waits as told, then reads again: $name', async ({ fault, waitMs }) => {
    await stage.repository.writeFile(BRANCH, 'README.md', 'x\n');
    stage.github.faults.next(isMutation(), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
    expect(stage.asked()).toEqual(['repository', 'createCommitOnBranch', 'repository', 'createCommitOnBranch']);
  });

  it.each(restLimits)('the first use waits as told: $name', async ({ fault, waitMs }) => {
    stage.github.faults.nth(Math.round(waitMs / 1000) % 3, isRest(/git\/(?:trees|commits|refs)$/), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'claimed_new' });
    expect(slept).toEqual([waitMs]);
    expect(await stage.repository.log(BRANCH)).toHaveLength(1);
  });

  it.each(restLimits)('a look-up waits as told: $name', async ({ fault, waitMs }) => {
    stage.github.faults.next(isRest(PULLS), fault);
    const clock = new VirtualClock();
    const { apiUrl, graphqlUrl } = stage.github;
    const transport = await createTransport({ token: WRITER, apiUrl, graphqlUrl });
    const asks = createLookups(transport, clock, new Deadline(clock, 120_000));
    expect(await asks.byHead('acme/widgets', 'acme', 'pr-17')).toMatchObject([{ number: 17 }]);
    expect(clock.slept).toEqual([waitMs]);
  });

  it.each(restLimits.slice(0, 4))('the permission of a takeover waits as told: $name', async ({ fault, waitMs }) => {
    await stage.repository.writeFile(BRANCH, PATH, writeRecord(recordOf()));
    stage.github.faults.next(isRest(PERMISSION), fault);
    const { outcome, slept } = await claim(undefined, { command: 'takeover' });
    expect(outcome).toMatchObject({ kind: 'ok', status: 'taken_over' });
    expect(slept).toEqual([waitMs]);
  });

  it.each(restLimits.slice(0, 4))('the liveness of an owner waits as told: $name', async ({ fault, waitMs }) => {
    stage.repository.addRun({ id: 2002, status: 'completed', conclusion: 'failure', runAttempt: 1 });
    await stage.repository.writeFile(BRANCH, PATH, writeRecord(recordOf({ activeRun: ownerOf() })));
    stage.github.faults.next(isRest(LIVENESS), fault);
    const { outcome, slept } = await claim();
    expect(outcome).toMatchObject({ kind: 'ok', status: 'taken_over' });
    expect(slept).toEqual([waitMs]);
  });

  it('waits several times, as long as it is told', async () => {
    stage.github.faults.next(isQuery(), secondaryRateLimit({ retryAfter: 7 }), 3);
    const { outcome, slept } = await claim();
    expect(outcome.kind).toBe('ok');
    expect(slept).toEqual([7_000, 7_000, 7_000]);
  });
});

describe('beyond the deadline', () => {
  const places: [string, Match, Limit[]][] = [
    ['a reading', isQuery(), graphqlLimits],
    ['the first use', isRest(/git\/trees$/), restLimits],
  ];
  const rows = places.flatMap(([place, match, limits]) => limits.map((each) => ({ ...each, place, match })));

  it.each(rows.filter(({ waitMs }) => waitMs > 1_000))(
    '$place does not wait but says how long: $name',
    async ({ fault, match, waitMs }) => {
      stage.github.faults.always(match, fault);
      const { outcome, slept } = await claim(waitMs);
      expect(outcome).toMatchObject({
        kind: 'error',
        mayHaveWritten: false,
        failure: { code: 'rate_limited', passing: true },
      });
      expect(slept).toEqual([]);
      const duration = waitMs === MINUTE ? '1 min' : `${String(waitMs / 1000)} s`;
      const when = new Date(Date.parse(NOW) + waitMs).toISOString();
      const text = textOf(outcome);
      expect(text).toContain(`wait ${duration}, until ${when}`);
      expect(text).toContain(`again after ${when}`);
      expect(text).toContain(`"timeout" above ${duration}`);
      expect(await stage.repository.head(BRANCH)).toBeNull();
    },
  );

  it('a wait that would take all that is left is not begun', async () => {
    stage.github.faults.always(isQuery(), secondaryRateLimit({ retryAfter: 7 }));
    expect((await claim(7_000)).slept).toEqual([]);
    expect((await claim(13_000)).slept).toEqual([7_000]);
  });

  it('the rest of the deadline counts, not the whole of it', async () => {
    stage.github.faults.always(isQuery(), secondaryRateLimit({ retryAfter: 7 }));
    const { outcome, slept } = await claim(20_000);
    expect(slept).toEqual([7_000, 7_000]);
    expect(outcome).toMatchObject({ kind: 'error', failure: { code: 'rate_limited' } });
    const when = new Date(Date.parse(NOW) + 21_000).toISOString();
    expect(textOf(outcome)).toContain(`again after ${when}`);
  });

  it('a commit that was refused leaves nothing, and says so by not warning', async () => {
    const head = await stage.repository.writeFile(BRANCH, 'README.md', 'x\n');
    stage.github.faults.always(isMutation(), secondaryRateLimit({ retryAfter: 3600 }));
    const { outcome } = await claim();
    expect(outcome).toMatchObject({ kind: 'error', mayHaveWritten: false, failure: { code: 'rate_limited' } });
    expect(textOf(outcome)).toContain('1 h');
    expect(await stage.repository.head(BRANCH)).toBe(head);
  });

  it('a look-up says how long', async () => {
    stage.github.faults.always(isRest(PULLS), secondaryRateLimit({ retryAfter: 300 }));
    const clock = new VirtualClock();
    const { apiUrl, graphqlUrl } = stage.github;
    const transport = await createTransport({ token: WRITER, apiUrl, graphqlUrl });
    const asks = createLookups(transport, clock, new Deadline(clock, 120_000));
    const error = await asks.byHead('acme/widgets', 'acme', 'pr-17').catch((reason: unknown) => reason);
    if (!(error instanceof LookupError)) throw new Error('no LookupError');
    expect(error.failure).toMatchObject({ code: 'rate_limited', problem: expect.stringContaining('5 min') as unknown });
    expect(clock.slept).toEqual([]);
  });

  it('a permission that cannot be asked for is a refusal that says how long', async () => {
    await stage.repository.writeFile(BRANCH, PATH, writeRecord(recordOf()));
    stage.github.faults.always(isRest(PERMISSION), secondaryRateLimit({ retryAfter: 300 }));
    const { outcome, slept, warnings } = await claim(undefined, { command: 'takeover' });
    expect(outcome.kind).not.toBe('ok');
    expect(`${warnings.join(' ')} ${textOf(outcome)}`).toContain('wait 5 min, until 2026-11-22T08:05:00.000Z');
    expect(slept).toEqual([]);
  });

  it('a liveness that cannot be asked for is unknown, and the warning says how long', async () => {
    await stage.repository.writeFile(BRANCH, PATH, writeRecord(recordOf({ activeRun: ownerOf() })));
    stage.github.faults.always(isRest(LIVENESS), secondaryRateLimit({ retryAfter: 300 }));
    const { outcome, slept, warnings } = await claim();
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'active_run_exists' });
    expect(warnings.join(' ')).toContain('wait 5 min, until 2026-11-22T08:05:00.000Z');
    expect(slept).toEqual([]);
  });
});
