import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  combined,
  isMutation,
  isQuery,
  isRefCreation,
  landsLate,
  type LateWrite,
  partialRead,
  spuriousStaleData,
  withoutDate,
} from '../../support/local-github/index.js';
import { COMMIT } from '../../support/local-github/test-client.js';
import { withClient } from './with-client.js';

const ready = withClient();

/** Sends a commit, and gives up on it once it has been received, as a client does that is killed. */
async function abandonedCommit(expectedHeadOid: string, late: LateWrite): Promise<void> {
  const killed = new AbortController();
  const body = JSON.stringify({ query: COMMIT, variables: { input: ready().commitInput(expectedHeadOid) } });
  const headers = { authorization: 'bearer writer' };
  const sent = fetch(ready().github.graphqlUrl, { method: 'POST', headers, body, signal: killed.signal });
  void late.received.then(() => killed.abort());
  await expect(sent).rejects.toThrow();
}

describe('a write that lands late', () => {
  it('is carried out when the test says so, though its client is long gone', async () => {
    const base = await ready().head();
    const late = landsLate();
    ready().github.faults.next(isMutation('createCommitOnBranch'), late);
    await abandonedCommit(base, late);
    expect(late.waiting).toBe(1);
    expect((await late.received).rootFields).toEqual(['createCommitOnBranch']);
    expect(await ready().head()).toBe(base);
    const [answer] = await late.land();
    expect(JSON.stringify(answer?.body)).toContain(await ready().head());
    expect(await ready().head()).not.toBe(base);
    expect(late).toMatchObject({ waiting: 0, answers: [answer] });
    expect(await late.land()).toEqual([]);
  });

  it('meets the refs as they are when it lands', async () => {
    const base = await ready().head();
    const late = landsLate();
    ready().github.faults.next(isMutation(), late);
    await abandonedCommit(base, late);
    const between = await ready().repository.writeFile('main', 'between.txt', '1');
    const [answer] = await late.land();
    expect(answer?.body).toMatchObject({ errors: [{ type: 'STALE_DATA' }] });
    expect(await ready().head()).toBe(between);
  });

  it('lands by itself after a while, and creates refs as well', async () => {
    const late = landsLate({ afterMs: 1000, reply: { status: 502, headers: {}, body: '' } });
    ready().github.faults.next(isRefCreation(), late);
    const body = { ref: 'refs/heads/late', sha: await ready().head() };
    expect((await ready().rest('POST', '/git/refs', body)).status).toBe(502);
    expect(await ready().repository.head('late')).toBeNull();
    expect((await late.landed).status).toBe(201);
    expect(await ready().repository.head('late')).toBe(body.sha);
  });
});

describe('reads and refusals that are wrong', () => {
  const HEADS = `query($o: String!, $n: String!) { repository(owner: $o, name: $n) {
    databaseId defaultBranchRef { name } ref(qualifiedName: "main") { target { oid } } pullRequest(number: 17) { number } } }`;

  async function seen(): Promise<unknown> {
    const { at } = await ready().graphql(HEADS, { o: 'acme', n: `widgets-${ready().number}` });
    return at('data.repository');
  }

  it('refuses a head that has not moved, as often as it is planted', async () => {
    const base = await ready().head();
    ready().github.faults.next(isMutation('createCommitOnBranch'), spuriousStaleData(), 2);
    const input = ready().commitInput(base);
    for (let time = 0; time < 2; time += 1) {
      const { at } = await ready().graphql(COMMIT, { input });
      expect(at('errors')).toMatchObject([
        {
          type: 'STALE_DATA',
          message: `Expected branch to point to "${base}" but it did not.  Pull and try again.`,
        },
      ]);
      expect(await ready().head()).toBe(base);
    }
    expect((await ready().graphql(COMMIT, { input })).at('errors')).toBeUndefined();
  });

  it('lags for one repository, in GraphQL and REST, until it is over', async () => {
    const { github, repository } = ready();
    const other = await github.createRepository(`acme/other-${ready().number}`);
    const old = await ready().head();
    const lag = await github.faults.lag(repository);
    const now = await repository.writeFile('main', 'r.txt', 'r');
    await repository.createBranch('young', now);
    const otherNow = await other.writeFile('main', 'r.txt', 'r');
    for (let time = 0; time < 2; time += 1) {
      expect(await seen()).toMatchObject({ ref: { target: { oid: old } } });
      expect((await ready().rest('GET', '/git/ref/heads/main')).at('object.sha')).toBe(old);
      expect((await ready().rest('GET', '/git/ref/heads/young')).status).toBe(404);
      expect((await ready().rest('GET', '/contents/r.txt')).status).toBe(404);
    }
    const elsewhere = `${github.apiUrl}/repos/${other.nameWithOwner}/git/ref/heads/main`;
    expect((await ready().send('GET', elsewhere)).at('object.sha')).toBe(otherNow);
    repository.rename(`acme/moved-${ready().number}`);
    expect(await seen()).toMatchObject({ ref: { target: { oid: old } } });
    const written = await ready().graphql(COMMIT, { input: ready().commitInput(now) });
    expect(written.at('errors')).toBeUndefined();
    lag.cancel();
    expect(await seen()).toMatchObject({ ref: { target: { oid: await ready().head() } } });
  });

  it('catches up by itself', async () => {
    const { github, repository } = ready();
    const old = await ready().head();
    await github.faults.lag(repository, { ms: 1500, match: isQuery() });
    const now = await repository.writeFile('main', 'r.txt', 'r');
    expect(await seen()).toMatchObject({ ref: { target: { oid: old } } });
    expect((await ready().rest('GET', '/git/ref/heads/main')).at('object.sha')).toBe(now);
    while (!JSON.stringify(await seen()).includes(now)) await sleep(100);
  });

  it('hides all heads in an otherwise good answer', async () => {
    await ready().repository.openPullRequest({ number: 17 });
    ready().github.faults.next(isQuery(), combined(partialRead(), withoutDate()));
    const { id } = ready().repository;
    const partial = { databaseId: id, defaultBranchRef: null, ref: null, pullRequest: { number: 17 } };
    expect(await seen()).toEqual(partial);
    expect(await seen()).toMatchObject({ defaultBranchRef: { name: 'main' } });
  });
});
