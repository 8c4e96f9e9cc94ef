import { describe, expect, test } from '@jest/globals';
import { isBy, isRest } from '../../support/local-github/index.js';
import { minutesAgo, recordOf } from '../../support/records.js';
import { OWNER, request, runOf } from '../core/samples.js';
import { lineOf, LOOK, recordOfHold, until, waiterOf } from '../support/line.js';
import {
  addRun,
  expectOk,
  expectRefusal,
  onFastStage,
  onStage,
  trailersOf,
  TWENTY_TIMES_FASTER,
} from '../support/scenario.js';
import { inAnHour, OWNERS, WAITERS } from '../support/waiting-hour.js';

/** Waiting and holds: cases O18, O19 and O24. */

const MINUTE_MS = 60_000;

describe('O18: a waiter costs next to nothing', () => {
  // Its place: a reading, whether the owner lives, a commit. The first look at the record and at the pull request.
  const WHILE_WAITING = 5;

  test.each(['body', 'commit'] as const)('in an hour in which nothing changes (ETag of the %s)', (etag) =>
    inAnHour(etag, async ({ github, repository, clock, ask, wait }) => {
      await repository.openPullRequest({ number: 17 });
      for (const id of [1001, 2002]) addRun(repository, id);
      await ask(request('claim'));
      let waiting = { core: Infinity, graphql: Infinity };
      clock.at(59.9 * MINUTE_MS, () => (waiting = github.points(WAITERS)));
      expect(await wait(runOf('2002'), 60)).toMatchObject({ kind: 'conflict', code: 'active_run_exists' });
      expect(waiting.core + waiting.graphql).toBeLessThanOrEqual(WHILE_WAITING);
      const looks = github.requests.filter(isBy('waiters')).filter(isRest(LOOK));
      expect(looks.length).toBeGreaterThan(650);
      expect(looks.slice(1).every(({ status }) => status === 304)).toBe(true);
      // Leaving takes a reading and a commit.
      const all = github.points(WAITERS);
      expect(all.core + all.graphql).toBeLessThanOrEqual(WHILE_WAITING + 2);
    }),
  );

  test('an hour in which other pull requests are busy costs no more', () =>
    inAnHour('body', async ({ github, repository, clock, ask, wait }) => {
      await repository.openPullRequest({ number: 17 });
      await repository.openPullRequest({ number: 18 });
      for (const id of [1001, 2002]) addRun(repository, id);
      await ask(request('claim'));
      for (let minute = 1; minute < 60; minute += 2) {
        clock.at(minute * MINUTE_MS, () => ask(request('claim'), 18));
        clock.at((minute + 1) * MINUTE_MS - 1, () => ask(request('release'), 18));
      }
      let waiting = { core: Infinity, graphql: Infinity };
      clock.at(59.95 * MINUTE_MS, () => (waiting = github.points(WAITERS)));
      await wait(runOf('2002'), 60);
      expect(waiting.core + waiting.graphql).toBeLessThanOrEqual(WHILE_WAITING);
    }));

  test('ten of them on ten pull requests leave all of the hour to the owners', () =>
    inAnHour('body', async ({ github, repository, ask, wait }) => {
      const prs = Array.from({ length: 10 }, (_, index) => 17 + index);
      addRun(repository, 1001);
      for (const pr of prs) {
        await repository.openPullRequest({ number: pr, head: `topic-${String(pr)}` });
        addRun(repository, 2000 + pr);
        await ask(request('claim'), pr);
      }
      // One after the other: the virtual clock has one sleeper, and what they spend adds up all the same.
      for (const pr of prs) await wait(runOf(String(2000 + pr)), 10, pr);
      const { core, graphql } = github.points(WAITERS);
      expect(core + graphql).toBeLessThanOrEqual(10 * (WHILE_WAITING + 2));
      const before = github.points(OWNERS);
      expect(await ask(request('assert', { run: OWNER }))).toMatchObject({ kind: 'ok', status: 'owner_confirmed' });
      expect(github.points(OWNERS)).toEqual({ ...before, graphql: before.graphql + 1 });
    }));
});

