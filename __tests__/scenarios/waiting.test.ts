import { describe, expect, test } from '@jest/globals';
import { badGateway, isBy, isQuery, isRest } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { afterLooks, inMinutes, lineOf, LOOK, recordOfHold, waiterOf } from '../support/line.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  onFastStage,
  onStage,
  READ,
  TWENTY_TIMES_FASTER,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';

const owned = recordOf();
const env = TWENTY_TIMES_FASTER;
/** Requests take as long as they take, so that a step on the fast machine needs more of its time for them. */
const patient = { 'wait-timeout': '30m', timeout: '20m' };

function pollsOf(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith('Waiting for '));
}

describe('a waiter', () => {
  test('gets the pull request after the owner released it, with a line a poll', () =>
    onFastStage(async (stage) => {
      const { step, plant, record } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => step('release'));
      const claim = await step('claim', { runId: 1002, env, with: patient });
      expectOk(claim, 'claimed_new', true);
      expect((await record())?.activeRun).toMatchObject({ runId: '1002', fencingToken: 2 });
      const polls = pollsOf(claim.stdout);
      expect(polls.length).toBeGreaterThanOrEqual(2);
      const words =
        /^Waiting for acme\/widgets#17: first in line; owned by run 1001 \(.*since .* \(for .*\).*; \d+ min( \d+ s)? left\.$/;
      expect(polls[0]).toMatch(words);
    }));

  test('gets it once the owner is dead', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, record } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => repository.updateRun(1001, { status: 'completed', conclusion: 'cancelled' }));
      expectOk(await step('claim', { runId: 1002, env, with: patient }), 'taken_over', true);
      expect((await record())?.history.at(-1)).toMatchObject({ type: 'handover', cause: 'dead' });
    }));

  test('pays for its place and for its turn; looks in between cost nothing', () =>
    onFastStage(async (stage) => {
      const { github, repository, step, plant, log } = stage;
      await plant(owned);
      const permissions = { contents: 'write', actions: 'read', 'pull-requests': 'read' } as const;
      github.issueToken('token-waiter', { login: 'waiter', permissions });
      repository.setCollaborator('waiter', 'write');
      afterLooks(stage, 4, () => step('release'));
      const settings = { ...patient, supersede: 'never', 'github-token': 'token-waiter' };
      expectOk(await step('claim', { runId: 1002, env, with: settings }), 'claimed_new', true);
      const asked = github.requests.filter(isBy('waiter'));
      const looks = asked.filter(isRest(LOOK)).map(({ status }) => status);
      expect(looks).toEqual([200, ...looks.slice(1, -1).map(() => 304), 200]);
      expect(looks.length).toBeGreaterThanOrEqual(4);
      const others = asked.filter((request) => !isRest()(request));
      expect(others.map(({ operation }) => operation)).toEqual([READ, COMMIT, READ]);
      expect(github.points('token-waiter').graphql).toBe(3);
      // The record that is planted, the place, the release that hands over.
      expect(await log()).toHaveLength(3);
    }));

  test('of ensure gets it as well', () =>
    onFastStage(async (stage) => {
      const { step, plant } = stage;
      await plant(owned);
      afterLooks(stage, 1, () => step('release'));
      expectOk(await step('ensure', { runId: 1002, env, with: patient }), 'claimed_new', true);
    }));

  test('is refused in the end, and told by whom; it leaves the line', () =>
    onStage(async (stage) => {
      const { step, plant, log } = stage;
      await plant(owned);
      const started = performance.now();
      const claim = await step('claim', { runId: 1002, with: { 'wait-timeout': '2s' } });
      expectRefusal(claim, 'active_run_exists', 'run 1001', '"command: takeover"');
      expect(claim.outputs['queue-position']).toBe('');
      expect(performance.now() - started).toBeGreaterThan(1400);
      expect(performance.now() - started).toBeLessThan(5000);
      expect(pollsOf(claim.stdout).length).toBeGreaterThanOrEqual(1);
      expect(await lineOf(stage)).toEqual([]);
      expect((await log()).map(({ message }) => message.split(' ')[0])).toEqual(['leave', 'join', 'Write']);
    }));

  test('does not wait for what waiting cannot change', () =>
    onStage(async ({ step, plant, repository, asked }) => {
      const settings = { 'wait-timeout': '1h' };
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
      expectRefusal(await step('claim', { runId: 1001, with: settings }), 'exit_signal_recorded');
      await repository.closePullRequest(17);
      expectRefusal(await step('claim', { runId: 1002, with: settings }), 'pr_closed');
      expectRefusal(await step('assert', { runId: 1002, with: settings }), 'ownership_lost');
      expect(asked()).toEqual([READ, READ, READ]);
    }));

  test('that is killed leaves the line by its post step, whatever release-on-exit says', () =>
    onFastStage(async (stage) => {
      const { step, plant, asked, record } = stage;
      await plant(owned);
      for (const release of ['true', 'false']) {
        const { ended, kill } = await waiterOf(stage, {
          runId: 1002,
          env,
          with: { ...patient, 'release-on-exit': release },
        });
        kill('SIGKILL');
        const waiter = await ended;
        expect(waiter.signal).toBe('SIGKILL');
        expect(await lineOf(stage)).toEqual(['1002']);
        asked();
        const post = await waiter.post({ env: {}, jobStatus: 'cancelled' });
        expect(warningsOf(post)).toEqual([]);
        expect(asked()).toEqual([READ, COMMIT]);
        expect(await lineOf(stage)).toEqual([]);
      }
      expect((await record())?.history.map(({ type }) => type)).toEqual(['claim']);
      expectOk(await step('assert', { runId: 1001 }), 'owner_confirmed', true);
    }));
});

