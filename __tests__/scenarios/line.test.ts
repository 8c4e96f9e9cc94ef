import { describe, expect, test } from '@jest/globals';
import { badGateway, isMutation } from '../../support/local-github/index.js';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import { afterLooks, lineOf, placeOf, PULL_STATE, recordWithLine, until, waiterOf } from '../support/line.js';
import {
  expectOk,
  expectRefusal,
  LIVENESS,
  onFastStage,
  onStage,
  READ,
  TWENTY_TIMES_FASTER,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';

/** The line in front of a pull request: who passes it by, who leaves it and how, and what is known of it. */

const env = TWENTY_TIMES_FASTER;
const patient = { 'wait-timeout': '30m', timeout: '20m' };
const owned = recordOf();

describe('a takeover passes by the line', () => {
  test('which goes on waiting', () =>
    onStage(async ({ step, plant, record }) => {
      const queue = [placeOf(1002)];
      await plant(recordWithLine(queue));
      expectOk(await step('takeover', { runId: 1003 }), 'taken_over', true);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003' }, queue });
    }));

  test('also where nobody owns', () =>
    onStage(async ({ step, plant, record }) => {
      const queue = [placeOf(1002)];
      await plant(recordWithLine(queue, { owner: null }));
      expectOk(await step('takeover', { runId: 1003 }), 'claimed_new', true);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003' }, queue });
    }));

  test('and ends the waiting of the run that it is for', () =>
    onFastStage(async (stage) => {
      const { step, plant } = stage;
      await plant(owned);
      const { ended } = await waiterOf(stage, { runId: 1002, env, with: patient });
      expectOk(await step('takeover', { runId: 1002 }), 'taken_over', true);
      expectOk(await ended, 'refreshed', true);
      expect(await lineOf(stage)).toEqual([]);
    }));
});

describe('whoever stops waiting leaves the line', () => {
  test('because the pull request was closed', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, asked } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => repository.closePullRequest(17, 'merged'));
      const claim = await step('claim', { runId: 1002, env, with: patient });
      expectRefusal(claim, 'pr_closed');
      expect(asked()).toContain(PULL_STATE);
      expect(await lineOf(stage)).toEqual([]);
    }));

  test('unless it does not mind: require-open false', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, asked } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => repository.closePullRequest(17, 'merged'));
      const settings = { ...patient, 'require-open': 'false' };
      const { ended } = await waiterOf(stage, { runId: 1002, env, with: settings });
      await until(() => stage.github.requests.filter(({ operation }) => operation === LIVENESS).length >= 3);
      await step('release');
      expectOk(await ended, 'claimed_new', true);
      expect(asked()).not.toContain(PULL_STATE);
    }));

  test('because its time is up: on-conflict continue lets the job go on without it', () =>
    onStage(async (stage) => {
      await stage.plant(owned);
      const settings = { 'wait-timeout': '2s', 'on-conflict': 'continue' };
      const claim = await stage.step('claim', { runId: 1002, with: settings });
      expect(claim.exitCode).toBe(0);
      expect(claim.outputs).toMatchObject({ owned: 'false', error: 'active_run_exists', 'queue-position': '' });
      expect(await lineOf(stage)).toEqual([]);
      stage.asked();
      await claim.post();
      expect(stage.asked()).toEqual([]);
    }));

  test('what was handed over in the last moment, it takes', () =>
    onStage(async (stage) => {
      const { step, plant } = stage;
      await plant(owned);
      const waiting = step('claim', { runId: 1002, with: { 'wait-timeout': '4s' } });
      await until(async () => (await lineOf(stage)).length === 1);
      await step('release');
      expectOk(await waiting, 'claimed_new', true);
    }));

  test('in the post step, where GitHub took no commit at its end', () =>
    onStage(async (stage) => {
      const { step, plant, github } = stage;
      await plant(owned);
      github.faults.add({
        ...{ match: isMutation(), action: badGateway() },
        ...{ skip: 1, times: Number.POSITIVE_INFINITY },
      });
      const claim = await step('claim', { runId: 1002, env: WITHOUT_JITTER, with: { 'wait-timeout': '2s' } });
      expectRefusal(claim, 'active_run_exists', 'run 1001');
      expect(warningsOf(claim)).toEqual([expect.stringContaining('This step could not leave the line')]);
      expect(await lineOf(stage)).toEqual(['1002']);
      github.faults.clear();
      expect(warningsOf(await claim.post())).toEqual([]);
      expect(await lineOf(stage)).toEqual([]);
    }));
});

describe('the line', () => {
  test('says to a run where it stands, and to others nothing', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordWithLine([placeOf(1002), placeOf(1003)]));
      const third = await step('status', { runId: 1003 });
      expect(third.outputs).toMatchObject({ 'queue-position': '2', 'owner-run-id': '1001', owned: 'false' });
      expect(third.result).toMatchObject({ 'queue-position': 2 });
      expect((await step('status', { runId: 1001 })).outputs['queue-position']).toBe('');
      expectRefusal(await step('claim', { runId: 1003 }), 'active_run_exists', '2 runs wait for it');
    }));

  test('holds a hundred: the next one is refused, and nothing is written', () =>
    onStage(async ({ step, plant, asked, log, record }) => {
      const places = Array.from({ length: 100 }, (_, index) => placeOf(5001 + index));
      await plant(recordWithLine(places));
      const settings = { 'wait-timeout': '10m', supersede: 'never' };
      expectRefusal(await step('claim', { runId: 1002, with: settings }), 'queue_full', '100 others');
      expect(asked()).toEqual([READ]);
      expect(await log()).toHaveLength(1);
      // Places that do not count any more make room.
      await plant(recordWithLine([placeOf(1003, { until: minutesAgo(1) }), ...places.slice(1)]));
      expectRefusal(
        await step('claim', { runId: 1002, with: { ...settings, 'wait-timeout': '2s' } }),
        'active_run_exists',
      );
      expect(await record()).toMatchObject({ queue: places.slice(1) });
    }));

  test('counts a place for as long as its step may wait, and one try more', () =>
    onFastStage(async (stage) => {
      await stage.plant(owned);
      const settings = { 'wait-timeout': '30m', timeout: '20m', detached: 'true', 'expires-after': '2h' };
      const { ended, kill } = await waiterOf(stage, { runId: 1002, attempt: 1, env, with: settings });
      const [place] = ((await stage.record())?.queue ?? []) as { since: string; until: string }[];
      expect(Date.parse(place?.until ?? '') - Date.parse(place?.since ?? '')).toBe(50 * 60_000);
      const { repo, repoId, workflowRunId, workflow } = holderOf(1002);
      expect(place).toMatchObject({
        ...{ runId: '1002', attempt: 1, detached: true, expiresAfter: 7_200_000 },
        holder: { repo, repoId, workflowRunId, workflow },
      });
      kill('SIGKILL');
      await (await ended).post({ env: {} });
    }));

  test('has one place for a run that is run again', () =>
    onFastStage(async (stage) => {
      const { plant, repository } = stage;
      await plant(recordWithLine([placeOf(1002), placeOf(1003)]));
      repository.updateRun(1002, { status: 'in_progress', conclusion: null, runAttempt: 2 });
      const waiting = stage.step('claim', { runId: 1002, attempt: 2, env, with: patient });
      await until(async () => JSON.stringify((await stage.record())?.queue).includes('"attempt":2'));
      expect(await lineOf(stage)).toEqual(['1002', '1003']);
      await stage.step('release');
      expectOk(await waiting, 'claimed_new', true);
      expect((await stage.record())?.activeRun).toMatchObject({ runId: '1002', attempt: 2 });
    }));
});
