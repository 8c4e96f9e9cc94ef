import { describe, expect, test } from '@jest/globals';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, LIVENESS, onStage, READ, READ_ONLY_TOKEN, warningsOf } from '../support/scenario.js';

const fresh = recordOf();
const renewed = recordOf({ owner: { claimedAt: minutesAgo(90), updatedAt: minutesAgo(5) } });
const old = recordOf({ owner: { claimedAt: minutesAgo(90), updatedAt: minutesAgo(31) } });
const undated = recordOf({ owner: { claimedAt: null, updatedAt: null } });
const unreadableTimes = recordOf({ owner: { claimedAt: 'yesterday', updatedAt: 'soon' } });
const unaskable = recordOf({ owner: { holder: null } });
const signalled = recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] });

describe('check, the guard before a merge', () => {
  const asks = [READ, LIVENESS];
  const passes: [string, unknown, Record<string, string>, string, string[]][] = [
    ['no record', null, {}, 'no_owner_record', [READ]],
    ['no owner', recordOf({ owner: null }), {}, 'no_owner_record', [READ]],
    ['a fresh owner', fresh, {}, 'fresh_runner', asks],
    ['a fresh owner that is no workflow run', unaskable, {}, 'fresh_runner', [READ]],
    ['an owner that was renewed lately', renewed, {}, 'fresh_runner', asks],
    ['an old owner and more patience', old, { 'stale-after': 'PT2H' }, 'fresh_runner', asks],
    ['the owner that was asked for', fresh, { 'target-run-id': '1001' }, 'fresh_runner', asks],
    ['another run id of its own', fresh, { 'run-id': '990' }, 'fresh_runner', asks],
  ];
  const refusals: [string, unknown, Record<string, string>, string, string[]][] = [
    ['an old owner', old, {}, 'stale_runner', asks],
    ['an owner without times', undated, {}, 'stale_runner', asks],
    ['an owner with unreadable times', unreadableTimes, {}, 'stale_runner', asks],
    ['an owner that was told to exit', signalled, {}, 'exit_signal_recorded', [READ]],
    ['another owner than target-run-id names', fresh, { 'target-run-id': '990' }, 'ownership_lost', [READ]],
  ];

  test.each(passes)('with %s lets it pass, and owns nothing', (_name, planted, inputs, status, costs) =>
    onStage(async ({ step, plant, asked }) => {
      if (planted !== null) await plant(planted);
      expectOk(await step('check', { runId: 2000, with: inputs }), status, false);
      expect(asked()).toEqual(costs);
    }),
  );

  test.each(refusals)('with %s refuses, and writes nothing', (_name, planted, inputs, code, costs) =>
    onStage(async ({ step, plant, asked, log }) => {
      await plant(planted);
      expectRefusal(await step('check', { runId: 2000, with: inputs }), code, 'run 1001');
      expect(asked()).toEqual(costs);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('with a run id that nobody owns by refuses: it is not at work', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      const check = await step('check', { runId: 2000, with: { 'target-run-id': '1001' } });
      expectRefusal(check, 'ownership_lost', 'run 1001', 'nobody owns it');
      expect(asked()).toEqual([READ]);
    }));

  test.each([
    ['fresh', fresh],
    ['old', old],
  ])('with a %s owner whose run is over lets it pass: nobody is at work any more', (_name, planted) =>
    onStage(async ({ step, plant, asked, repository, log }) => {
      await plant(planted);
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      const check = await step('check', { runId: 2000 });
      expectOk(check, 'dead_runner', false);
      expect(check.outputs).toMatchObject({ 'owner-run-id': '1001', 'exit-signaled': 'false' });
      expect(check.outputs['message']).toContain('Nobody is at work');
      expect(asked()).toEqual(asks);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('says so where GitHub does not tell whether the owner lives, which then counts as alive', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: { holder: holderOf(4711) } }));
      const check = await step('check', { runId: 2000 });
      expectOk(check, 'fresh_runner', false);
      expect(warningsOf(check)).toEqual([expect.stringMatching(/alive.*4711.*actions: read/)]);
      expect(asked()).toEqual(asks);
    }));

  test('tells the owner itself that it owns, without asking whether it lives', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(fresh);
      expectOk(await step('check', { runId: 1001 }), 'fresh_runner', true);
      expect(asked()).toEqual([READ]);
    }));
});

describe('status', () => {
  test('gives the whole record in one request, with a token that may only read', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(signalled);
      const status = await step('status', { runId: 2000, token: READ_ONLY_TOKEN });
      expectOk(status, 'status', false);
      expect(status.result).toMatchObject({ ok: true, owned: false, 'exit-signaled': true, record: await record() });
      expect(status.outputs).toMatchObject({ 'owner-run-id': '1001', 'exit-signaled': 'true' });
      expect(status.outputs['message']).toContain('run 1001');
      expect(asked()).toEqual([READ]);
    }));

  test('says that nobody owns it where there is no state branch', () =>
    onStage(async ({ step }) => {
      const status = await step('status');
      expectOk(status, 'status', false);
      expect(status.outputs).toMatchObject({ 'owner-run-id': '', 'state-commit': '', 'exit-signaled': 'false' });
      expect(status.result).toMatchObject({ record: null });
      expect(status.outputs['message']).toContain('Nobody owns acme/widgets#17');
    }));

  test('tells the owner itself that it owns', () =>
    onStage(async ({ step, plant }) => {
      await plant(fresh);
      expectOk(await step('status', { runId: 1001 }), 'status', true);
    }));

  test.each(['check', 'status'])('like %s needs no run id', (command) =>
    onStage(async ({ step, plant }) => {
      await plant(fresh);
      const outside = { GITHUB_RUN_ID: undefined, GITHUB_ACTIONS: undefined };
      const answered = await step(command, { env: outside });
      expectOk(answered, command === 'check' ? 'fresh_runner' : 'status', false);
      expect(answered.outputs['run-id']).toBe('');
    }),
  );
});
