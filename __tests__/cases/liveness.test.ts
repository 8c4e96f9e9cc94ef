import { describe, expect, test } from '@jest/globals';
import { isQuery, withAge, withoutDate } from '../../support/local-github/index.js';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import {
  addRun,
  expectOk,
  expectRefusal,
  LIVENESS,
  onStage,
  READ,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';

/** Who is alive, and by whose clock: cases O14, O15 and O17 and their neighbours. */

const MINUTE = 60_000;

describe('O14: GitHub’s clock decides', () => {
  test.each([-45, 45])('an owner whose runner is %i minutes off is fresh a second later', (minutes) =>
    onStage(async ({ step }) => {
      await step('claim', { clockSkewMs: minutes * MINUTE });
      expectOk(await step('check', { runId: 1002 }), 'fresh_runner', false);
      const stale = { with: { supersede: 'stale', 'stale-after': '30m' } };
      expectRefusal(await step('claim', { runId: 1002, ...stale }), 'active_run_exists');
    }),
  );

  test.each([-45, 45])(
    'and a runner that is %i minutes off neither sees a stale owner nor a fresh one that is stale',
    (minutes) =>
      onStage(async ({ step, plant }) => {
        const off = { runId: 1002, clockSkewMs: minutes * MINUTE };
        await plant(recordOf({ owner: { claimedAt: minutesAgo(20) } }));
        expectOk(await step('check', off), 'fresh_runner', false);
        await plant(recordOf({ owner: { claimedAt: minutesAgo(40) } }));
        expectRefusal(await step('check', off), 'stale_runner');
      }),
  );

  test.each([-45, 45])('the times in the record are GitHub’s, in the post step too (%i minutes)', (minutes) =>
    onStage(async ({ step, record }) => {
      const claim = await step('claim', { clockSkewMs: minutes * MINUTE, with: { 'release-on-exit': 'true' } });
      await claim.post({ clockSkewMs: minutes * MINUTE });
      const times = ((await record())?.history ?? []).map((event) => Date.parse((event as { at?: string }).at ?? ''));
      expect(times).toHaveLength(2);
      for (const time of times) expect(Math.abs(Date.now() - time)).toBeLessThan(MINUTE);
    }),
  );

  test('an answer without a Date counts as none', () =>
    onStage(async ({ github, step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      github.faults.always(isQuery('repository'), withoutDate());
      expectRefusal(await step('claim', { env: WITHOUT_JITTER }), 'api_error', 'Date');
      expect(asked().every((operation) => operation === READ)).toBe(true);
    }));

  test('one such answer is asked again', () =>
    onStage(async ({ github, step, plant }) => {
      await plant(recordOf());
      github.faults.next(isQuery('repository'), withoutDate());
      expectOk(await step('assert', { env: WITHOUT_JITTER }), 'owner_confirmed', true);
    }));

  test('asks for no kept answer', () =>
    onStage(async ({ github, step, plant }) => {
      await plant(recordOf());
      await step('assert');
      expect(github.requests.map(({ cacheControl }) => cacheControl)).toEqual(['no-cache']);
      github.faults.next(isQuery('repository'), withAge(0, 'now'));
      expectOk(await step('assert'), 'owner_confirmed', true);
    }));
});

describe('O15: an owner from another repository', () => {
  const elsewhere = {
    ...holderOf(900),
    repo: 'acme/.github',
    repoId: 12,
    url: 'https://github.test/acme/.github/actions/runs/900',
  };

  test('is asked where it runs, and superseded once it is over', () =>
    onStage(async ({ github, step, plant, asked }) => {
      const other = await github.createRepository('acme/.github', { id: 12 });
      addRun(other, 900);
      await plant(recordOf({ owner: { runId: '900', holder: elsewhere } }));
      asked();
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 900');
      expect(asked()).toEqual([READ, LIVENESS]);
      expect(github.requests.at(-1)?.path).toContain('/repos/acme/.github/actions/runs/900');
      other.updateRun(900, { status: 'completed' });
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
    }));

  test('that the token cannot see counts as alive, and that is said with what to do', () =>
    onStage(async ({ github, step, plant }) => {
      const other = await github.createRepository('acme/.github', { id: 12, private: true });
      addRun(other, 900, 'completed');
      github.issueToken('token-here', {
        login: 'octocat',
        permissions: { contents: 'write', actions: 'read', 'pull-requests': 'read' },
        repositories: ['acme/widgets'],
      });
      await plant(recordOf({ owner: { runId: '900', holder: elsewhere } }));
      const refused = await step('claim', { runId: 1002, token: 'token-here' });
      expectRefusal(refused, 'active_run_exists');
      expect(warningsOf(refused)).toEqual([expect.stringMatching(/another repository.*command: takeover/)]);
    }));

  test('a claim from there says in the record where it runs', () =>
    onStage(async ({ github, step, record }) => {
      const other = await github.createRepository('acme/.github', { id: 12 });
      addRun(other, 900);
      const from = { runId: 900, repository: 'acme/.github', with: { repo: 'acme/widgets', pr: '17' } };
      expectOk(await step('claim', from), 'claimed_new', true);
      expect((await record())?.activeRun?.holder).toMatchObject({
        repo: 'acme/.github',
        repoId: 12,
        workflowRunId: 900,
      });
      other.updateRun(900, { status: 'completed' });
      expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
    }));
});

describe('O17: the owner’s run is over and has released nothing', () => {
  test.each([
    ['completed', 1, 'dead_runner'],
    ['in_progress', 1, 'fresh_runner'],
    ['in_progress', 2, 'fresh_runner'],
  ])('check of a run that is %s in attempt %i says %s', (status, runAttempt, answer) =>
    onStage(async ({ step, plant, repository, asked }) => {
      await plant(recordOf());
      repository.updateRun(1001, { status, runAttempt });
      asked();
      expectOk(await step('check', { runId: 1002 }), answer, false);
      expect(asked()).toEqual([READ, LIVENESS]);
    }),
  );

  test('where it is not known, age decides, and that is said', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ owner: { holder: holderOf(4711) } }));
      const check = await step('check', { runId: 1002 });
      expectOk(check, 'fresh_runner', false);
      expect(warningsOf(check)).toEqual([expect.stringContaining('4711')]);
    }));

  test('a check by the owner itself asks nobody and owns', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf());
      asked();
      expectOk(await step('check'), 'fresh_runner', true);
      expect(asked()).toEqual([READ]);
    }));
});
