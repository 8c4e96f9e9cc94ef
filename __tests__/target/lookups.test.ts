import { describe, expect, test } from '@jest/globals';

import { createLookups, LookupError } from '../../src/store/pull-request-lookups.js';
import type { HttpAnswer, Transport } from '../../src/store/transport.js';
import type { Clock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import { commit, REPO } from './github.js';

const clock: Clock = {
  now: () => '2026-11-22T08:00:00.000Z',
  monotonic: () => 0,
  sleep: () => Promise.resolve(),
  random: () => 0,
};

const says = (status: number, body: unknown): HttpAnswer => ({ kind: 'answer', status, headers: {}, body });
const named = (nameWithOwner: unknown): HttpAnswer => says(200, { data: { repository: { nameWithOwner } } });

/** Answers REST in turn and GraphQL always alike, and notes what it was asked. */
class Answering implements Transport {
  readonly asked: unknown[] = [];
  constructor(
    private readonly pages: HttpAnswer[],
    private readonly name: HttpAnswer = named('octo-org/new-name'),
  ) {}
  graphql(query: string, variables: Readonly<Record<string, unknown>>): Promise<HttpAnswer> {
    this.asked.push([query, variables]);
    return Promise.resolve(this.name);
  }
  rest(route: string, parameters: Readonly<Record<string, unknown>>): Promise<HttpAnswer> {
    this.asked.push([route, parameters]);
    return Promise.resolve(this.pages.shift() ?? says(500, null));
  }
}

const lookups = (transport: Transport): ReturnType<typeof createLookups> =>
  createLookups(transport, clock, new Deadline(clock, 60_000));

async function failureOf(promise: Promise<unknown>): Promise<LookupError['failure']> {
  const error: unknown = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof LookupError)) throw new Error('no LookupError', { cause: error });
  return error.failure;
}

const entry = (number: number, rest: object = {}): object => ({
  number,
  ...{ state: 'open', merged_at: null, merge_commit_sha: commit('9') },
  head: { sha: commit('a'), ref: 'topic', repo: { id: 7, full_name: 'Fork/Octo-Repo' } },
  base: { repo: { id: 1, full_name: 'Octo-Org/octo-repo' } },
  ...rest,
});

describe('what is asked, and what is read of the answer', () => {
  test('open pull requests by head', async () => {
    const transport = new Answering([says(200, [entry(5)])]);
    expect(await lookups(transport).byHead(REPO, 'Fork', 'a/b')).toEqual([
      {
        ...{ number: 5, state: 'open', merged: false, headSha: commit('a'), headRef: 'topic' },
        headRepo: { id: 7, name: 'fork/octo-repo' },
        baseRepo: { id: 1, name: REPO },
        mergeCommitSha: commit('9'),
      },
    ]);
    const parameters = {
      owner: 'octo-org',
      repo: 'octo-repo',
      head: 'Fork:a/b',
      state: 'open',
      per_page: 100,
      page: 1,
    };
    expect(transport.asked).toEqual([['GET /repos/{owner}/{repo}/pulls', parameters]]);
  });

  test('by commit: merged ones, deleted forks, and what old servers leave out', async () => {
    const gone = { head: { sha: commit('a'), ref: 'topic', repo: null }, merged_at: '2026-01-01T00:00:00Z' };
    const bare = { head: { sha: commit('a'), ref: 'x' }, base: { repo: { full_name: 'a/b' } }, merge_commit_sha: null };
    const transport = new Answering([says(200, [entry(5, { ...gone, state: 'closed' }), entry(6, bare)])]);
    expect(await lookups(transport).byCommit(REPO, commit('a'))).toMatchObject([
      { number: 5, state: 'closed', merged: true, headRepo: null },
      { number: 6, headRepo: null, baseRepo: { id: null, name: 'a/b' }, mergeCommitSha: null },
    ]);
    expect(transport.asked).toMatchObject([
      ['GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', { commit_sha: commit('a') }],
    ]);
  });

  test('the same question is asked again: no answer is kept', async () => {
    const transport = new Answering([says(200, []), says(200, [entry(5)])]);
    const asks = lookups(transport);
    expect(await asks.byHead(REPO, 'o', 'b')).toHaveLength(0);
    expect(await asks.byHead(REPO, 'o', 'b')).toHaveLength(1);
  });

  test('a list whose end is not seen says nothing about "exactly one"', async () => {
    const page = says(
      200,
      Array.from({ length: 100 }, (_, index) => entry(index + 1)),
    );
    const transport = new Answering([page, page, page, page, page]);
    expect(await failureOf(lookups(transport).byCommit(REPO, commit('a')))).toMatchObject({
      code: 'target_unresolved',
      problem: expect.stringContaining('500 pull requests or more') as unknown,
    });
    expect(transport.asked).toHaveLength(5);
  });
});

describe('a repository that was renamed or transferred', () => {
  test.each([301, 302, 307, 308])('%d: the new name is told, and the redirect is not followed', async (status) => {
    const location = 'https://api.github.com/repositories/1/pulls';
    const transport = new Answering([says(status, { message: 'Moved Permanently', url: location })]);
    expect(await failureOf(lookups(transport).byHead(REPO, 'octo-org', 'topic'))).toMatchObject({
      code: 'target_moved',
      problem: 'The repository octo-org/octo-repo was renamed or transferred: it is octo-org/new-name now',
      advice: 'Start a new run, or set the inputs "repo" (octo-org/new-name) and "pr".',
    });
    expect(transport.asked.slice(1)).toEqual([
      [
        'query($owner:String!,$name:String!){repository(owner:$owner,name:$name){nameWithOwner}}',
        { owner: 'octo-org', name: 'octo-repo' },
      ],
    ]);
  });

  test('on a later page and by commit too', async () => {
    const page = Array.from({ length: 100 }, (_, index) => entry(index + 1));
    const transport = new Answering([says(200, page), says(301, {})]);
    expect(await failureOf(lookups(transport).byCommit(REPO, commit('a')))).toMatchObject({ code: 'target_moved' });
  });

  test.each([
    ['no such repository', says(200, { data: { repository: null }, errors: [{ type: 'NOT_FOUND', message: 'x' }] })],
    ['no permission', says(401, { message: 'Bad credentials' })],
    ['no answer', { kind: 'no_answer', problem: 'reset', cause: null } as const],
    ['another redirect', says(301, {})],
    ['HTML', says(200, '<html>')],
    ['no text', named(7)],
    ['no name', named('x\n::error::y')],
    ['the old name', named('Octo-Org/Octo-Repo')],
  ])('a name that cannot be told is not made up: %s', async (_what, name) => {
    const transport = new Answering([says(301, {})], name);
    expect(await failureOf(lookups(transport).byHead(REPO, 'octo-org', 'topic'))).toMatchObject({
      code: 'target_moved',
      problem: expect.stringMatching(/octo-org\/octo-repo, .* its present name could not be told$/) as unknown,
      advice: expect.stringContaining('"repo" (its present name)') as unknown,
    });
    expect(transport.asked).toHaveLength(2);
  });

  test.each([300, 303, 304, 399])('%d is no move', async (status) => {
    const transport = new Answering([says(status, {})]);
    expect(await failureOf(lookups(transport).byHead(REPO, 'o', 'b'))).toMatchObject({ code: 'api_error' });
    expect(transport.asked).toHaveLength(1);
  });
});
