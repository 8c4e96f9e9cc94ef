import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, onStage, READ } from '../support/scenario.js';

describe('target_unresolved', () => {
  test.each([
    ['schedule', {}, /scheduled/],
    ['workflow_dispatch', { inputs: { pr: '1e3' } }, /1e3/],
    ['issue_comment', { issue: { number: 17 } }, /#17 is an issue/],
    ['pull_request', { pull_request: { number: '17' } }, /pull_request\.number/],
    ['pull_request', 'half a payl', /cannot be read/],
  ])('the event %s with %j names the input pr as the way out', (name, payload, words) =>
    onStage(async ({ step, asked }) => {
      const claim = await step('claim', { event: { name, payload } });
      expectRefusal(claim, 'target_unresolved', words, /`pr` input|inputs "repo" and "pr"|input named `pr`/);
      expect(asked()).toEqual([]);
    }),
  );

  test('a dispatch without a number on a branch without a pull request names it too, after looking for one', () =>
    onStage(async ({ step, asked }) => {
      const claim = await step('claim', { event: { name: 'workflow_dispatch', payload: { inputs: {} } } });
      expectRefusal(claim, 'target_unresolved', /inputs\.pr/, /`pr` input|inputs "repo" and "pr"|input named `pr`/);
      expect(asked()).toEqual(['GET /repos/{owner}/{repo}/pulls']);
    }));

  test('a repository of another event needs the number as well', () =>
    onStage(async ({ step, asked }) => {
      const claim = await step('claim', { with: { repo: 'acme/gadgets' } });
      expectRefusal(claim, 'target_unresolved', 'acme/gadgets', '`pr` input');
      expect(asked()).toEqual([]);
    }));

  test('outside of Actions nothing names the repository', () =>
    onStage(async ({ step }) => {
      const env = { GITHUB_REPOSITORY: undefined, GITHUB_EVENT_PATH: undefined, GITHUB_EVENT_NAME: undefined };
      expectRefusal(await step('claim', { env }), 'target_unresolved', '`repo`', '`pr`');
    }));
});

describe('pr_not_found', () => {
  test('a number that is no pull request, for every command', () =>
    onStage(async ({ step, asked, log }) => {
      for (const command of ['claim', 'assert', 'release', 'status']) {
        expectRefusal(await step(command, { with: { pr: '99' } }), 'pr_not_found', 'acme/widgets#99', '"pr"');
        expect(asked()).toEqual([READ]);
      }
      expect(await log()).toEqual([]);
    }));

  test('fails the step whatever on-conflict says', () =>
    onStage(async ({ step }) => {
      expectRefusal(await step('claim', { with: { pr: '99', 'on-conflict': 'continue' } }), 'pr_not_found');
    }));
});

describe('pr_closed', () => {
  test.each([
    ['claim', 'closed', null],
    ['claim', 'merged', recordOf({ owner: null })],
    ['takeover', 'closed', recordOf({ owner: { runId: '990' } })],
    ['ensure', 'closed', recordOf({ owner: null })],
  ] as const)('%s of a %s pull request is refused, and nothing is written', (command, how, planted) =>
    onStage(async ({ step, plant, asked, log, repository }) => {
      if (planted !== null) await plant(planted);
      const before = await log();
      await repository.closePullRequest(17, how);
      expectRefusal(await step(command), 'pr_closed', `acme/widgets#17 is ${how}`, 'Reopen');
      expect(asked()).toEqual([READ]);
      expect(await log()).toEqual(before);
    }),
  );

  test('is a refusal that on-conflict lets pass', () =>
    onStage(async ({ step, repository }) => {
      await repository.closePullRequest(17);
      const claim = await step('claim', { with: { 'on-conflict': 'continue' } });
      expect(claim.exitCode).toBe(0);
      expect(claim.outputs).toMatchObject({ owned: 'false', error: 'pr_closed' });
    }));

  test('status works on a closed pull request', () =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf());
      await repository.closePullRequest(17);
      expectOk(await step('status', { runId: 1002 }), 'status', false);
    }));
});

describe('run_id_required', () => {
  const nobody = { GITHUB_RUN_ID: undefined, GITHUB_RUN_ATTEMPT: undefined };

  test('no run id at all is refused before anything is asked', () =>
    onStage(async ({ step, asked }) => {
      for (const command of ['claim', 'takeover', 'assert', 'ensure', 'release', 'signal-exit']) {
        expectRefusal(await step(command, { env: nobody }), 'run_id_required', command, '"run-id"');
      }
      expect(asked()).toEqual([]);
    }));

  test('a blank run id is none, so the workflow run counts', () =>
    onStage(async ({ step }) => {
      const claim = await step('claim', { with: { 'run-id': '  ' }, env: { PI_SUBAGENT_RUN_ID: ' ' } });
      expect(claim.outputs['run-id']).toBe('1001');
    }));

  test('outside of Actions, ensure has nothing to do and says so', () =>
    onStage(async ({ step, asked }) => {
      const ensured = await step('ensure', { env: { ...nobody, GITHUB_ACTIONS: undefined } });
      expectOk(ensured, 'skipped_no_async_run_id', false);
      expect(ensured.outputs['run-id']).toBe('');
      expect(asked()).toEqual([]);
    }));
});