describe('O19: who comes first is served first', () => {
  test('four waiters, each served in the commit of the release before', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, record, log } = stage;
      for (const id of [1004, 1005]) addRun(repository, id);
      await plant(recordOf());
      const settings = { 'wait-timeout': '2h', timeout: '20m', 'release-on-exit': 'true' };
      const waiting: Promise<void>[] = [];
      const order: number[] = [];
      for (const runId of [1002, 1003, 1004, 1005]) {
        const { ended } = await waiterOf(stage, { runId, env: TWENTY_TIMES_FASTER, with: settings });
        const served = async (): Promise<void> => {
          const claim = await ended;
          expectOk(claim, 'claimed_new', true);
          order.push(runId);
          await claim.post({ env: {} });
        };
        waiting.push(served());
      }
      expect(await lineOf(stage)).toEqual(['1002', '1003', '1004', '1005']);
      const joined = (await log()).length;
      expectOk(await step('release'), 'released', false);
      await Promise.all(waiting);
      expect(order).toEqual([1002, 1003, 1004, 1005]);
      const handovers = (await record())?.history.filter(({ type }) => type === 'handover');
      expect(handovers?.map(({ runId }) => Number(runId))).toEqual(order);
      // Five releases, of which four hand over, and no commit beside them.
      const commits = (await log()).slice(0, -joined);
      const events = await Promise.all(
        commits.map(async ({ oid }) => (await trailersOf(repository, oid))['Coord-Event']),
      );
      expect(events).toEqual(['release', 'handover', 'handover', 'handover', 'handover']);
    }));
});

describe('O24: a hold stays', () => {
  const hold = { 'run-id': 'person:octocat', detached: 'true', reason: 'I look at it myself' };

  test('though the workflow run is over by which the person took over', () =>
    onStage(async ({ step, plant, repository, record }) => {
      await plant(recordOf());
      const takeover = await step('takeover', { runId: 1003, with: hold });
      expectOk(takeover, 'taken_over', true);
      repository.updateRun(1003, { status: 'completed', conclusion: 'success' });
      const { claimedAt = '', expiresAt, detached } = (await record())?.activeRun ?? {};
      expect(detached).toBe(true);
      expect(Date.parse(expiresAt ?? '') - Date.parse(claimedAt)).toBe(8 * 60 * MINUTE_MS);
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(claim, 'active_run_exists', 'person:octocat', 'I look at it myself');
      expect(claim.outputs['expires-at']).toBe(expiresAt);
      expectOk(await step('check', { runId: 1002 }), 'fresh_runner', false);
      expectRefusal(await step('assert', { runId: 1001 }), 'ownership_lost', 'person:octocat');
      expect((await record())?.activeRun).toMatchObject({ runId: 'person:octocat', fencingToken: 2 });
    }));

  test('until the person releases it, from another run: who waits has it then', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, record } = stage;
      await plant(recordOf());
      await step('takeover', { runId: 1003, with: hold });
      repository.updateRun(1003, { status: 'completed', conclusion: 'success' });
      const settings = { 'wait-timeout': '2h', timeout: '20m' };
      const { ended } = await waiterOf(stage, { runId: 1002, env: TWENTY_TIMES_FASTER, with: settings });
      addRun(repository, 1004);
      const release = await step('release', { runId: 1004, with: { 'run-id': 'person:octocat' } });
      expectOk(release, 'released', false);
      expectOk(await ended, 'claimed_new', true);
      await until(async () => (await record())?.activeRun?.runId === '1002');
      expect((await record())?.activeRun).toMatchObject({ fencingToken: 3, detached: false, expiresAt: null });
    }));

  test('but not beyond its end', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOfHold(minutesAgo(1)));
      expectOk(await step('check', { runId: 1002 }), 'dead_runner', false);
      expectOk(await step('claim', { runId: 1002 }), 'claimed_new', true);
      expect((await record())?.history.map(({ type }) => type)).toEqual(['claim', 'expired', 'claim']);
    }));
});
