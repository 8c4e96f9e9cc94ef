import { describe, expect, test } from '@jest/globals';
import { minutesAgo, recordOf } from '../../support/records.js';
import { afterLooks, lineOf, placeOf, recordOfHold, recordWithLine, until, waiterOf } from '../support/line.js';
import {
  addRun,
  COMMIT,
  expectOk,
  expectRefusal,
  LIVENESS,
  onFastStage,
  onStage,
  PERMISSION,
  READ,
  trailersOf,
  TWENTY_TIMES_FASTER,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';

/** Whatever ends a tenure hands over to the first in line, in its own commit. */

const env = TWENTY_TIMES_FASTER;
const patient = { 'wait-timeout': '30m', timeout: '20m' };
const owned = recordOf();

describe('whatever ends a tenure hands over, in one commit', () => {
  const [second, third] = [placeOf(1002), placeOf(1003, { detached: true, expiresAfter: 3_600_000 })];
  const handedOver = {
    fencingToken: 2,
    activeRun: { runId: '1002', attempt: 1, fencingToken: 2, expiresAt: null, detached: false },
    previousRun: { runId: '1001', replacedByRunId: '1002' },
    queue: [third],
  };

  test('a release', () =>
    onStage(async ({ step, plant, asked, record, log, repository }) => {
      const before = await plant(recordWithLine([second, third]));
      const release = await step('release', { with: { reason: 'done' } });
      expectOk(release, 'released', false);
      expect(release.outputs).toMatchObject({ 'owner-run-id': '1002', 'fencing-token': '2', 'queue-position': '' });
      expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
      const [commit, ...older] = await log();
      expect(commit?.parents).toEqual([before]);
      expect(older).toHaveLength(1);
      const after = await record();
      expect(after).toMatchObject({ ...handedOver, activeRun: { ...handedOver.activeRun, holder: second.holder } });
      const [, end, handover] = after?.history ?? [];
      expect(after?.history).toHaveLength(3);
      expect(end).toMatchObject({ type: 'release', runId: '1001', fencingToken: 1, reason: 'done' });
      expect(handover).toMatchObject({
        ...{ type: 'handover', runId: '1002', attempt: 1, workflowRunId: 1002, previousRunId: '1001' },
        ...{ fencingToken: 2, reason: null, entry: second.id, id: end?.id, actor: 'octocat' },
      });
      expect(await trailersOf(repository, commit?.oid ?? '')).toMatchObject({
        ...{ 'Coord-Event': 'handover', 'Coord-Run-Id': '1002', 'Coord-Previous-Run-Id': '1001' },
        ...{ 'Coord-Fencing-Token': '2', 'Coord-Workflow-Run-Id': '1002', 'Coord-Request-Id': end?.id },
      });
    }));

  test('the post step, which does not know of the line', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf({ owner: null, token: 0, history: [] }));
      const claim = await step('claim', { with: { 'release-on-exit': 'true' } });
      await plant({ ...(await record()), queue: [second, third] });
      asked();
      const post = await claim.post({ env: WITHOUT_JITTER, jobStatus: 'failure' });
      expect(post.annotations).toEqual([]);
      expect(asked()).toEqual([COMMIT, READ, LIVENESS, COMMIT]);
      expect(await record()).toMatchObject(handedOver);
      const [, end, handover] = (await record())?.history ?? [];
      expect(end).toMatchObject({ type: 'release', outcome: 'failure' });
      expect(handover).toMatchObject({ type: 'handover', entry: second.id });
      expect(handover).not.toHaveProperty('outcome');
    }));

  test('an eviction', () =>
    onStage(async ({ step, plant, asked, record, log }) => {
      await plant(recordWithLine([second, third]));
      const settings = { evict: 'true', 'fencing-token': '1', reason: 'it runs in circles' };
      expectOk(await step('release', { runId: 1003, with: settings }), 'released', false);
      expect(asked()).toEqual([READ, PERMISSION, LIVENESS, COMMIT]);
      expect(await record()).toMatchObject({ ...handedOver, queue: [third] });
      const [, end, handover] = (await record())?.history ?? [];
      expect(end).toMatchObject({ type: 'evict', runId: '1003', previousRunId: '1001', reason: 'it runs in circles' });
      expect(handover).toMatchObject({ type: 'handover', runId: '1002', previousRunId: '1001', reason: null });
      expect(await log()).toHaveLength(2);
    }));

  test('a stranger that finds the owner dead: it writes the hand-over and is refused', () =>
    onStage(async ({ step, plant, repository, record, log }) => {
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      await plant(recordWithLine([second]));
      const claim = await step('claim', { runId: 1003 });
      expectRefusal(claim, 'active_run_exists', 'run 1002');
      expect(claim.outputs).toMatchObject({ 'owner-run-id': '1002', 'fencing-token': '2' });
      expect(await record()).toMatchObject({ ...handedOver, queue: [] });
      expect((await record())?.history.at(-1)).toMatchObject({
        ...{ type: 'handover', runId: '1002', previousRunId: '1001', cause: 'dead', entry: second.id },
      });
      expect(await log()).toHaveLength(2);
      await claim.post();
      expect((await record())?.activeRun?.runId).toBe('1002');
    }));

  test('a stranger that is willing to wait joins in that very commit', () =>
    onFastStage(async (stage) => {
      const { plant, repository, log } = stage;
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      await plant(recordWithLine([second]));
      const { ended, kill } = await waiterOf(stage, { runId: 1003, env, with: patient });
      expect(await lineOf(stage)).toEqual(['1003']);
      expect(await log()).toHaveLength(2);
      kill('SIGKILL');
      await (await ended).post({ env: {} });
      expect(await lineOf(stage)).toEqual([]);
      expect((await stage.record())?.activeRun?.runId).toBe('1002');
    }));

  test('the end of a hold, as soon as anybody looks', () =>
    onStage(async ({ step, plant, record }) => {
      await plant({ ...recordOfHold(minutesAgo(1)), queue: [third] });
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 1003');
      const after = await record();
      expect(after?.history.map(({ type }) => type)).toEqual(['claim', 'expired', 'handover']);
      expect(after?.history.at(-1)).toMatchObject({ runId: '1003', previousRunId: 'person:mona' });
      // What was asked for with the place: a hold of an hour, from the hand-over on.
      const { claimedAt = '', expiresAt, detached } = after?.activeRun ?? {};
      expect(detached).toBe(true);
      expect(Date.parse(expiresAt ?? '') - Date.parse(claimedAt)).toBe(3_600_000);
    }));

  test('the release of a hold by its person', () =>
    onStage(async ({ step, plant, record }) => {
      const person = recordOf({ owner: { runId: 'person:octocat', holder: null } });
      await plant({ ...person, queue: [second] });
      expectOk(await step('release', { with: { 'run-id': 'person:octocat' } }), 'released', false);
      expect((await record())?.activeRun).toMatchObject({ runId: '1002', fencingToken: 2 });
    }));
});

