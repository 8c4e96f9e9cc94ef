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

  test('although another step of the run has asserted in it since', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      expectOk(await step('assert', { with: { ...releasing, strict: 'true' } }), 'owner_confirmed', true);
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test.each([
    ['a takeover', 'takeover', 1, recordOf({ owner: { runId: '990', holder: null } })],
    ['an ensure that claimed', 'ensure', 1, free],
    ['an ensure of a later attempt', 'ensure', 2, recordOf()],
    ['a claim of a later attempt', 'claim', 2, recordOf()],
    ['a takeover after an exit signal', 'takeover', 1, recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] })],
  ])('which began by %s', (_name, command, attempt, planted) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(planted);
      const begun = await step(command, { attempt, with: releasing });
      expect(begun.outputs).toMatchObject({ owned: 'true', 'fencing-token': '2' });
      asked();
      const post = await begun.post();
      expect(warningsOf(post)).toEqual([]);
      expect(asked()).toEqual([COMMIT]);
      expect(await record()).toMatchObject({ activeRun: null, fencingToken: 2 });
    }),
  );
});

describe('what the step only found belongs to another step, and stays without a request', () => {
  test.each([
    ['claim', {}, 'refreshed'],
    ['takeover', {}, 'refreshed'],
    ['ensure', {}, 'owner_confirmed'],
    ['assert', {}, 'owner_confirmed'],
    ['assert', { strict: 'true' }, 'owner_confirmed'],
  ])('%s with %j', (command, inputs, status) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf());
      const found = await step(command, { with: { ...releasing, ...inputs } });
      expectOk(found, status, true);
      const before = await record();
      asked();
      const post = await found.post();
      expect(warningsOf(post)).toEqual([]);
      expect(asked()).toEqual([]);
      expect(await record()).toEqual(before);
      expect(before?.activeRun?.runId).toBe('1001');
    }),
  );
});

describe('a tenure that was lost while the job was at work is said in a warning, and the job goes on', () => {
  const lost = 'This run lost acme/widgets#17 while the job was at work';

  test('to a successor that took over, with who it is and since when', () =>
    onClaimedStage(async ({ step, record, log, asked }, claim) => {
      expectOk(await step('takeover', { runId: 1002, actor: 'octocat' }), 'taken_over', true);
      const before = await record();
      const commits = await log();
      asked();
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      const since = before?.activeRun?.claimedAt ?? '';
      const [warning = '', ...more] = warningsOf(post);
      expect(more).toEqual([]);
      expect(warning).toContain(
        `${lost}: it is owned by run 1002 (workflow "agent", job "fix", by octocat) since ${since}`,
      );
      expect(warning).toContain('fencing token 3');
      expect(warning).toContain('"command: assert"');
      expect(asked()).toEqual([COMMIT, READ]);
      expect(await record()).toEqual(before);
      expect(await log()).toEqual(commits);
    }));

  test('to a later attempt, when failed jobs were run again', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      expectOk(await step('claim', { runId: 1001, attempt: 2 }), 'refreshed', true);
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([expect.stringContaining(`${lost}: it is owned by run 1001 (attempt 2,`)]);
      expect((await record())?.activeRun).toMatchObject({ attempt: 2, fencingToken: 3 });
    }));

  test('to nobody, by an eviction, with who did it and why', () =>
    onClaimedStage(async ({ step, record }, claim) => {
      const settings = { evict: 'true', 'fencing-token': '2', reason: 'it runs in circles' };
      expectOk(await step('release', { runId: 1002, with: settings }), 'released', false);
      const before = await record();
      const post = await claim.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      const words =
        /nobody owns it now \(run 1002 \(.*by octocat\) evicted run 1001 \d+ m?s ago, reason: it runs in circles\)/;
      expect(warningsOf(post)).toEqual([expect.stringMatching(words)]);
      expect(await record()).toEqual(before);
    }));
});

describe('what ended or goes on by a step of the run itself it leaves alone, quietly', () => {
  async function expectQuiet({ asked, record, log }: Stage, claim: StepResult, words: string): Promise<void> {
    const before = await record();
    const commits = await log();
    asked();
    const post = await claim.post({ env: WITHOUT_JITTER });
    expect(post.annotations).toEqual([]);
    expect(post.stdout).toContain(words);
    expect(asked()).toEqual([COMMIT, READ]);
    expect(await record()).toEqual(before);
    expect(await log()).toEqual(commits);
  }

  test('a tenure that a later step has released', () =>
    onClaimedStage(async (stage, claim) => {
      expectOk(await stage.step('release'), 'released', false);
      await expectQuiet(stage, claim, 'Nothing to release: this run has released acme/widgets#17 already');
      expect((await stage.record())?.history.filter(({ type }) => type === 'release')).toHaveLength(1);
    }));

  test('the tenure of another run that came after that release', () =>
    onClaimedStage(async (stage, claim) => {
      expectOk(await stage.step('release'), 'released', false);
      expectOk(await stage.step('claim', { runId: 1002 }), 'claimed_new', true);
      await expectQuiet(stage, claim, 'this run has released acme/widgets#17 already');
      expect((await stage.record())?.activeRun?.runId).toBe('1002');
    }));

  test('a later tenure of the same run', () =>
    onClaimedStage(async (stage, claim) => {
      expectOk(await stage.step('release'), 'released', false);
      expectOk(await stage.step('claim'), 'claimed_new', true);
      await expectQuiet(stage, claim, 'this run has released acme/widgets#17 already');
      expect((await stage.record())?.activeRun).toMatchObject({ runId: '1001', fencingToken: 3 });
    }));

  test('a tenure that another step has renewed, and goes on in', () =>
    onClaimedStage(async (stage, claim) => {
      expectOk(await stage.step('claim'), 'refreshed', true);
      await expectQuiet(stage, claim, 'another step of this run has renewed the tenure');
      expect((await stage.record())?.activeRun).toMatchObject({ runId: '1001', fencingToken: 2 });
    }));
});

describe('a step that began nothing that post is to release: no request at all', () => {
  test.each([
    ['a refused claim that let the job go on', { runId: 1002, with: { ...releasing, 'on-conflict': 'continue' } }],
    ['bad input', { with: { ...releasing, timeout: 'soon' } }],
    ['a renewal without release-on-exit', { runId: 1001 }],
    ['an event without a pull request', { event: { name: 'schedule', payload: {} }, with: releasing }],
  ])('%s', (_name, options) =>
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

  test('no token at all, which the runner gives to no post step of an action that is nested twice', () =>
    onClaimedStage(async ({ asked, record }, claim) => {
      const post = await claim.post({ env: { 'INPUT_GITHUB-TOKEN': '' } });
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([
        expect.stringMatching(
          /^Not released.*"github-token".*actions\/runner#2030.*"if: always\(\)".*"command: release"/,
        ),
      ]);
      expect(asked()).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1001');
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

test('no token is no reason to warn where there is nothing to release', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(recordOf());
    const asserted = await step('assert', { with: releasing });
    asked();
    const post = await asserted.post({ env: { 'INPUT_GITHUB-TOKEN': '' } });
    expect(post.annotations).toEqual([]);
    expect(asked()).toEqual([]);
  }));

test('the next run gets the pull request right after the post step', () =>
  onClaimedStage(async ({ step }, claim) => {
    expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
    await claim.post({ jobStatus: 'failure' });
    const next = await step('claim', { runId: 1002 });
    expectOk(next, 'claimed_new', true);
    expect(next.outputs['fencing-token']).toBe('3');
    expect((await step('status')).summary).toContain('job: failure');
  }));
