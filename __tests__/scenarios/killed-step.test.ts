import type { ChildProcess } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import {
  badGateway,
  isMutation,
  isQuery,
  isRest,
  landsLate,
  type LateWrite,
  type Match,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import {
  COMMIT,
  expectOk,
  FIRST_CLAIM,
  onProcessStage,
  READ,
  REF,
  warningsOf,
  WITHOUT_JITTER,
  type Stage,
} from '../support/scenario.js';

const free = recordOf({ owner: null });

/**
 * Kills a claim at a request, before or after GitHub applied it, or before a write that lands late; the runner sends
 * these signals on cancellation.
 */
async function killedClaim(
  { step, github }: Stage,
  at: { readonly match: Match; readonly when: 'before' | 'after' | LateWrite; readonly signal: NodeJS.Signals },
): Promise<StepResult> {
  let claiming: ChildProcess | null = null;
  const kill = (): 'hang' => {
    claiming?.kill(at.signal);
    return 'hang';
  };
  if (at.when === 'before') github.faults.next(at.match, { name: at.signal, before: kill });
  else if (at.when === 'after') github.faults.next(at.match, { name: at.signal, after: kill });
  else {
    github.faults.next(at.match, at.when);
    void at.when.received.then(kill);
  }
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
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isQuery(), when: 'before', signal });
      const post = await main.post({ env: WITHOUT_JITTER, jobStatus: 'cancelled' });
      expect(warningsOf(post)).toEqual([]);
      expect(stage.asked()).toEqual([READ]);
      expect(await stage.log()).toHaveLength(1);
    }),
  );

  test('SIGKILL while writing, which GitHub never applied: one commit sees to it that it never will be', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'before', signal: 'SIGKILL' });
      stage.asked();
      const post = await main.post({ env: WITHOUT_JITTER, jobStatus: 'cancelled' });
      expect(warningsOf(post)).toEqual([]);
      expect(stage.asked()).toEqual([READ, COMMIT]);
      expect(await stage.log()).toHaveLength(2);
      expect(await stage.record()).toMatchObject({ activeRun: null, fencingToken: 1 });
      expect((await stage.record())?.history.at(-1)).toMatchObject({ type: 'leave', runId: '1001' });
    }));

  test('SIGKILL while writing what lands only after the post step: it lands no more', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const late = landsLate();
      const main = await killedClaim(stage, { match: isMutation(), when: late, signal: 'SIGKILL' });
      await main.post({ env: WITHOUT_JITTER, jobStatus: 'cancelled' });
      expect(JSON.stringify(await late.land())).toContain('STALE_DATA');
      expect((await stage.record())?.activeRun).toBeNull();
      expect((await stage.record())?.history.map(({ type }) => type)).toEqual(['claim', 'leave']);
    }));

  test('SIGKILL while creating the state branch, which GitHub never did', () =>
    onProcessStage(async (stage) => {
      const main = await killedClaim(stage, { match: isRest(REF), when: 'before', signal: 'SIGKILL' });
      stage.asked();
      const post = await main.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([]);
      expect(stage.asked()).toEqual(FIRST_CLAIM);
      expect(await stage.record()).toMatchObject({ activeRun: null, fencingToken: 0, history: [{ type: 'leave' }] });
    }));

  test('SIGKILL while writing what could not land any more, because another run has written since', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'before', signal: 'SIGKILL' });
      expectOk(await stage.step('claim', { runId: 1002 }), 'claimed_new', true);
      stage.asked();
      await main.post({ env: WITHOUT_JITTER });
      expect(stage.asked()).toEqual([READ, COMMIT]);
      expect((await stage.record())?.activeRun?.runId).toBe('1002');
    }));

  test('and the owner that it would not have replaced anyway stays', () =>
    onProcessStage(async (stage) => {
      await stage.plant(recordOf({ owner: { runId: '990', holder: null } }));
      const main = await killedClaim(stage, { match: isQuery(), when: 'after', signal: 'SIGINT' });
      await main.post({ env: WITHOUT_JITTER });
      expect((await stage.record())?.activeRun?.runId).toBe('990');
    }));
});

describe('killed after its write was applied but before the answer, main leaves a tenure that post releases', () => {
  test.each(signals)('%s', (signal) =>
    onProcessStage(async (stage) => {
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
    onProcessStage(async (stage) => {
      const main = await killedClaim(stage, { match: isRest(REF), when: 'after', signal: 'SIGKILL' });
      await main.post();
      expect((await stage.record())?.activeRun).toBeNull();
      expect(await stage.log()).toHaveLength(2);
    }));

  test('but not what another took over in between, of which it warns', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      expectOk(await stage.step('takeover', { runId: 1002 }), 'taken_over', true);
      const before = await stage.record();
      const post = await main.post({ env: WITHOUT_JITTER });
      expect(warningsOf(post)).toEqual([expect.stringMatching(/lost acme\/widgets#17.*owned by run 1002.*since/)]);
      expect(await stage.record()).toEqual(before);
    }));

  test('nor what a later attempt holds', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      expectOk(await stage.step('claim', { runId: 1001, attempt: 2 }), 'refreshed', true);
      await main.post({ env: WITHOUT_JITTER });
      expect((await stage.record())?.activeRun).toMatchObject({ attempt: 2 });
    }));

  test('and a post step that cannot find out says so', () =>
    onProcessStage(async (stage) => {
      await stage.plant(free);
      const main = await killedClaim(stage, { match: isMutation(), when: 'after', signal: 'SIGKILL' });
      stage.github.faults.always(isQuery(), badGateway());
      const post = await main.post({ env: WITHOUT_JITTER });
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([expect.stringMatching(/502/)]);
    }));
});

test('a post step that is killed leaves the tenure to whoever finds the run over', () =>
  onProcessStage(async ({ step, plant, github, repository, record }) => {
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