describe('whoever is served', () => {
  test('has begun its tenure: release-on-exit releases it', () =>
    onFastStage(async (stage) => {
      const { step, plant, record, log } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => step('release'));
      const claim = await step('claim', { runId: 1002, env, with: { ...patient, 'release-on-exit': 'true' } });
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs).toMatchObject({
        ...{ 'fencing-token': '2', 'owner-run-id': '1002', 'previous-run-id': '1001', 'queue-position': '' },
      });
      const before = (await log()).length;
      expectOk(await step('assert', { runId: 1002, with: { 'fencing-token': '2' } }), 'owner_confirmed', true);
      const post = await claim.post({ env: {} });
      expect(post.annotations).toEqual([]);
      expect(await record()).toMatchObject({ activeRun: null, previousRun: { runId: '1002' } });
      expect(await log()).toHaveLength(before + 1);
    }));

  test('keeps it without release-on-exit', () =>
    onFastStage(async (stage) => {
      const { step, plant, record, asked } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => step('release'));
      const claim = await step('claim', { runId: 1002, env, with: patient });
      asked();
      await claim.post({ env: {} });
      expect(asked()).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1002');
    }));

  test('where the owner before was superseded: taken_over', () =>
    onFastStage(async (stage) => {
      const { step, plant } = stage;
      await plant(owned);
      const signal = { 'require-active-owner': 'false', 'target-run-id': '1001' };
      afterLooks(stage, 1, () => step('signal-exit', { runId: 1003, with: signal }));
      const claim = await step('claim', { runId: 1002, env, with: patient });
      expectOk(claim, 'taken_over', true);
      expect(claim.outputs).toMatchObject({ 'fencing-token': '2', 'previous-run-id': '1001' });
    }));

  test('though it was killed before it saw: the post step releases to the next', () =>
    onFastStage(async (stage) => {
      const { step, plant, record } = stage;
      await plant(owned);
      const { ended, kill } = await waiterOf(stage, { runId: 1002, env, with: patient });
      kill('SIGKILL');
      const main = await ended;
      await plant({ ...(await record()), queue: [...((await record())?.queue ?? []), placeOf(1003)] });
      await step('release');
      expect((await record())?.activeRun?.runId).toBe('1002');
      expect(warningsOf(await main.post({ env: {}, jobStatus: 'cancelled' }))).toEqual([]);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003', fencingToken: 3 }, queue: [] });
    }));

  test('as another step of its run: both go on, in one tenure, and only who was served releases it', () =>
    onFastStage(async (stage) => {
      const { step, plant, record } = stage;
      await plant(owned);
      const settings = { env, with: { ...patient, 'release-on-exit': 'true' } };
      const first = await waiterOf(stage, { runId: 1002, job: 'first', ...settings });
      const other = await waiterOf(stage, { runId: 1002, job: 'other', ...settings });
      await until(async () => (await lineOf(stage)).length === 2);
      await step('release');
      const [one, two] = await Promise.all([first.ended, other.ended]);
      expectOk(one, 'claimed_new', true);
      expectOk(two, 'refreshed', true);
      expect([one, two].map(({ outputs }) => outputs['fencing-token'])).toEqual(['2', '2']);
      expect(await lineOf(stage)).toEqual([]);
      await two.post({ env: {} });
      expect((await record())?.activeRun?.runId).toBe('1002');
    }));
});

