import { describe, expect, test } from '@jest/globals';
import { minutesAgo, recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, onStage, READ, READ_ONLY_TOKEN } from '../support/scenario.js';

const fresh = recordOf();
const renewed = recordOf({ owner: { claimedAt: minutesAgo(90), updatedAt: minutesAgo(5) } });
const old = recordOf({ owner: { claimedAt: minutesAgo(90), updatedAt: minutesAgo(31) } });
const undated = recordOf({ owner: { claimedAt: null, updatedAt: null } });
const unreadableTimes = recordOf({ owner: { claimedAt: 'yesterday', updatedAt: 'soon' } });
const signalled = recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] });

describe('check, the guard before a merge', () => {
  const passes: [string, unknown, Record<string, string>, string][] = [
    ['no record', null, {}, 'no_owner_record'],
    ['no owner', recordOf({ owner: null }), {}, 'no_owner_record'],
    ['a fresh owner', fresh, {}, 'fresh_runner'],
    ['an owner that was renewed lately', renewed, {}, 'fresh_runner'],
    ['an old owner and more patience', old, { 'stale-after': 'PT2H' }, 'fresh_runner'],
    ['the owner that was asked for', fresh, { 'target-run-id': '1001' }, 'fresh_runner'],
  ];
  const refusals: [string, unknown, Record<string, string>, string][] = [
    ['an old owner', old, {}, 'stale_runner'],
    ['an owner without times', undated, {}, 'stale_runner'],
    ['an owner with unreadable times', unreadableTimes, {}, 'stale_runner'],
    ['an owner that was told to exit', signalled, {}, 'exit_signal_recorded'],
    ['another owner than run-id names', fresh, { 'run-id': '990' }, 'ownership_lost'],
    ['another owner than target-run-id names', fresh, { 'target-run-id': '990' }, 'ownership_lost'],
  ];

  test.each(passes)('with %s lets it pass, and owns nothing', (_name, planted, inputs, status) =>
    onStage(async ({ step, plant, asked }) => {
      if (planted !== null) await plant(planted);
      expectOk(await step('check', { runId: 2000, with: inputs }), status, false);
      expect(asked()).toEqual([READ]);
    }),
  );

  test.each(refusals)('with %s refuses, and writes nothing', (_name, planted, inputs, code) =>
    onStage(async ({ step, plant, asked, log }) => {
      await plant(planted);
      expectRefusal(await step('check', { runId: 2000, with: inputs }), code, 'run 1001');
      expect(asked()).toEqual([READ]);
      expect(await log()).toHaveLength(1);
    }),
  );
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
