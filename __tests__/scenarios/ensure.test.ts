import { expect, test } from '@jest/globals';
import { minutesAgo, recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, LIVENESS, onStage, READ } from '../support/scenario.js';

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
