import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import {
  badGateway,
  isMutation,
  isQuery,
  isRest,
  type FaultAction,
  type Match,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { COMMIT, expectOk, onStage, READ, REF, warningsOf, WITHOUT_JITTER, type Stage } from '../support/scenario.js';

const free = recordOf({ owner: null });

/** Kills a claim at a request, before or after GitHub applied it; the runner sends these signals on cancellation. */
async function killedClaim(
  { step, github }: Stage,
  at: { readonly match: Match; readonly when: 'before' | 'after'; readonly signal: NodeJS.Signals },
): Promise<StepResult> {
  let claiming: ChildProcess | null = null;
  const kill = (): 'hang' => {
    claiming?.kill(at.signal);
    return 'hang';
  };
  const action: FaultAction = { name: at.signal, ...(at.when === 'before' ? { before: kill } : { after: kill }) };
  github.faults.next(at.match, action);
  const ended = await step('claim', {
    runId: 1001,
    with: { 'release-on-exit': 'true' },
    onStart: (child) => (claiming = child),
  });
  expect(ended.exitCode).toBeNull();
  expect(ended.signal).toBe(at.signal);
  expect(ended.outputs['owned']).not.toBe('true');
  return ended;
}

const signals = ['SIGINT', 'SIGKILL'] as const;

describe('killed before its write, main leaves nothing to release', () => {
  test.each(signals)('%s while reading', (signal) =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isQuery(), when: 'before', signal });
      const post = await main.post({ env: WITHOUT_JITTER, jobStatus: 'cancelled' });
      expect(warningsOf(post)).toEqual([]);
      expect(await stage.log()).toHaveLength(1);
    }),
  );

  test('SIGKILL while writing, which GitHub never applied', () =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'before', signal: 'SIGKILL' });
      stage.asked();
      const post = await main.post({ env: WITHOUT_JITTER, jobStatus: 'cancelled' });
      expect(warningsOf(post)).toEqual([]);
      expect(stage.asked()).toEqual([READ, READ, READ]);
      expect(await stage.log()).toHaveLength(1);
      expect((await stage.record())?.activeRun).toBeNull();
    }));

  test('and the owner that it would not have replaced anyway stays', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf({ owner: { runId: '990', holder: null } }));
      const main = await killedClaim(stage, { match: isQuery(), when: 'after', signal: 'SIGINT' });
      await main.post({ env: WITHOUT_JITTER });
      expect((await stage.record())?.activeRun?.runId).toBe('990');
    }));
});

describe('killed after its write was applied but before the answer, main leaves a tenure that post releases', () => {
  test.each(signals)('%s', (signal) =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal });
      expect((await stage.record())?.activeRun?.runId).toBe('1001');
      stage.asked();
      const post = await main.post({ jobStatus: 'cancelled' });
      expect(warningsOf(post)).toEqual([]);
      expect(stage.asked()).toEqual([READ, COMMIT]);
      expect((await stage.record())?.activeRun).toBeNull();
      expect((await stage.record())?.history.at(-1)).toMatchObject({ type: 'release', outcome: 'cancelled' });
    }),
  );

  test('where the write was the creation of the state branch', () =>
    onStage(async (stage) => {
      const main = await killedClaim(stage, { match: isRest(REF), when: 'after', signal: 'SIGKILL' });
      await main.post();
      expect((await stage.record())?.activeRun).toBeNull();
      expect(await stage.log()).toHaveLength(2);
    }));

  test('but not what another took over in between', () =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      expectOk(await stage.step('takeover', { runId: 1002 }), 'taken_over', true);
      const before = await stage.record();
      const post = await main.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect(await stage.record()).toEqual(before);
    }));

  test('nor what a later attempt holds', () =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      expectOk(await stage.step('claim', { runId: 1001, attempt: 2 }), 'refreshed', true);
      await main.post({ env: WITHOUT_JITTER });
      expect((await stage.record())?.activeRun).toMatchObject({ attempt: 2 });
    }));

  test('and a post step that cannot find out says so', () =>
    onStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      stage.github.faults.always(isQuery(), badGateway());
      const post = await main.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([expect.stringMatching(/502/)]);
    }));
});

test('a post step that is killed leaves the tenure to whoever finds the run over', () =>
  onStage(async ({ step, plant, github, repository, record }) => {
    await plant(free);
    const main = await step('claim', { runId: 1001, with: { 'release-on-exit': 'true' } });
    let posting: ChildProcess | null = null;
    const before = (): 'hang' => {
      posting?.kill('SIGKILL');
      return 'hang';
    };
    github.faults.next(isMutation(), { name: 'killed', before });
    const post = await main.post({ onStart: (child) => (posting = child) });
    expect(post.signal).toBe('SIGKILL');
    expect((await record())?.activeRun?.runId).toBe('1001');
    repository.updateRun(1001, { status: 'completed', conclusion: 'cancelled' });
    expectOk(await step('claim', { runId: 1002 }), 'taken_over', true);
  }));
