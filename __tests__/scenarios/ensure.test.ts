import { describe, expect, test } from '@jest/globals';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, LIVENESS, onStage, READ, type Stage } from '../support/scenario.js';

test('ensure asserts where this run is the owner', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(recordOf());
    expectOk(await step('ensure'), 'owner_confirmed', true);
    expect(asked()).toEqual([READ]);
  }));

test('ensure claims where nobody is the owner', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(recordOf({ owner: null }));
    expectOk(await step('ensure'), 'claimed_new', true);
    expect(asked()).toEqual([READ, COMMIT]);
    expect((await record())?.activeRun?.runId).toBe('1001');
  }));

test('ensure refuses where another run is alive', () =>
  onStage(async ({ step, plant, asked, log }) => {
    await plant(recordOf());
    expectRefusal(await step('ensure', { runId: 1002 }), 'ownership_lost', 'run 1001');
    expect(asked()).toEqual([READ, LIVENESS]);
    expect(await log()).toHaveLength(1);
  }));

test('ensure replaces an owner whose run is over, as a plain claim would', () =>
  onStage(async ({ step, plant, asked, repository, record }) => {
    await plant(recordOf());
    repository.updateRun(1001, { status: 'completed', conclusion: 'cancelled' });
    expectOk(await step('ensure', { runId: 1002 }), 'taken_over', true);
    expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
    expect((await record())?.history.at(-1)).toMatchObject({ type: 'takeover', cause: 'dead', previousRunId: '1001' });
  }));

test('ensure replaces a stale owner only if it is asked to', () =>
  onStage(async ({ step, plant }) => {
    await plant(recordOf({ owner: { claimedAt: minutesAgo(90) } }));
    expectRefusal(await step('ensure', { runId: 1002 }), 'ownership_lost');
    expectOk(await step('ensure', { runId: 1002, with: { supersede: 'stale' } }), 'taken_over', true);
  }));

test('ensure tells an owner that it was told to exit', () =>
  onStage(async ({ step, plant }) => {
    await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
    expectRefusal(await step('ensure'), 'exit_signal_recorded');
  }));

test('ensure claims nothing on a closed pull request', () =>
  onStage(async ({ step, repository, log }) => {
    await repository.closePullRequest(17);
    expectRefusal(await step('ensure'), 'pr_closed');
    expect(await log()).toEqual([]);
  }));

test('ensure begins a tenure of its own in a later attempt, and the earlier one has lost it', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(recordOf({ token: 3 }));
    const ensured = await step('ensure', { attempt: 2 });
    expectOk(ensured, 'refreshed', true);
    expect(ensured.outputs['fencing-token']).toBe('4');
    expect(asked()).toEqual([READ, COMMIT]);
    expect((await record())?.activeRun).toMatchObject({ runId: '1001', attempt: 2, fencingToken: 4 });
    expectRefusal(await step('ensure', { attempt: 1 }), 'ownership_lost', 'attempt 2');
    expectOk(await step('ensure', { attempt: 2 }), 'owner_confirmed', true);
  }));

test('ensure renews what another workflow run of the same run id holds, so that liveness follows it', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(recordOf({ owner: { runId: 'task-42', attempt: 3, holder: holderOf(1001, 3) }, token: 3 }));
    const ensured = await step('ensure', { runId: 1002, with: { 'run-id': 'task-42' } });
    expectOk(ensured, 'refreshed', true);
    expect(ensured.outputs['fencing-token']).toBe('3');
    expect(asked()).toEqual([READ, COMMIT]);
    expect((await record())?.activeRun).toMatchObject({ attempt: 1, holder: { workflowRunId: 1002 } });
    expectOk(await step('ensure', { runId: 1002, with: { 'run-id': 'task-42' } }), 'owner_confirmed', true);
    expect(asked()).toEqual([READ]);
  }));

describe('ensure with a fencing token', () => {
  const token = { 'fencing-token': '2' };

  /** Run 1001 claims in its first attempt, and gets token 2. */
  async function claimed({ step, plant, asked }: Stage): Promise<void> {
    await plant(recordOf({ owner: null }));
    expect((await step('claim')).outputs['fencing-token']).toBe('2');
    asked();
  }

  test('of the current tenure confirms it', () =>
    onStage(async (stage) => {
      await claimed(stage);
      expectOk(await stage.step('ensure', { with: token }), 'owner_confirmed', true);
      expect(stage.asked()).toEqual([READ]);
    }));

  test.each([
    ['is still there', false],
    ['was released', true],
  ])('of an earlier attempt of its own begins a tenure, where the tenure %s', (_name, isReleased) =>
    onStage(async (stage) => {
      await claimed(stage);
      if (isReleased) expectOk(await stage.step('release'), 'released', false);
      stage.asked();
      const ensured = await stage.step('ensure', { attempt: 2, with: token });
      expectOk(ensured, isReleased ? 'claimed_new' : 'refreshed', true);
      expect(ensured.outputs['fencing-token']).toBe('3');
      expect(stage.asked()).toEqual([READ, COMMIT]);
    }),
  );

  test.each([
    ['was evicted', 'release', { evict: 'true', 'target-run-id': '1001' }],
    ['was taken over', 'takeover', {}],
  ])('of a tenure of its own attempt that %s is refused, and nothing is claimed', (_name, command, inputs) =>
    onStage(async (stage) => {
      await claimed(stage);
      await stage.step(command, { runId: 1002, with: inputs });
      const before = await stage.record();
      stage.asked();
      expectRefusal(await stage.step('ensure', { with: token }), 'ownership_lost', 'fencing token 2');
      expect(stage.asked()).toEqual([READ]);
      expect(await stage.record()).toEqual(before);
    }),
  );

  test('of its own earlier attempt is refused once this attempt has lost a tenure', () =>
    onStage(async (stage) => {
      await claimed(stage);
      expectOk(await stage.step('ensure', { attempt: 2, with: token }), 'refreshed', true);
      const evict = { evict: 'true', 'fencing-token': '3' };
      expectOk(await stage.step('release', { runId: 1002, with: evict }), 'released', false);
      expectRefusal(await stage.step('ensure', { attempt: 2, with: token }), 'ownership_lost', 'fencing token 2');
      expectOk(await stage.step('ensure', { attempt: 3, with: token }), 'claimed_new', true);
    }));

  test.each([
    ['of another run', { runId: 1002 }],
    ['where the history does not tell whose it was', { attempt: 2 }],
  ])('%s is refused before it waits, or asks whether the owner lives', (_name, options) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ token: 3, owner: { runId: '990' }, history: [] }));
      const settings = { ...token, 'wait-timeout': '1h' };
      expectRefusal(await step('ensure', { ...options, with: settings }), 'ownership_lost', 'run 990');
      expect(asked()).toEqual([READ]);
    }),
  );
});
