import { describe, expect, test } from '@jest/globals';
import { holderOf, recordOf } from '../../support/records.js';
import { addRun, expectOk, expectRefusal, onStage, LIVENESS, READ } from '../support/scenario.js';

/** Who is the same run: cases O1 to O5 and their neighbours. */

const attempt2 = { attempt: 2 };

describe('O1: a later attempt of the same workflow run', () => {
  test('ensure begins a tenure of its own, and another run is refused while it is at work', () =>
    onStage(async ({ step, repository, record }) => {
      expectOk(await step('claim'), 'claimed_new', true);
      repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
      const ensured = await step('ensure', attempt2);
      expectOk(ensured, 'refreshed', true);
      expect(ensured.outputs['fencing-token']).toBe('2');
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 1001', 'attempt 2');
      expect((await record())?.activeRun).toMatchObject({ runId: '1001', attempt: 2, fencingToken: 2 });
    }));

  test.each([{}, { 'fencing-token': '1' }, { strict: 'true' }])('assert before ensure is refused with %j', (settings) =>
    onStage(async ({ step, repository, record }) => {
      await step('claim');
      repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
      expectRefusal(await step('assert', { ...attempt2, with: settings }), 'ownership_lost', 'command: ensure');
      expect((await record())?.activeRun).toMatchObject({ attempt: 1, fencingToken: 1 });
    }),
  );

  test('claim of it begins a new tenure too, and the zombie of the first attempt loses everywhere', () =>
    onStage(async ({ step, repository, record }) => {
      await step('claim');
      repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
      expectOk(await step('claim', attempt2), 'refreshed', true);
      for (const command of ['claim', 'takeover', 'assert', 'ensure', 'release']) {
        const zombie = await step(command);
        expect([command, zombie.outputs['error'], zombie.outputs['owned']]).toEqual([
          command,
          'ownership_lost',
          'false',
        ]);
      }
      const status = await step('status');
      expectOk(status, 'status', false);
      expectRefusal(await step('signal-exit'), 'ownership_lost');
      expect((await record())?.activeRun).toMatchObject({ attempt: 2, fencingToken: 2 });
    }));

  test('the token of the first attempt lets the second one ensure, whatever became of the tenure', () =>
    onStage(async ({ step, repository }) => {
      const first = await step('claim', { with: { 'release-on-exit': 'true' } });
      const token = { 'fencing-token': first.outputs['fencing-token'] ?? '' };
      await first.post();
      repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
      expectOk(await step('ensure', { ...attempt2, with: token }), 'claimed_new', true);
      // A second gated job of the same attempt comes with the same old token.
      expectOk(await step('ensure', { ...attempt2, job: 'other', with: token }), 'owner_confirmed', true);
      expectOk(await step('takeover', { runId: 1002 }), 'taken_over', true);
      expectRefusal(await step('ensure', { ...attempt2, with: token }), 'ownership_lost', 'run 1002');
      await step('release', { runId: 1002 });
      expectRefusal(await step('ensure', { ...attempt2, with: token }), 'ownership_lost');
      expectOk(await step('release', { ...attempt2, with: token }), 'release_noop', false);
    }));
});

test('O2: the post step of the lost first attempt releases nothing, and warns', () =>
  onStage(async ({ step, repository, record }) => {
    const first = await step('claim', { with: { 'release-on-exit': 'true' } });
    repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
    expectOk(await step('ensure', attempt2), 'refreshed', true);
    const post = await first.post();
    expect(post.annotations).toEqual([
      { level: 'warning', message: expect.stringMatching(/lost acme\/widgets#17.*attempt 2.*since/) },
    ]);
    expect((await record())?.activeRun).toMatchObject({ attempt: 2, fencingToken: 2 });
  }));

describe('O3: what GitHub says of an attempt', () => {
  test.each([
    ['an earlier one that is completed is from the past: alive', 1, 'completed', 'active_run_exists'],
    ['the recorded one at work: alive', 2, 'in_progress', 'active_run_exists'],
    ['a later one at work keeps the run alive', 3, 'in_progress', 'active_run_exists'],
    ['a later one that waits for a runner keeps it alive', 3, 'queued', 'active_run_exists'],
    ['the recorded one completed: dead', 2, 'completed', null],
    ['a later one completed: dead', 3, 'completed', null],
  ])('%s', (_, runAttempt, status, error) =>
    onStage(async ({ step, repository, plant }) => {
      await plant(recordOf({ owner: { attempt: 2 } }));
      repository.updateRun(1001, { runAttempt, status });
      const claim = await step('claim', { runId: 1002 });
      if (error === null) expectOk(claim, 'taken_over', true);
      else expectRefusal(claim, error);
    }),
  );
});

describe('a run id that spans workflow runs', () => {
  const task = { 'run-id': 'task-42' };

  test('O4: liveness follows whoever renewed last', () =>
    onStage(async ({ step, repository, asked, record }) => {
      addRun(repository, 1005);
      await step('claim', { with: task });
      expectOk(await step('claim', { runId: 1005, with: task }), 'refreshed', true);
      expect((await record())?.activeRun?.holder?.workflowRunId).toBe(1005);
      repository.updateRun(1001, { status: 'completed' });
      asked();
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run task-42');
      expect(asked()).toEqual([READ, LIVENESS]);
      repository.updateRun(1005, { status: 'completed' });
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
    }));

  test('O4: ensure by another workflow run of the same id renews, and asserts and releases are its own', () =>
    onStage(async ({ step, record }) => {
      await step('claim', { with: task });
      expectOk(await step('ensure', { runId: 1002, with: task }), 'refreshed', true);
      expect((await record())?.activeRun?.holder?.workflowRunId).toBe(1002);
      expectOk(await step('ensure', { runId: 1002, with: task }), 'owner_confirmed', true);
      expectOk(await step('assert', { runId: 1003, with: task }), 'owner_confirmed', true);
      expectOk(await step('release', { with: task }), 'released', false);
    }));

  test.each([
    ['a later attempt owns and the first of another run asks', 3, 1],
    ['the first attempt owns and a later one of another run asks', 1, 3],
  ])('O5: attempts of different workflow runs are not compared: %s', (_, owning, asking) =>
    onStage(async ({ step, record }) => {
      expectOk(await step('claim', { runId: 1001, attempt: owning, with: task }), 'claimed_new', true);
      const claim = await step('claim', { runId: 1002, attempt: asking, with: task });
      expectOk(claim, 'refreshed', true);
      expect(claim.outputs['fencing-token']).toBe('1');
      expectOk(await step('assert', { runId: 1001, attempt: owning, with: task }), 'owner_confirmed', true);
      expect((await record())?.activeRun).toMatchObject({ attempt: asking, holder: { workflowRunId: 1002 } });
    }),
  );

  test('O5: nor are those of two repositories that happen to have the same number', () =>
    onStage(async ({ step, plant }) => {
      await plant(
        recordOf({
          owner: { runId: 'task-42', attempt: 3, holder: { ...holderOf(1001, 3), repo: 'acme/other', repoId: 8 } },
        }),
      );
      expectOk(await step('claim', { with: task }), 'refreshed', true);
    }));
});
