import { describe, expect, it } from '@jest/globals';
import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import type { PullRequestLookups } from '../../src/target/resolve.js';
import { Deadline } from '../../src/time/deadline.js';
import {
  answers,
  answersHtml,
  badGateway,
  isRest,
  neverAnswers,
  resetsConnection,
  type FaultAction,
} from '../../support/local-github/index.js';
import { withQuestions } from './asking.js';
import { BLIND, TARGET, VirtualClock, within, WRITER } from './stage.js';

const BY_COMMIT = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls';
const BY_HEAD = 'GET /repos/{owner}/{repo}/pulls';
const { repo } = TARGET;
const HERE = { id: 7, name: repo };

const stage = withQuestions();

async function lookups(token = WRITER, deadline?: Deadline): Promise<PullRequestLookups> {
  const clock = new VirtualClock();
  const { apiUrl, graphqlUrl } = stage().github;
  const transport = await createTransport({ token, apiUrl, graphqlUrl });
  return createLookups(transport, clock, deadline ?? new Deadline(clock, 60_000));
}

async function failureOf(promise: Promise<unknown>): Promise<LookupError['failure']> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LookupError)) throw new Error('no LookupError', { cause: error });
  return error.failure;
}

describe('look-ups of pull requests', () => {
  it('find by head, open ones only, of this repository and of forks', async () => {
    const own = await stage().repository.pullRequest(17);
    const fork = await stage().repository.openPullRequest({ number: 18, head: 'topic', fork: 'them/widgets' });
    await stage().repository.openPullRequest({ number: 19, head: 'done' });
    await stage().repository.closePullRequest(19, 'merged');
    const asks = await lookups();
    expect(await asks.byHead(repo, 'acme', 'pr-17')).toEqual([
      {
        ...{ number: 17, state: 'open', merged: false, headSha: own.headRefOid, headRef: 'pr-17' },
        ...{ headRepo: HERE, baseRepo: HERE, mergeCommitSha: expect.anything() as unknown },
      },
    ]);
    expect(await asks.byHead(repo, 'them', 'topic')).toMatchObject([
      {
        ...{ number: 18, state: 'open', headSha: fork.headRefOid, baseRepo: HERE },
        headRepo: { id: stage().github.repository('them/widgets').id, name: 'them/widgets' },
      },
    ]);
    expect(await asks.byHead(repo, 'acme', 'done')).toEqual([]);
    expect(await asks.byHead(repo, 'acme', 'nothing')).toEqual([]);
    expect(stage().asked()).toEqual([BY_HEAD, BY_HEAD, BY_HEAD, BY_HEAD]);
  });

  it('find by commit, merged ones with their merge commit', async () => {
    await stage().repository.openPullRequest({ number: 20, head: 'landed' });
    await stage().repository.closePullRequest(20, 'merged');
    const merge = (await stage().repository.head('main')) ?? '';
    expect(await (await lookups()).byCommit(repo, merge)).toMatchObject([
      { number: 20, state: 'closed', merged: true, mergeCommitSha: merge, headRepo: HERE },
    ]);
    expect(stage().asked()).toEqual([BY_COMMIT]);
  });

  it('say nothing of a head repository that was deleted', async () => {
    await stage().repository.openPullRequest({ number: 21, head: 'gone', fork: 'gone/widgets' });
    stage().github.repository('gone/widgets').delete();
    const { headRefOid } = await stage().repository.pullRequest(21);
    expect(await (await lookups()).byCommit(repo, headRefOid)).toMatchObject([{ number: 21, headRepo: null }]);
  });

  it('turn every page', async () => {
    [100, 100, 3].forEach((size, index) => stage().github.faults.next(isRest(BY_HEAD), page(size, index)));
    const found = await (await lookups()).byHead(repo, 'acme', 'x');
    expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 203 }, (_, index) => index + 1));
    const asked = stage()
      .github.requests.slice(-3)
      .map(({ path }) => new URL(path, 'http://x').searchParams);
    expect(asked.map((parameters) => parameters.get('page'))).toEqual(['1', '2', '3']);
  });

  it('resolve nothing where the list does not end after five pages', async () => {
    stage().github.faults.always(isRest(BY_COMMIT), page(100, 0));
    expect(await failureOf((await lookups()).byCommit(repo, 'a'.repeat(40)))).toMatchObject({
      code: 'target_unresolved',
      problem: expect.stringContaining('500 pull requests or more') as unknown,
      advice: expect.stringContaining('"pr"') as unknown,
    });
    expect(stage().asked()).toHaveLength(5);
  });

  it('by an old name are led to no other repository: the new name is said', async () => {
    const moving = await stage().github.createRepository('acme/moving');
    moving.rename('Acme/Moved');
    const asks = await lookups();
    for (const look of [
      () => asks.byHead('acme/moving', 'acme', 'x'),
      () => asks.byCommit('acme/moving', 'a'.repeat(40)),
    ]) {
      expect(await failureOf(look())).toMatchObject({
        code: 'target_moved',
        problem: expect.stringContaining('acme/moving was renamed or transferred: it is Acme/Moved now') as unknown,
        advice: expect.stringContaining('Acme/Moved') as unknown,
      });
      expect(stage().asked()).toHaveLength(2);
    }
  });

  it('send branch names with any characters as they are', async () => {
    await (await lookups()).byHead(repo, 'acme', 'a&state=closed#/ü?+ x');
    const { searchParams } = new URL(stage().github.requests.at(-1)?.path ?? '', 'http://x');
    expect(searchParams.get('head')).toBe('acme:a&state=closed#/ü?+ x');
    expect(searchParams.getAll('state')).toEqual(['open']);
  });

  it.each([
    ['502', badGateway()],
    ['a reset', resetsConnection()],
    ['HTML', answersHtml(200)],
    ['half an entry', answers({ status: 200, body: [{ number: 1 }] })],
    ['an impossible number', answers({ status: 200, body: [{ ...entry(1), number: 2 ** 60 }] })],
  ])('ask again after %s, and give up after three', async (_name, fault) => {
    stage().github.faults.next(isRest(BY_HEAD), fault);
    const asks = await lookups();
    expect(await asks.byHead(repo, 'acme', 'pr-17')).toMatchObject([{ number: 17 }]);
    expect(stage().asked()).toHaveLength(2);
    stage().github.faults.always(isRest(BY_HEAD), fault);
    expect(await failureOf(asks.byHead(repo, 'acme', 'pr-17'))).toMatchObject({ code: 'api_error' });
    expect(stage().asked()).toHaveLength(3);
  });

  it('do not ask again what is refused for good, and name the permission', async () => {
    const asks = await lookups(BLIND);
    expect(await failureOf(asks.byHead(repo, 'acme', 'x'))).toMatchObject({
      code: 'permission_denied',
      advice: expect.stringContaining('pull-requests: read') as unknown,
    });
    expect(stage().asked()).toHaveLength(1);
  });

  it('end with the deadline', async () => {
    stage().github.faults.always(isRest(BY_HEAD), neverAnswers());
    const started = performance.now();
    const asks = await lookups(WRITER, within(300));
    await failureOf(asks.byHead(repo, 'acme', 'x'));
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});

function entry(number: number): Record<string, unknown> {
  const of = { full_name: repo, id: 7 };
  return {
    number,
    state: 'open',
    merged_at: null,
    head: { sha: 'a'.repeat(40), ref: 'x', repo: of },
    base: { repo: of },
  };
}

function page(size: number, index: number): FaultAction {
  const body = Array.from({ length: size }, (_, each) => entry(index * 100 + each + 1));
  return answers({ status: 200, body });
}
