import { describe, expect, test } from '@jest/globals';
import { expectOk, expectRefusal, onStage, type Stage } from '../support/scenario.js';

/** Which pull request an event means: cases T1, T2, T3 and T9 and their neighbours, with what the outputs say of it. */

const push = (branch: string, sha: string, kind: 'heads' | 'tags' = 'heads') => ({
  ref: `refs/${kind}/${branch}`,
  sha,
  event: {
    name: 'push',
    payload: {
      ...{ ref: `refs/${kind}/${branch}`, after: sha, deleted: false, head_commit: { id: sha } },
      repository: { id: 7, full_name: 'acme/widgets', default_branch: 'main', owner: { login: 'acme' } },
    },
  },
});

const openAt = async ({ repository }: Stage, number: number, head: string): Promise<string> =>
  (await repository.openPullRequest({ number, head })).headRefOid;

describe('T1: PR 23 has head topic-23 at A', () => {
  test('a push of nightly at A means no pull request', () =>
    onStage(async (stage) => {
      const { step, repository, log } = stage;
      const sha = await openAt(stage, 23, 'topic-23');
      await repository.createBranch('nightly', sha);
      expectRefusal(await step('claim', push('nightly', sha)), 'target_unresolved', 'pr');
      expect(await log()).toEqual([]);
    }));

  test('nor does a tag at A', () =>
    onStage(async (stage) => {
      const sha = await openAt(stage, 23, 'topic-23');
      expectRefusal(await stage.step('claim', push('v1', sha, 'tags')), 'target_unresolved');
    }));

  test('a push of topic-23 means 23, and the outputs tell its head', () =>
    onStage(async (stage) => {
      const sha = await openAt(stage, 23, 'topic-23');
      const claim = await stage.step('claim', push('topic-23', sha));
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs).toMatchObject({
        ...{ pr: '23', 'head-sha': sha, 'head-ref': 'topic-23', 'head-repo': 'acme/widgets' },
        ...{ 'is-fork': 'false', 'pr-state': 'open' },
      });
    }));

  test('a branch of that name in a fork is another branch', () =>
    onStage(async ({ step, repository }) => {
      const pull = await repository.openPullRequest({ number: 24, head: 'topic-24', fork: 'mona/widgets' });
      expectRefusal(await step('claim', push('topic-24', pull.headRefOid)), 'target_unresolved');
      const claim = await step('claim', { with: { pr: '24' } });
      expect(claim.outputs).toMatchObject({ 'head-repo': 'mona/widgets', 'is-fork': 'true', owned: 'true' });
    }));
});

test('T2: stacked pull requests 31, 32 and 33 all contain A; a push of s1 at A is 31', () =>
  onStage(async (stage) => {
    const { step, repository } = stage;
    const sha = await openAt(stage, 31, 's1');
    await repository.createBranch('s2', sha);
    await openAt(stage, 32, 's2');
    await repository.pushToPullRequest(32);
    await repository.createBranch('s3', (await repository.head('s2')) ?? '');
    await openAt(stage, 33, 's3');
    await repository.pushToPullRequest(33);
    expect((await step('claim', push('s1', sha))).outputs).toMatchObject({ pr: '31', owned: 'true' });
  }));

describe('T3: workflow_dispatch', () => {
  const dispatch = (inputs: Readonly<Record<string, string>>, branch = 'main') => ({
    ref: `refs/heads/${branch}`,
    event: {
      name: 'workflow_dispatch',
      payload: {
        inputs,
        ref: `refs/heads/${branch}`,
        repository: { id: 7, full_name: 'acme/widgets', default_branch: 'main' },
      },
    },
  });

  test.each([
    { prNumber: '17' },
    { pr: '#17' },
    { pull_request_number: '17' },
    { 'pull-request': '17', pr: '17' },
    { pullRequest: ' #17 ' },
  ])('%j is 17', (inputs) =>
    onStage(async ({ step }) => {
      expect((await step('claim', dispatch(inputs))).outputs).toMatchObject({ pr: '17', owned: 'true' });
    }),
  );

  test('nothing, on a branch with one open pull request, is that one', () =>
    onStage(async (stage) => {
      await openAt(stage, 23, 'feature/deep/one');
      expect((await stage.step('claim', dispatch({ pr: '' }, 'feature/deep/one'))).outputs).toMatchObject({
        pr: '23',
        owned: 'true',
      });
    }));

  test.each([
    ['nothing, on the default branch', {}],
    ['two numbers that contradict', { pr: '17', prNumber: '18' }],
    ['a number that is none', { pr: '0x11' }],
  ])('%s is an error', (_, inputs) =>
    onStage(async ({ step }) => {
      expectRefusal(await step('claim', dispatch(inputs)), 'target_unresolved', 'pr');
    }),
  );
});

test('T9: an eviction that comes where nobody owns is no error and no eviction', () =>
  onStage(async ({ step, log }) => {
    await step('claim');
    await step('release');
    const before = await log();
    const evict = await step('release', { runId: 1002, with: { evict: 'true', 'fencing-token': '1' } });
    expectOk(evict, 'release_noop', false);
    await step('claim', { runId: 1003 });
    // Somebody else claimed in between: a tenure that nobody saw.
    expectRefusal(
      await step('release', { runId: 1002, with: { evict: 'true', 'fencing-token': '1' } }),
      'ownership_lost',
      'run 1003',
    );
    expect(await log()).toHaveLength(before.length + 1);
  }));
