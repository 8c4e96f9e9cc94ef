import { describe, expect, it } from '@jest/globals';
import type { LookResult, ShownRecord, WatchableStore } from '../../src/store/state-store.js';
import {
  answers,
  answersLate,
  badGateway,
  isRest,
  keptAnswer,
  neverAnswers,
  primaryRateLimit,
  resetsConnection,
  secondaryRateLimit,
  withAge,
  withoutDate,
  type FaultAction,
  type LoggedRequest,
} from '../../support/local-github/index.js';
import { says, startHostileServer } from './hostile-server.js';
import { withReadings } from './reading.js';
import { VirtualClock, within } from './stage.js';
import { openWatchable } from './watching.js';

/** A look at the text of the record that shows nothing that can be relied on. */

const { stage } = withReadings();

const FIRST = '{"first":"é"}\n';
const A_DAY_AGO = -24 * 3_600_000;

type Shows = Extract<LookResult, { kind: 'changed' | 'unchanged' }>;

async function shownBy(store: WatchableStore, known: ShownRecord | null = null): Promise<Shows> {
  const result = await store.look(known, within());
  if (result.kind === 'missing' || result.kind === 'failed') throw new Error(JSON.stringify(result));
  return result;
}

function lastAsked(): LoggedRequest {
  const last = stage().github.requests.at(-1);
  if (last === undefined) throw new Error('Nothing was asked.');
  return last;
}

async function store(): Promise<WatchableStore> {
  await stage().plant(FIRST);
  return openWatchable(stage().github);
}

describe('a look that failed', () => {
  const body = { message: 'Bad credentials' };
  it.each<readonly [string, FaultAction, string, unknown]>([
    ['502', badGateway(), 'api_error', { kind: 'backoff' }],
    ['a reset', resetsConnection(), 'api_error', { kind: 'backoff' }],
    ['401', answers({ status: 401, body }), 'permission_denied', { kind: 'never' }],
    ['403', answers({ status: 403, body }), 'permission_denied', { kind: 'never' }],
    ['a secondary limit', secondaryRateLimit({ retryAfter: 7 }), 'rate_limited', { kind: 'after', ms: 7_000 }],
    ['a primary limit', primaryRateLimit(), 'rate_limited', { kind: 'after' }],
    ['no Date', withoutDate(), 'api_error', { kind: 'backoff' }],
    ['a kept answer', withAge(66), 'api_error', { kind: 'backoff' }],
  ])('says why, and when to look again: %s', async (_what, fault, code, retry) => {
    const opened = await store();
    const { shown } = await shownBy(opened);
    stage().github.faults.next(isRest(), fault);
    const result = await opened.look(shown, within());
    expect(result).toMatchObject({ kind: 'failed', failure: { code, retry } });
    expect(JSON.stringify(result)).toContain('while looking at the record');
  });

  it('ends with its deadline', async () => {
    const opened = await store();
    stage().github.faults.next(isRest(), neverAnswers());
    expect(await opened.look(null, within(100))).toMatchObject({ kind: 'failed', failure: { passing: true } });
    stage().github.faults.next(isRest(), answersLate(2_000));
    expect(await opened.look(null, within(100))).toMatchObject({ kind: 'failed' });
  });

  it('is one whose 304 was kept', async () => {
    const opened = await store();
    const { shown } = await shownBy(opened);
    stage().github.faults.next(isRest(), withAge(66));
    expect(await opened.look(shown, within())).toMatchObject({ kind: 'failed' });
    expect(lastAsked()).toMatchObject({ status: 304 });
  });

  it('is one whose answer comes again and again', async () => {
    const { github } = stage();
    await stage().plant(FIRST);
    github.clock.freeze();
    const clock = new VirtualClock((milliseconds) => github.clock.shift(milliseconds));
    const opened = await openWatchable(github, { clock });
    github.faults.always(isRest(), keptAnswer());
    const { shown } = await shownBy(opened);
    await clock.sleep(3_000);
    for (const known of [null, shown]) {
      expect(await opened.look(known, within())).toMatchObject({
        kind: 'failed',
        failure: { problem: expect.stringContaining('a kept answer') as unknown },
      });
    }
  });

  it('has its time judged beside that of the readings', async () => {
    const { github } = stage();
    const opened = await store();
    expect((await opened.read(within())).kind).toBe('read');
    github.clock.shift(A_DAY_AGO);
    expect(await opened.look(null, within())).toMatchObject({ kind: 'failed' });
  });
});

describe('a server that is not quite GitHub', () => {
  const DATE = new Date('2026-11-22T08:00:00Z').toUTCString();
  const looked = async (
    status: number,
    headers: Record<string, string>,
    text: string,
    known: ShownRecord | null = null,
  ): Promise<LookResult> => {
    const server = await startHostileServer(says(status, { date: DATE, ...headers }, text));
    try {
      return await (await openWatchable(server)).look(known, within());
    } finally {
      await server.close();
    }
  };

  it.each([
    ['a text without a type', {}],
    ['bytes', { 'content-type': 'application/octet-stream' }],
    ['raw without a charset', { 'content-type': 'application/vnd.github.v3.raw' }],
    ['HTML', { 'content-type': 'text/html' }],
  ])('may send %s', async (_what, headers) => {
    expect(await looked(200, headers, FIRST)).toMatchObject({ kind: 'changed', shown: { text: FIRST, etag: null } });
  });

  it('may know no raw form', async () => {
    const json = JSON.stringify({ type: 'file', encoding: 'base64', content: 'e30K' });
    expect(await looked(200, { 'content-type': 'application/json; charset=utf-8' }, json)).toEqual({ kind: 'missing' });
  });

  it.each(['', 'abc', '"a"b"', '"', `"${'a'.repeat(201)}"`, 'w/"a"', '*'])(
    'may give an ETag that is none: %j',
    async (etag) => {
      expect(await looked(200, { etag }, FIRST)).toMatchObject({ kind: 'changed', shown: { etag: null } });
    },
  );

  it.each(['"a"', 'W/"a-b_c"'])('may give any other ETag: %s', async (etag) => {
    expect(await looked(200, { etag }, FIRST)).toMatchObject({ kind: 'changed', shown: { etag } });
  });

  it.each([null, { text: FIRST, etag: null }])('may say 304 out of the blue', async (known) => {
    expect(await looked(304, {}, '', known)).toMatchObject({
      kind: 'failed',
      failure: { retry: { kind: 'backoff' }, problem: expect.stringContaining('304') as unknown },
    });
  });
});
