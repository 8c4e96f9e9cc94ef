import { describe, expect, test } from '@jest/globals';
import {
  anyRequest,
  badGateway,
  badGatewayAfterApplying,
  isMutation,
  neverAnswers,
  secondaryRateLimit,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepOptions, StepResult } from '../../support/runner.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ, warningsOf, WITHOUT_JITTER } from '../support/scenario.js';
import type { Stage } from '../support/scenario.js';

const free = recordOf({ owner: null });
const releasing = { 'release-on-exit': 'true' };

/** A stage on which run 1001 has just claimed, with a post step that is to release. */
async function onClaimedStage(
  play: (stage: Stage, claim: StepResult) => Promise<void>,
  options: StepOptions = {},
): Promise<void> {
  await onStage(async (stage) => {
    await stage.plant(free);
    const claim = await stage.step('claim', { ...options, with: { ...releasing, ...options.with } });
    expectOk(claim, 'claimed_new', true);
    stage.asked();
    await play(stage, claim);
  });
}

describe('the owner releases its tenure when the job ends', () => {
  test.each(['success', 'cancelled'] as const)('in one request, after %s', (jobStatus) =>
    onClaimedStage(async ({ asked, record, log }, claim) => {
      const post = await claim.post({ jobStatus });
      expect(post.annotations).toEqual([]);
      expect(post.stdout).toContain('released acme/widgets#17');
      expect(asked()).toEqual([COMMIT]);
      expect(await record()).toMatchObject({
        fencingToken: 2,
        activeRun: null,
        previousRun: { runId: '1001', replacedByRunId: null },
      });
      expect((await record())?.history.at(-1)).toMatchObject({ type: 'release', runId: '1001', outcome: jobStatus });
      expect((await log())[0]?.message).toContain(`Coord-Outcome: ${jobStatus}`);
    }),
  );

  test('after a first claim, which made the branch', () =>
    onStage(async ({ step, asked, record }) => {
      const claim = await step('claim', { with: releasing });
      asked();
      await claim.post();
      expect(asked()).toEqual([COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('with a reading in between when another pull request moved the branch', () =>
    onClaimedStage(async ({ asked, record, plant }, claim) => {
      await plant(recordOf({ pr: 18 }), 18);
      await claim.post({ env: WITHOUT_JITTER });
      expect(asked()).toEqual([COMMIT, READ, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
      expect((await record(18))?.activeRun?.runId).toBe('1001');
    }));

  test('although it was told to exit meanwhile', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      const settings = { 'require-active-owner': 'false', 'target-run-id': '1001' };
      await step('signal-exit', { runId: 1002, with: settings });
      await claim.post({ env: WITHOUT_JITTER });
      expect((await record())?.activeRun).toBeNull();
    }));

  test('although the pull request was closed meanwhile', () =>
    onClaimedStage(async ({ repository, record }, claim) => {
      await repository.closePullRequest(17, 'merged');
      await claim.post();
      expect((await record())?.activeRun).toBeNull();
    }));

  test('once, although the answer got lost', () =>
    onClaimedStage(async ({ github, asked, record, log }, claim) => {
      github.faults.next(isMutation(), badGatewayAfterApplying());
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.annotations).toEqual([]);
      expect(asked()).toEqual([COMMIT, READ]);
      expect((await record())?.history.filter(({ type }) => type === 'release')).toHaveLength(1);
      expect(await log()).toHaveLength(3);
    }));

  test('where it was confirmed only by an assert of this very step', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf());
      const asserted = await step('assert', { with: releasing });
      await asserted.post();
      expect((await record())?.activeRun).toBeNull();
    }));
});

describe('what is not its own tenure it leaves alone, without failing', () => {
  test('a successor that took over', () =>
    onClaimedStage(async ({ step, record, log }, claim) => {
      expectOk(await step('takeover', { runId: 1002 }), 'taken_over', true);
      const before = await record();
      const commits = await log();
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect(await record()).toEqual(before);
      expect(await log()).toEqual(commits);
    }));

  test('a later tenure of the same run', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      await step('release', { runId: 1001 });
      expectOk(await step('claim', { runId: 1001 }), 'claimed_new', true);
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect((await record())?.activeRun).toMatchObject({ runId: '1001', fencingToken: 3 });
    }));

  test('the tenure of a later attempt, when failed jobs were run again', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      expectOk(await step('claim', { runId: 1001, attempt: 2 }), 'refreshed', true);
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect((await record())?.activeRun).toMatchObject({ attempt: 2, fencingToken: 3 });
    }));

  test('a pull request that was released already', () =>
    onClaimedStage(async ({ step, record, log }, claim) => {
      await step('release', { runId: 1001 });
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect((await record())?.history.filter(({ type }) => type === 'release')).toHaveLength(1);
      expect(await log()).toHaveLength(3);
    }));

  test.each([
    ['a refused claim that let the job go on', { runId: 1002, with: { ...releasing, 'on-conflict': 'continue' } }],
    ['bad input', { with: { ...releasing, timeout: 'soon' } }],
    ['a claim without release-on-exit', { runId: 1001 }],
    ['an event without a pull request', { event: { name: 'schedule', payload: {} }, with: releasing }],
  ])('%s: no request at all', (_name, options) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf());
      const main = await step('claim', options);
      const before = await record();
      asked();
      const post = await main.post();
      expect(warningsOf(post)).toEqual([]);
      expect(asked()).toEqual([]);
      expect(await record()).toEqual(before);
    }),
  );
});