describe('those that are over are passed by', () => {
  test('a job that crashed without its post step', () =>
    onStage(async ({ step, plant, asked, record, repository }) => {
      repository.updateRun(1002, { status: 'completed', conclusion: 'failure' });
      await plant(recordWithLine([placeOf(1002), placeOf(1003)]));
      expectOk(await step('release'), 'released', false);
      expect(asked()).toEqual([READ, LIVENESS, LIVENESS, COMMIT]);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003' }, queue: [] });
    }));

  test('an attempt that was run again, though the later one is at work', () =>
    onStage(async ({ step, plant, record, repository }) => {
      repository.updateRun(1002, { status: 'in_progress', conclusion: null, runAttempt: 2 });
      await plant(recordWithLine([placeOf(1002), placeOf(1003)]));
      expectOk(await step('release'), 'released', false);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003' }, queue: [] });
    }));

  test('a place whose time is over, about which nobody asks', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordWithLine([placeOf(1002, { until: minutesAgo(1) }), placeOf(1003)]));
      expectOk(await step('release'), 'released', false);
      expect(asked()).toEqual([READ, LIVENESS, COMMIT]);
      expect((await record())?.activeRun?.runId).toBe('1003');
    }));

  test('all of them: a release leaves it free, and a claim takes it', () =>
    onStage(async ({ step, plant, record, repository }) => {
      repository.updateRun(1002, { status: 'completed', conclusion: 'failure' });
      await plant(recordWithLine([placeOf(1002)]));
      expectOk(await step('release'), 'released', false);
      expect(await record()).toMatchObject({ activeRun: null, queue: [] });
      await plant(recordWithLine([placeOf(1002)], { owner: null }));
      expectOk(await step('claim', { runId: 1003 }), 'claimed_new', true);
      expect(await record()).toMatchObject({ activeRun: { runId: '1003' }, queue: [] });
    }));

  test('but not one of whom GitHub says nothing', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordWithLine([placeOf(4004), placeOf(1003)]));
      const release = await step('release');
      expectOk(release, 'released', false);
      expect(warningsOf(release)).toEqual([expect.stringContaining('a step in line is still there is not known')]);
      expect((await record())?.activeRun?.runId).toBe('4004');
    }));

  test('nor the sixth: five questions are enough', () =>
    onStage(async ({ step, plant, asked, record, repository }) => {
      const gone = [2001, 2002, 2003, 2004, 2005, 2006, 2007];
      for (const id of gone) addRun(repository, id, 'completed');
      await plant(recordWithLine(gone.map((id) => placeOf(id))));
      expectOk(await step('release'), 'released', false);
      expect(asked().filter((operation) => operation === LIVENESS)).toHaveLength(5);
      expect(await record()).toMatchObject({ activeRun: { runId: '2006' } });
    }));
});
