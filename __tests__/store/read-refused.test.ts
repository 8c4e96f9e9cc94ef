import { describe, expect, it } from '@jest/globals';
import { answers, fieldErrorAfterApplying, isQuery, partialRead } from '../../support/local-github/index.js';
import { withReadings } from './reading.js';
import { BLIND, TARGET, UNKNOWN } from './stage.js';

const { stage, snapshot, refused } = withReadings();

describe('what the token may not', () => {
  it('see the repository, which is the same as none', async () => {
    for (const repo of ['acme/none', 'none/widgets']) {
      expect(await refused({ target: { ...TARGET, repo } })).toMatchObject({
        code: 'permission_denied',
        problem: expect.stringContaining('Could not resolve to a Repository') as unknown,
        advice: expect.stringContaining('contents: read') as unknown,
        retry: { kind: 'never' },
      });
    }
  });

  it('do anything, because nobody knows it', async () => {
    expect(await refused({ token: UNKNOWN })).toMatchObject({
      code: 'permission_denied',
      problem: expect.stringContaining('401 "Bad credentials"') as unknown,
      advice: expect.stringContaining('github-token') as unknown,
      retry: { kind: 'never' },
    });
  });

  it('read pull requests, which is named', async () => {
    expect(await refused({ token: BLIND })).toMatchObject({
      code: 'permission_denied',
      problem: expect.stringContaining('Resource not accessible by integration') as unknown,
      advice: expect.stringContaining('permissions: { pull-requests: read }') as unknown,
      retry: { kind: 'never' },
    });
  });

  it('read contents, which is named', async () => {
    const token = 'ghs_pulls0123456789abcdef';
    stage().github.issueToken(token, { login: 'p', permissions: { 'pull-requests': 'read' } });
    expect(await refused({ token })).toMatchObject({
      code: 'permission_denied',
      advice: expect.stringContaining('permissions: { contents: read }') as unknown,
    });
  });
});

describe('answers that are not whole', () => {
  it('with an error beside the data are no reading: a part of it may be missing', async () => {
    stage().github.faults.next(isQuery(), fieldErrorAfterApplying({ path: ['repository', 'ref'] }));
    expect(await refused()).toMatchObject({ code: 'permission_denied', retry: { kind: 'never' } });
  });

  // Only "absent" permits a claim, and it needs proof: a repository with a pull request has a default branch.
  it('without any branch are no proof that ours is absent', async () => {
    await stage().mark();
    stage().github.faults.next(isQuery(), partialRead());
    expect(await refused()).toMatchObject({
      code: 'api_error',
      problem: expect.stringContaining('no branch at all of acme/widgets') as unknown,
      retry: { kind: 'backoff' },
    });
    expect((await snapshot()).head).not.toBeNull();
  });

  it.each([
    ['databaseId', null],
    ['databaseId', 0],
    ['databaseId', '7'],
    ['nameWithOwner', null],
    ['nameWithOwner', 'widgets'],
    ['pullRequest.state', 'DRAFT'],
    ['pullRequest.headRefOid', 'main'],
    ['ref', {}],
    ['ref.target', { oid: 'a'.repeat(40) }],
  ] as const)('with %s: %j is not understood, and tried again', async (path, value) => {
    stage().github.faults.next(
      isQuery(),
      answers({ status: 200, body: { data: { repository: without(path, value) } } }),
    );
    expect(await refused()).toMatchObject({
      code: 'api_error',
      problem: expect.stringContaining('could not be understood') as unknown,
      retry: { kind: 'backoff' },
    });
  });

  it('about the query itself, as an older server gives them, are permanent', async () => {
    const message = "Field 'file' doesn't exist on type 'Commit'";
    const errors = [{ path: ['query', 'repository'], extensions: { code: 'undefinedField' }, message }];
    stage().github.faults.next(isQuery(), answers({ status: 200, body: { errors } }));
    expect(await refused()).toMatchObject({
      code: 'api_error',
      advice: expect.stringContaining('Enterprise Server') as unknown,
      retry: { kind: 'never' },
    });
  });

  it.each([
    [500, { message: 'Server Error' }, 'backoff', 'api_error'],
    [404, { message: 'Not Found' }, 'never', 'permission_denied'],
    [418, { message: 'I am a teapot' }, 'never', 'api_error'],
    [301, { message: 'Moved Permanently' }, 'never', 'api_error'],
    [200, { errors: [{ message: 'Something went wrong while executing your query' }] }, 'backoff', 'api_error'],
    [200, { data: null }, 'backoff', 'api_error'],
    [200, { data: { repository: null } }, 'never', 'permission_denied'],
    [200, {}, 'backoff', 'api_error'],
  ])('%i %j → %s', async (status, body, kind, code) => {
    stage().github.faults.next(isQuery(), answers({ status, body }));
    expect(await refused()).toMatchObject({ code, retry: { kind } });
  });
});

/** An answer in order but for one value. */
function without(path: string, value: unknown): unknown {
  const oid = 'a'.repeat(40);
  const pullRequest = {
    ...{ state: 'OPEN', headRefOid: oid, headRefName: 'pr-17', baseRefName: 'main', isCrossRepository: false },
    headRepository: { nameWithOwner: TARGET.repo },
  };
  const whole = { databaseId: 7, nameWithOwner: TARGET.repo, defaultBranchRef: { name: 'main' }, ref: null };
  const [first = '', second] = path.split('.');
  if (second === undefined) return { ...whole, pullRequest, [first]: value };
  return { ...whole, pullRequest, [first]: { ...(first === 'pullRequest' ? pullRequest : {}), [second]: value } };
}
