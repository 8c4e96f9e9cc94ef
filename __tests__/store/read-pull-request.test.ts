import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StoredTarget } from '../../src/core/record.js';
import { withReadings } from './reading.js';
import { TARGET } from './stage.js';

const { stage, snapshot, refused } = withReadings();

let pr = 100;
let target: StoredTarget = TARGET;

beforeEach(() => {
  pr += 1;
  target = { ...TARGET, pr };
});

describe('the pull request', () => {
  it.each([
    ['closed', 'closed'],
    ['merged', 'merged'],
    ['squashed', 'merged'],
  ] as const)('that was %s is %s', async (how, state) => {
    await stage().repository.openPullRequest({ number: pr });
    await stage().repository.closePullRequest(pr, how);
    const { headRefOid } = await stage().repository.pullRequest(pr);
    expect((await snapshot({ target })).pullRequest).toMatchObject({ state, headSha: headRefOid });
  });

  it('moves, and its head with it', async () => {
    const headSha = await stage().repository.pushToPullRequest(17);
    expect((await snapshot()).pullRequest).toMatchObject({ state: 'open', headSha });
  });

  it('of a fork says so, and names the fork in lower case', async () => {
    await stage().repository.openPullRequest({ number: pr, head: 'topic', fork: 'Them/Widgets' });
    expect((await snapshot({ target })).pullRequest).toMatchObject({
      headRef: 'topic',
      headRepo: 'them/widgets',
      isFork: true,
      isDefaultBranch: false,
    });
  });

  it('of a fork that was deleted is of a fork', async () => {
    await stage().repository.openPullRequest({ number: pr, head: 'topic', fork: 'gone/widgets' });
    stage().github.repository('gone/widgets').delete();
    expect((await snapshot({ target })).pullRequest).toMatchObject({ state: 'open', headRepo: null, isFork: true });
  });

  it('does not exist', async () => {
    expect(await refused({ target: { ...TARGET, pr: 9999 } })).toMatchObject({
      code: 'pr_not_found',
      problem: 'There is no pull request acme/widgets#9999',
      retry: { kind: 'never' },
    });
  });
});

describe('a state branch in a wrong place', () => {
  it.each([
    ['main', 'the default branch'],
    ['pr-17', 'the branch of this pull request'],
  ])('%s is refused: %s', async (stateBranch, use) => {
    expect(await refused({ stateBranch })).toMatchObject({
      code: 'invalid_input',
      problem: expect.stringContaining(use) as unknown,
      retry: { kind: 'never' },
    });
  });

  it('the base branch is refused; the same name in a fork is not', async () => {
    await stage().repository.createBranch('next', (await stage().repository.head('main')) ?? '');
    await stage().repository.openPullRequest({ number: 60, base: 'next' });
    await stage().repository.openPullRequest({ number: 61, head: 'records', fork: 'them/widgets' });
    const base = await refused({ stateBranch: 'next', target: { ...TARGET, pr: 60 } });
    expect(base.problem).toContain('the base branch of this pull request');
    const fork = await snapshot({ stateBranch: 'records', target: { ...TARGET, pr: 61 } });
    expect(fork.reading).toEqual({ kind: 'absent' });
  });

  // T4: the branch of another pull request, or one that deploys, is nobody's to write records on.
  it.each(['pr-18', 'production'])('%s, which is used for something else, is foreign', async (stateBranch) => {
    if (stateBranch === 'pr-18') await stage().repository.openPullRequest({ number: 18 });
    else await stage().repository.createBranch(stateBranch, (await stage().repository.head('main')) ?? '');
    expect(await refused({ stateBranch })).toMatchObject({
      code: 'state_branch_foreign',
      problem: expect.stringContaining(stateBranch) as unknown,
      retry: { kind: 'never' },
    });
  });
});
