import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  answers,
  delayed,
  answersLate,
  answersAfterApplying,
  badGatewayAfterApplying,
  fieldErrorAfterApplying,
  isMutation,
  isQuery,
  isRest,
  meanwhile,
  neverAnswers,
  opaqueFailure,
  opaqueFailureAfterApplying,
  primaryRateLimit,
  redirectsTo,
  resetsConnection,
  resetsConnectionAfterApplying,
  secondaryRateLimit,
  staleBy,
} from '../../support/local-github/index.js';
import { COMMIT, TestClient } from '../../support/local-github/test-client.js';

let client: TestClient;
let knownViolations = 0;

beforeAll(async () => {
  client = await TestClient.start();
});

beforeEach(() => client.nextRepository());

afterEach(() => {
  client.github.faults.clear();
  expect(client.github.violations.slice(knownViolations)).toEqual([]);
  knownViolations = client.github.violations.length;
});

afterAll(() => client.github.close());

describe('faults', () => {
  const HEAD =
    'query Head($o: String!, $n: String!) { repository(owner: $o, name: $n) { ref(qualifiedName: "main") { target { oid } } } }';

  async function seenHead(): Promise<string> {
    const { at } = await client.graphql(HEAD, { o: 'acme', n: `widgets-${client.number}` });
    return at('data.repository.ref.target.oid') as string;
  }

  it.each([
    ['bad gateway', badGatewayAfterApplying(), 502],
    ['an opaque failure', opaqueFailureAfterApplying(), 200],
    ['any answer', answersAfterApplying({ status: 504, body: 'gateway time-out' }), 504],
  ])('applies, then answers with %s', async (_name, fault, status) => {
    const base = await client.head();
    client.github.faults.next(isMutation('createCommitOnBranch'), fault);
    const answered = await client.graphql(COMMIT, { input: client.commitInput(base) });
    expect(answered.status).toBe(status);
    expect(answered.text).not.toContain('"commit"');
    expect(await client.head()).not.toBe(base);
    expect(client.github.requests.at(-1)).toMatchObject({
      operation: 'createCommitOnBranch',
      operationName: 'Commit',
      status,
      fault: fault.name,
    });
  });

  it.each([
    ['an opaque failure', opaqueFailure(), 200],
    ['a limit on bursts', secondaryRateLimit({ retryAfter: 3 }), 403],
    ['the hourly limit', primaryRateLimit(), 200],
    ['a redirect', redirectsTo('http://127.0.0.1:9/'), 301],
    ['any answer', answers({ status: 500, body: '' }), 500],
  ])('answers with %s and applies nothing', async (_name, fault, status) => {
    const base = await client.head();
    client.github.faults.next(isMutation(), fault);
    expect((await client.graphql(COMMIT, { input: client.commitInput(base) })).status).toBe(status);
    expect(await client.head()).toBe(base);
    expect((await client.graphql(COMMIT, { input: client.commitInput(base) })).at('errors')).toBeUndefined();
  });

  it('destroys connections before and after applying, and hangs', async () => {
    const base = await client.head();
    client.github.faults.next(isMutation(), resetsConnection());
    await expect(client.graphql(COMMIT, { input: client.commitInput(base) })).rejects.toThrow();
    expect(await client.head()).toBe(base);
    client.github.faults.next(isMutation(), resetsConnectionAfterApplying());
    await expect(client.graphql(COMMIT, { input: client.commitInput(base) })).rejects.toThrow();
    expect(await client.head()).not.toBe(base);
    client.github.faults.next(isRest(), neverAnswers());
    const url = `${client.github.apiUrl}/rate_limit`;
    await expect(fetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect(client.github.requests.map(({ outcome }) => outcome)).toEqual(['reset', 'reset', 'hung']);
  });

  it('applies what a client did not wait for, and answers late', async () => {
    const base = await client.head();
    client.github.faults.next(isMutation(), delayed(80));
    const body = JSON.stringify({ query: COMMIT, variables: { input: client.commitInput(base) } });
    const impatient = {
      method: 'POST',
      headers: { authorization: 'token writer' },
      body,
      signal: AbortSignal.timeout(30),
    };
    await expect(fetch(client.github.graphqlUrl, impatient)).rejects.toThrow();
    while ((await client.head()) === base) await sleep(10);
    expect(client.github.requests[0]?.outcome).toBe('client gone');
    client.github.faults.next(isQuery(), answersLate(40));
    const start = performance.now();
    await seenHead();
    expect(performance.now() - start).toBeGreaterThan(38);
  });

  it('puts a field error next to the data of a commit that was applied', async () => {
    client.github.faults.next(isMutation(), fieldErrorAfterApplying());
    const { at } = await client.graphql(COMMIT, { input: client.commitInput(await client.head()) });
    expect(at('data.createCommitOnBranch.commit.oid')).toBe(await client.head());
    expect(at('errors')).toHaveLength(1);
  });

  it('words limits for REST as well', async () => {
    client.github.faults.next(isRest('GET /rate_limit'), primaryRateLimit({ status: 429 }));
    const { status, headers } = await client.send('GET', `${client.github.apiUrl}/rate_limit`);
    expect([status, headers.get('x-ratelimit-remaining')]).toEqual([429, '0']);
  });

  it('serves stale and frozen reads', async () => {
    const first = await seenHead();
    const second = await client.repository.writeFile('main', 's.txt', 's');
    client.github.faults.next(isQuery('repository'), staleBy(1));
    expect([await seenHead(), await seenHead()]).toEqual([first, second]);
    await client.github.faults.freeze(client.repository, { reads: 2 });
    const third = await client.repository.writeFile('main', 's.txt', 't');
    expect([await seenHead(), await seenHead(), await seenHead()]).toEqual([second, second, third]);
  });

  it('does something meanwhile, meets the nth request, and can be cancelled', async () => {
    const seen: string[] = [];
    client.github.faults.next(
      isQuery(),
      meanwhile(async () => seen.push(await client.repository.writeFile('main', 'm.txt', 'm'))),
    );
    expect(await seenHead()).toBe(seen[0]);
    const planted = client.github.faults.nth(1, isQuery(), answers({ status: 500 }));
    expect((await client.graphql(HEAD, { o: 'a', n: 'b' })).status).toBe(200);
    expect((await client.graphql(HEAD, { o: 'a', n: 'b' })).status).toBe(500);
    expect(planted.hits).toBe(1);
    const always = client.github.faults.always(isQuery(), answers({ status: 503 }));
    expect((await client.graphql(HEAD, { o: 'a', n: 'b' })).status).toBe(503);
    always.cancel();
    expect((await client.graphql(HEAD, { o: 'a', n: 'b' })).status).toBe(200);
  });

  it('lets a barrier go after its time', async () => {
    const barrier = client.github.faults.barrier(2, isQuery(), { timeoutMs: 50 });
    await seenHead();
    expect(barrier).toMatchObject({ arrived: 1, timedOut: true });
  });
});
