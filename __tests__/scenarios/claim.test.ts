import { describe, expect, test } from '@jest/globals';
import { holderOf, minutesAgo, recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, LIVENESS, onStage, READ, trailersOf } from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

const free = recordOf({ owner: null, token: 4 });

describe('a free pull request', () => {
  test('is claimed in two requests, with the next token', () =>
    onStage(async ({ step, asked, log, record, plant, repository }) => {
      await plant(free);
      const claim = await step('claim', { runId: 1002 });
      expectOk(claim, 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT]);
      expect(claim.outputs).toMatchObject({ 'fencing-token': '5', 'owner-run-id': '1002' });
      expect(claim.outputs['state-commit']).toBe((await log())[0]?.oid);
      expect(await log()).toHaveLength(2);
      expect(await record()).toMatchObject({ fencingToken: 5, activeRun: { runId: '1002', fencingToken: 5 } });
      expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
        'Coord-Event': 'claim',
        'Coord-Run-Id': '1002',
        'Coord-Fencing-Token': '5',
      });
    }));

  test.each([
    ['a pull request number', { pr: '17' }],
    ['a pull request number with its repository in capitals', { pr: '17', repo: 'Acme/WIDGETS' }],
  ])('is found from %s where the event has none', (_name, inputs) =>
    onStage(async ({ step, plant, record, github }) => {
      await plant(free);
      const event = { name: 'schedule', payload: {} };
      const claim = await step('claim', { event, with: inputs });
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs).toMatchObject({ repo: 'acme/widgets', pr: '17' });
      const byUrl = await step('claim', { event, with: { pr: `${github.serverUrl}/acme/widgets/pull/17/files` } });
      expectOk(byUrl, 'refreshed', true);
      expect((await record())?.fencingToken).toBe(5);
    }),
  );

  test.each([
    ['issue_comment', { issue: { number: 17, pull_request: {} } }],
    ['workflow_dispatch', { inputs: { pr: '17' } }],
    ['pull_request_target', { pull_request: { number: 17 } }],
  ])('is found from the event %s without a request', (name, payload) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(free);
      expectOk(await step('claim', { event: { name, payload } }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT]);
    }),
  );

  test('leaves the records of other pull requests alone', () =>
    onStage(async ({ step, plant, record, repository }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(recordOf({ pr: 18 }), 18);
      const other = await record(18);
      expectOk(await step('claim'), 'claimed_new', true);
      expect(await record(18)).toEqual(other);
    }));
});

describe('a pull request that another run owns', () => {
  test('is refused, with the holder, its address, its age and the way out', () =>
    onStage(async ({ step, asked, record, plant }) => {
      // A little more than whole minutes, since GitHub tells the time in whole seconds.
      await plant(recordOf({ owner: { claimedAt: minutesAgo(12.1), updatedAt: minutesAgo(3.1) } }));
      const before = await record();
      const claim = await step('claim', { runId: 1002 });
      expectRefusal(
        claim,
        'active_run_exists',
        'run 1002 may not work on acme/widgets#17',
        'run 1001 (workflow "agent", job "fix", by octocat)',
        '(for 12 min, renewed 3 min ago)',
        'https://github.test/acme/widgets/actions/runs/1001/attempts/1',
        '"command: takeover"',
      );
      expect(asked()).toEqual([READ, LIVENESS]);
      expect(await record()).toEqual(before);
      expect(claim.outputs).toMatchObject({
        'owner-run-id': '1001',
        'owner-url': 'https://github.test/acme/widgets/actions/runs/1001/attempts/1',
        'fencing-token': '1',
      });
      expect(claim.summary).toMatch(/^### 🟡 \[Run 1001\]\(\S+\) \(agent \/ fix, by octocat\) owns \[acme\/widgets/);
      expect(claim.summary).toMatch(
        /\ngh workflow run takeover\.yml --repo \S*acme\/widgets -f pr=17 -f reason='why'\n/,
      );
    }));

  test('says why the owner claimed it', () =>
    onStage(async ({ step, plant }) => {
      const event = { type: 'claim', runId: '1001', previousRunId: null, at: minutesAgo(1), fencingToken: 1, id: 'x' };
      await plant(recordOf({ history: [{ ...event, reason: 'merging the release train' }] }));
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'merging the release train');
    }));

  test('lets the job go on with on-conflict: continue, and owned says no', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      const claim = await step('claim', { runId: 1002, with: { 'on-conflict': 'continue' } });
      expect(claim.exitCode).toBe(0);
      expect(claim.outputs).toMatchObject({ owned: 'false', status: '', error: 'active_run_exists' });
      expect(claim.annotations.map(({ level }) => level)).toEqual(['notice']);
      expect(claim.result).toMatchObject({ ok: false, owned: false });
    }));

  test('is refused to another job of the same workflow run that has a run id of its own, without asking', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: { runId: 'shard-1' } }));
      expectRefusal(await step('claim', { runId: 1001, with: { 'run-id': 'shard-2' } }), 'active_run_exists');
      expect(asked()).toEqual([READ]);
    }));
});

