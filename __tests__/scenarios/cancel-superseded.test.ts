import { describe, expect, test } from '@jest/globals';
import { badGateway, isRest, neverAnswers } from '../../support/local-github/index.js';
import { holderOf, recordOf } from '../../support/records.js';
import {
  addRun,
  CANCEL,
  COMMIT,
  CONTENTS_TOKEN,
  expectOk,
  expectRefusal,
  LIVENESS,
  onStage,
  PERMISSION,
  READ,
  warningsOf,
} from '../support/scenario.js';

const owned = recordOf();
const cancelling = { 'cancel-superseded': 'true', 'takeover-permission': 'none' };

test('a takeover asks GitHub to cancel the run that it replaced', () =>
  onStage(async ({ step, plant, asked, repository }) => {
    await plant(owned);
    const takeover = await step('takeover', { runId: 1002, with: { 'cancel-superseded': 'true' } });
    expectOk(takeover, 'taken_over', true);
    expect(warningsOf(takeover)).toEqual([]);
    expect(takeover.stdout).toMatch(/cancel run 1001/);
    expect(asked()).toEqual([READ, PERMISSION, COMMIT, CANCEL]);
    expect(repository.run(1001)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  }));

test('without the input nobody is cancelled', () =>
  onStage(async ({ step, plant, repository }) => {
    await plant(owned);
    await step('takeover', { runId: 1002 });
    expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
  }));

test('a claim that supersedes a signalled owner cancels it as well', () =>
  onStage(async ({ step, plant, asked, repository }) => {
    await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
    expectOk(await step('claim', { runId: 1002, with: cancelling }), 'taken_over', true);
    expect(asked()).toEqual([READ, COMMIT, CANCEL]);
    expect(repository.run(1001)).toMatchObject({ conclusion: 'cancelled' });
  }));

describe('the takeover stands, whatever GitHub answers', () => {
  test('a token without actions: write, which is said with the line to add', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(owned);
      const takeover = await step('takeover', { runId: 1002, token: CONTENTS_TOKEN, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled.*permissions:.*actions: write/)]);
      expect(asked()).toEqual([READ, COMMIT, CANCEL]);
      expect((await record())?.activeRun?.runId).toBe('1002');
    }));

  test('a run that is over already is no reason to warn', () =>
    onStage(async ({ step, plant, repository, asked }) => {
      await plant(owned);
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      const claim = await step('claim', { runId: 1002, with: cancelling });
      expectOk(claim, 'taken_over', true);
      expect(warningsOf(claim)).toEqual([]);
      expect(asked().slice(0, 3)).toEqual([READ, LIVENESS, COMMIT]);
    }));

  test('a run that is gone', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ owner: { holder: holderOf(4711) } }));
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled/)]);
    }));

  test('502', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(owned);
      github.faults.always(isRest(CANCEL), badGateway());
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled.*502/)]);
    }));

  test('no answer at all, within the timeout of the step', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(owned);
      github.faults.always(isRest(CANCEL), neverAnswers());
      const takeover = await step('takeover', { runId: 1002, with: { ...cancelling, timeout: '2s' } });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toHaveLength(1);
      expect(takeover.milliseconds).toBeLessThan(4000);
    }));
});

describe('only a run of this repository is cancelled', () => {
  const elsewhere = 'https://github.test/acme/gadgets/actions/runs/1001/attempts/1';

  test.each([
    ['a run of another repository', { ...holderOf(1001), url: elsewhere }],
    ['something that is no workflow run', { ...holderOf(1001), workflowRunId: null, url: null }],
    ['nobody knows what', null],
  ])('not %s', (_name, holder) =>
    onStage(async ({ step, plant, asked, repository }) => {
      await plant(recordOf({ owner: { holder } }));
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled/)]);
      expect(asked()).toEqual([READ, COMMIT]);
      expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
    }),
  );

  test('nor this very run, another job of which was replaced', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      await plant(recordOf({ owner: { runId: 'shard-1' } }));
      const settings = { ...cancelling, 'run-id': 'shard-2' };
      expectOk(await step('takeover', { runId: 1001, with: settings }), 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
      expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
    }));
});

test('nobody is cancelled where nobody was replaced', () =>
  onStage(async ({ step, plant, asked, repository }) => {
    await plant(recordOf({ owner: null }));
    expectOk(await step('takeover', { runId: 1002, with: cancelling }), 'claimed_new', true);
    await step('release', { runId: 1002 });
    asked();
    await plant(owned);
    addRun(repository, 1004);
    expectRefusal(await step('claim', { runId: 1004, with: cancelling }), 'active_run_exists');
    expect(asked()).toEqual([READ, LIVENESS]);
    expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
  }));