// By the real clock, and so for most of the time idle.
describe('wait-timeout holds', () => {
  test.concurrent('within a second on a server that never answers', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(owned);
      let began = Number.NaN;
      const before = (): 'hang' => {
        if (Number.isNaN(began)) began = performance.now();
        return 'hang';
      };
      github.faults.always(isQuery(), { name: 'silence', before });
      const claim = await step('claim', { runId: 1002, with: { 'wait-timeout': '2s' } });
      const took = performance.now() - began;
      expectRefusal(claim, 'deadline_exceeded', 'within 2 s');
      expect(took).toBeGreaterThan(1000);
      expect(took).toBeLessThan(3000);
    }),
  );

  test.concurrent(
    'but for five seconds to leave the line, on a server that stops answering; the post step leaves it later',
    () =>
      onStage(async (stage) => {
        const { step, plant, github } = stage;
        await plant(owned);
        github.faults.add({
          match: (request) => isQuery()(request) || isRest(LOOK)(request),
          action: { name: 'silence', before: () => 'hang' },
          ...{ skip: 1, times: Number.POSITIVE_INFINITY },
        });
        const settings = { 'wait-timeout': '3s', supersede: 'never' };
        const claim = await step('claim', { runId: 1002, env: WITHOUT_JITTER, with: settings });
        expectRefusal(claim, 'active_run_exists', 'run 1001');
        expect(warningsOf(claim)).toEqual([
          expect.stringMatching(/^This step could not leave the line: .* Its place counts until 20.*Z\.$/),
        ]);
        expect(claim.milliseconds).toBeLessThan(10_000);
        expect(await lineOf(stage)).toEqual(['1002']);
        github.faults.clear();
        expect(warningsOf(await claim.post())).toEqual([]);
        expect(await lineOf(stage)).toEqual([]);
      }),
  );
});

test('one bad answer between two polls does not end the waiting', () =>
  onFastStage(async ({ step, plant, github }) => {
    await plant(owned);
    github.faults.nth(1, isRest(LOOK), {
      ...badGateway(),
      before: async (request) => {
        await step('release');
        return badGateway().before?.(request);
      },
    });
    expectOk(await step('claim', { runId: 1002, env, with: patient }), 'claimed_new', true);
  }));

test('a hold of a person is waited for until its end, without anybody writing', () =>
  onFastStage(async ({ step, plant, record }) => {
    await plant(recordOfHold(inMinutes(2)));
    expectOk(await step('claim', { runId: 1002, env, with: patient }), 'claimed_new', true);
    expect((await record())?.history.map(({ type }) => type)).toEqual(['claim', 'expired', 'handover']);
  }));