describe('a pull request that is mine already', () => {
  test('is refreshed: the tenure stays, updatedAt moves', () =>
    onStage(async ({ step, plant, asked, record }) => {
      const claimedAt = minutesAgo(20);
      await plant(recordOf({ owner: { claimedAt }, token: 3 }));
      const claim = await step('claim', { runId: 1001 });
      expectOk(claim, 'refreshed', true);
      expect(asked()).toEqual([READ, COMMIT]);
      const stored = await record();
      expect(stored).toMatchObject({ fencingToken: 3, activeRun: { claimedAt, fencingToken: 3 } });
      expect(Date.parse(stored?.activeRun?.updatedAt ?? '')).toBeGreaterThan(Date.parse(minutesAgo(1)));
      expect(stored?.history.map(({ type }) => type)).toEqual(['claim', 'refresh']);
      expect(stored?.activeRun?.renewedBy).toBe(stored?.history.at(-1)?.id);
    }));

  test('is from then on held by the workflow run that renewed it', () =>
    onStage(async ({ step, plant, record, github }) => {
      await plant(recordOf({ owner: { runId: 'task-42', holder: { ...holderOf(1001), workflow: null, url: null } } }));
      const before = await record();
      const claim = await step('claim', { runId: 1002, attempt: 3, with: { 'run-id': 'task-42' } });
      expectOk(claim, 'refreshed', true);
      const url = `${github.serverUrl}/acme/widgets/actions/runs/1002/attempts/3`;
      expect(claim.outputs).toMatchObject({ 'fencing-token': '1', 'owner-url': url });
      expect((await record())?.activeRun).toMatchObject({
        id: before?.activeRun?.id,
        attempt: 3,
        holder: { workflowRunId: 1002, workflow: 'agent', url },
      });
    }));

  test('gets the claim time that it lacked', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf({ owner: { claimedAt: null } }));
      expectOk(await step('claim', { runId: 1001 }), 'refreshed', true);
      const stored = await record();
      expect(stored?.activeRun?.claimedAt).toBe(stored?.activeRun?.updatedAt);
    }));

  test('begins a new tenure in a later attempt, and the earlier attempt has lost it', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf());
      const later = await step('claim', { runId: 1001, attempt: 2 });
      expectOk(later, 'refreshed', true);
      expect(later.outputs['fencing-token']).toBe('2');
      expect((await record())?.activeRun).toMatchObject({ runId: '1001', attempt: 2, fencingToken: 2 });

      expectRefusal(await step('claim', { runId: 1001, attempt: 1 }), 'ownership_lost', 'attempt 2');
      expectRefusal(await step('assert', { runId: 1001, attempt: 1 }), 'ownership_lost');
    }));

  test('is refused while an exit signal for this tenure stands', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1, reason: 'stop please' }] }));
      const claim = await step('claim', { runId: 1001 });
      expectRefusal(claim, 'exit_signal_recorded', 'stop please');
      expect(claim.outputs['exit-signaled']).toBe('true');
    }));

  test('is not hindered by an exit signal of an earlier tenure of the same run', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ token: 2, signals: [{ runId: '1001', fencingToken: 1 }] }));
      expectOk(await step('claim', { runId: 1001 }), 'refreshed', true);
    }));
});

describe('who claims', () => {
  test('is the run-id input, trimmed, before PI_SUBAGENT_RUN_ID before the workflow run', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(free);
      const env = { PI_SUBAGENT_RUN_ID: 'sub-7' };
      const input = await step('claim', { env, with: { 'run-id': '  shard 1/3 ' } });
      expect(input.outputs['run-id']).toBe('shard 1/3');
      expect((await record())?.activeRun).toMatchObject({ runId: 'shard 1/3', holder: { workflowRunId: 1001 } });
      await step('release', { with: { 'run-id': 'shard 1/3' } });
      const subagent = await step('claim', { env });
      expect(subagent.outputs['owner-run-id']).toBe('sub-7');
    }));
});

describe('records of older versions', () => {
  const version2 = {
    schemaVersion: 2,
    target: { repo: 'acme/widgets', pr: 17 },
    activeRun: { runId: '1001', claimedAt: minutesAgo(5), updatedAt: minutesAgo(5) },
    previousRun: null,
    history: [{ type: 'claim', runId: '1001', at: minutesAgo(5) }],
    exitSignals: [],
  };
  const version1: Record<string, unknown> = { ...version2, schemaVersion: 1 };
  delete version1['exitSignals'];

  test.each([
    ['1', version1],
    ['2', version2],
  ])('of schema %s are understood, and written anew as schema 3', (_version, old) =>
    onStage(async ({ step, plant, record }) => {
      await plant(old);
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'run 1001');
      expectOk(await step('claim', { runId: 1001 }), 'refreshed', true);
      expect(await record()).toMatchObject({
        schemaVersion: 3,
        activeRun: { runId: '1001', attempt: 1 },
        history: [{ type: 'claim', id: null }, { type: 'refresh' }],
      });
    }),
  );
});