describe('a release that does not work warns and never fails the job', () => {
  test.each([
    ['502 for ever', badGateway(), /502/],
    ['a rate limit of an hour', secondaryRateLimit({ retryAfter: 3600 }), /1 h/],
  ])('%s', (_name, fault, words) =>
    onClaimedStage(async ({ github, record }, claim) => {
      github.faults.always(anyRequest(), fault);
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([expect.stringMatching(words)]);
      expect(warningsOf(post)[0]).toMatch(/[Nn]ot released/);
      expect((await record())?.activeRun?.runId).toBe('1001');
    }),
  );

  test('a server that never answers, within its timeout', () =>
    onClaimedStage(
      async ({ github }, claim) => {
        github.faults.always(anyRequest(), neverAnswers());
        const post = await claim.post();
        expect(warningsOf(post)).toEqual([expect.stringMatching(/[Nn]ot released/)]);
        expect(post.milliseconds).toBeLessThan(4000);
      },
      { with: { timeout: '1500ms' } },
    ));

  test('a token that was revoked meanwhile', () =>
    onClaimedStage(async ({ github }, claim) => {
      github.revokeToken('token-octocat');
      const post = await claim.post();
      expect(warningsOf(post)).toEqual([expect.stringMatching(/[Nn]ot released.*401/)]);
    }));

  test('a record that was broken meanwhile', () =>
    onClaimedStage(async ({ plant, repository }, claim) => {
      const head = await plant('{');
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([expect.stringMatching(/[Nn]ot released/)]);
      expect(await repository.head('runner-coord-state')).toBe(head);
    }));

  test('a state branch that was deleted meanwhile is not made again', () =>
    onClaimedStage(async ({ repository, log }, claim) => {
      await repository.deleteBranch('runner-coord-state');
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      expect(await log()).toEqual([]);
    }));

  test.each([
    ['broken JSON', '{"phase":"held"'],
    ['another shape', '{"phase":"held","tenure":{}}'],
  ])('saved state that is %s', (_name, coordination) =>
    onClaimedStage(async ({ asked, record }, claim) => {
      const post = await claim.post({ env: { STATE_coordination: coordination } });
      expect(warningsOf(post)).toEqual([expect.stringMatching(/state.*cannot be read.*nothing was released/)]);
      expect(asked()).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1001');
    }),
  );
});

test('the next run gets the pull request right after the post step', () =>
  onClaimedStage(async ({ step }, claim) => {
    expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
    await claim.post({ jobStatus: 'failure' });
    const next = await step('claim', { runId: 1002 });
    expectOk(next, 'claimed_new', true);
    expect(next.outputs['fencing-token']).toBe('3');
    expect(next.summary).toContain('failure');
  }));
