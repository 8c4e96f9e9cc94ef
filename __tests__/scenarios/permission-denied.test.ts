import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  FIRST_CLAIM,
  MATCHING_REFS,
  ONE_REF,
  onStage,
  READ,
  READ_ONLY_TOKEN,
  TREE,
} from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

const free = recordOf({ owner: null });

describe('a token that may only read, as on a pull request from a fork', () => {
  const named = ['contents: write', 'fork', /pull_request_target|workflow_run/];

  test.each(['claim', 'takeover'])('%s is refused at once, with the permission and the trigger that help', (command) =>
    onStage(async ({ step, plant, asked, log }) => {
      await plant(free);
      expectRefusal(await step(command, { token: READ_ONLY_TOKEN }), 'permission_denied', ...named);
      expect(asked()).toEqual([READ, COMMIT]);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('so it is where the state branch would have to be made first', () =>
    onStage(async ({ step, asked, log }) => {
      expectRefusal(await step('claim', { token: READ_ONLY_TOKEN }), 'permission_denied', ...named);
      expect(asked()).toEqual([READ, MATCHING_REFS, TREE]);
      expect(await log()).toEqual([]);
    }));

  test('assert, check and status work', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      expectOk(await step('assert', { token: READ_ONLY_TOKEN }), 'owner_confirmed', true);
      expectOk(await step('check', { token: READ_ONLY_TOKEN }), 'fresh_runner', true);
      expectOk(await step('status', { token: READ_ONLY_TOKEN, runId: 1002 }), 'status', false);
    }));

  test('on-conflict: continue does not hide it', () =>
    onStage(async ({ step, plant }) => {
      await plant(free);
      const settings = { 'on-conflict': 'continue' };
      expectRefusal(await step('claim', { token: READ_ONLY_TOKEN, with: settings }), 'permission_denied');
    }));
});

describe('a rule that protects the state branch', () => {
  const rule = 'Changes must be made through a pull request.';

  test('is named, and the write is not tried again', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      await plant(free);
      repository.protectBranch(STATE_BRANCH, rule);
      const claim = await step('claim');
      expectRefusal(claim, 'permission_denied', 'rule', rule, /[Ee]xclude|bypass/);
      expect(claim.outputs['message']).not.toContain('fork');
      expect(asked()).toEqual([READ, COMMIT]);
    }));

  test('is named where it forbids the first use', () =>
    onStage(async ({ step, asked, repository, log }) => {
      repository.protectBranch('runner-*', rule);
      expectRefusal(await step('claim'), 'permission_denied', 'rule', rule, /[Ee]xclude|bypass/);
      // Whether it lost a race, and whether a name stands in its way, is asked before a rule is blamed.
      expect(asked()).toEqual([...FIRST_CLAIM, ONE_REF, MATCHING_REFS]);
      expect(await log()).toEqual([]);
    }));
});

describe('a token that GitHub does not know', () => {
  test.each(['claim', 'status'])('%s is refused at once, naming the input', (command) =>
    onStage(async ({ step, asked }) => {
      expectRefusal(await step(command, { token: 'token-expired' }), 'permission_denied', '401', '"github-token"');
      expect(asked()).toEqual([READ]);
    }),
  );
});

test('a repository that the token may not see is no free pull request', () =>
  onStage(async ({ step, asked, github }) => {
    const secret = await github.createRepository('acme/secret', { private: true });
    await secret.openPullRequest({ number: 17 });
    github.issueToken('token-elsewhere', {
      login: 'octocat',
      permissions: { contents: 'write' },
      repositories: ['acme/widgets'],
    });
    const claim = await step('claim', { token: 'token-elsewhere', with: { repo: 'acme/secret', pr: '17' } });
    expectRefusal(claim, 'permission_denied', 'acme/secret');
    expect(asked()).toEqual([READ]);
  }));
