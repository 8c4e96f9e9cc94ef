import { describe, expect, test } from '@jest/globals';
import { badGateway, isQuery } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, onStage, READ, WITHOUT_JITTER } from '../support/scenario.js';

const COMMANDS = ['claim', 'takeover', 'assert', 'ensure', 'check', 'status', 'signal-exit', 'release'];

describe('every answer says where the head of the pull request is', () => {
  test.each(COMMANDS)('%s of a branch of the repository itself', (command) =>
    onStage(async ({ step, plant, repository }) => {
      await repository.openPullRequest({ number: 18, head: 'topic/Ünïcode' });
      await plant(recordOf({ pr: 18 }), 18);
      const head = await repository.pushToPullRequest(18);
      const { outputs, result } = await step(command, { with: { pr: '18' } });
      expect(outputs).toMatchObject({
        error: '',
        'head-sha': head,
        'head-ref': 'topic/Ünïcode',
        'head-repo': 'acme/widgets',
        'is-fork': 'false',
        'pr-state': 'open',
      });
      expect(result).toMatchObject({ 'head-ref': 'topic/Ünïcode', 'is-fork': false, 'pr-state': 'open' });
    }),
  );

  test('of a branch of a fork', () =>
    onStage(async ({ step, repository, asked }) => {
      await repository.openPullRequest({ number: 18, head: 'main', fork: 'Mona/Widgets' });
      const status = await step('status', { with: { pr: '18' } });
      expectOk(status, 'status', false);
      const { headRefOid } = await repository.pullRequest(18);
      expect(status.outputs).toMatchObject({
        'head-sha': headRefOid,
        'head-ref': 'main',
        'head-repo': 'mona/widgets',
        'is-fork': 'true',
        'pr-state': 'open',
      });
      expect(status.result).toMatchObject({ 'head-repo': 'mona/widgets', 'is-fork': true });
      expect(asked()).toEqual([READ]);
    }));

  test('of a fork that was deleted since', () =>
    onStage(async ({ step, repository, github }) => {
      await repository.openPullRequest({ number: 18, fork: 'mona/widgets' });
      github.findRepository('mona/widgets')?.delete();
      const status = await step('status', { with: { pr: '18' } });
      expect(status.outputs).toMatchObject({ 'head-ref': 'pr-18', 'head-repo': '', 'is-fork': 'true' });
      expect(status.result).toMatchObject({ 'head-repo': null, 'is-fork': true });
    }));

  test.each([
    ['closed', 'closed'],
    ['merged', 'merged'],
    ['squashed', 'merged'],
  ] as const)('of a pull request that was %s: %s', (how, state) =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf());
      await repository.closePullRequest(17, how);
      for (const command of ['status', 'release']) expect((await step(command)).outputs['pr-state']).toBe(state);
    }),
  );
});

test('a refusal says it too, so that other jobs can gate on it', () =>
  onStage(async ({ step, plant, repository }) => {
    await repository.openPullRequest({ number: 18, fork: 'mona/widgets' });
    await plant(recordOf({ pr: 18, owner: { holder: null } }), 18);
    const claim = await step('claim', { runId: 1002, with: { pr: '18' } });
    expectRefusal(claim, 'active_run_exists');
    expect(claim.outputs).toMatchObject({ 'head-ref': 'pr-18', 'is-fork': 'true', 'pr-state': 'open' });
  }));

test('an error says nothing, rather than what was so once: is-fork is neither true nor false', () =>
  onStage(async ({ step, github }) => {
    github.faults.always(isQuery(), badGateway());
    const claim = await step('claim', { env: WITHOUT_JITTER });
    expectRefusal(claim, 'api_error');
    const nothing = { 'head-sha': '', 'head-ref': '', 'head-repo': '', 'is-fork': '', 'pr-state': '' };
    expect(claim.outputs).toMatchObject(nothing);
    expect(claim.result).toMatchObject({ 'head-ref': null, 'is-fork': null, 'pr-state': null });
  }));
