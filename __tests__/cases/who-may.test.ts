import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ, warningsOf } from '../support/scenario.js';

/** Who may end another run's tenure: cases O11, O12, O13 and O16 and their neighbours. */

describe('O11: takeover-permission is admin, and the actor has write', () => {
  const strict = { 'takeover-permission': 'admin' };

  test('a signal to another is refused, and the owner goes on', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      const signal = { ...strict, 'require-active-owner': 'false', 'target-run-id': '1001' };
      const refused = await step('signal-exit', { runId: 1002, with: signal });
      expectRefusal(refused, 'takeover_forbidden', 'takeover-permission', 'takeover-actors');
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists');
      expectOk(await step('assert'), 'owner_confirmed', true);
    }));

  test('so is an eviction, and one that names no tenure says what to give', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf());
      const evict = { evict: 'true', 'fencing-token': '1' };
      expectRefusal(await step('release', { runId: 1002, with: { ...strict, ...evict } }), 'takeover_forbidden');
      const unnamed = await step('release', { runId: 1002, with: { evict: 'true' } });
      expectRefusal(unnamed, 'takeover_forbidden', 'fencing-token', 'target-run-id');
      expect((await record())?.activeRun?.runId).toBe('1001');
    }));

  test('a release in the name of the owner is told by its actor and workflow', () =>
    onStage(async ({ step, plant, record, repository }) => {
      await plant(recordOf());
      repository.setCollaborator('mallory', 'write');
      const release = { runId: 1002, workflow: 'cleanup', actor: 'mallory', with: { 'run-id': '1001' } };
      expectOk(await step('release', release), 'released', false);
      expect((await record())?.history.at(-1)).toMatchObject({
        ...{ type: 'release', runId: '1001', actor: 'mallory', workflow: 'cleanup', workflowRunId: 1002 },
      });
    }));

  test('every event of a life names actor and workflow', () =>
    onStage(async ({ step, record }) => {
      await step('claim');
      await step('claim');
      await step('assert', { with: { strict: 'true' } });
      await step('signal-exit');
      await step('takeover', { runId: 1002 });
      await step('release', { runId: 1002 });
      const history = (await record())?.history ?? [];
      expect(history.map(({ type }) => type)).toEqual([
        'claim',
        'refresh',
        'confirm',
        'signal-exit',
        'takeover',
        'release',
      ]);
      for (const event of history) {
        expect(event).toMatchObject({
          actor: 'octocat',
          workflow: 'agent',
          attempt: 1,
          workflowRunId: expect.any(Number),
        });
      }
      expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
    }));
});

describe('O12: a signal-exit that names somebody who is not the owner', () => {
  test.each([
    ['a typing error', { 'target-run-id': '10001', 'require-active-owner': 'false' }],
    ['a typing error by the owner itself', { 'target-run-id': '10001' }],
    ['the token of another tenure', { 'fencing-token': '1', 'require-active-owner': 'false' }],
  ])('%s signals nobody, and names the owner', (_, settings) =>
    onStage(async ({ step, plant, log }) => {
      await plant(recordOf({ token: 2 }));
      const before = await log();
      expectRefusal(await step('signal-exit', { with: settings }), 'ownership_lost', 'run 1001');
      expect(await log()).toEqual(before);
    }),
  );

  test('where nobody owns', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf({ owner: null }));
      const settings = { 'target-run-id': '1001', 'require-active-owner': 'false' };
      expectRefusal(await step('signal-exit', { runId: 1002, with: settings }), 'ownership_lost');
    }));

  test('check and evict hold a name against the owner as well', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      const named = { 'target-run-id': '10001' };
      expectRefusal(await step('check', { runId: 1002, with: named }), 'ownership_lost', 'run 1001');
      expectRefusal(
        await step('release', { runId: 1002, with: { ...named, evict: 'true' } }),
        'ownership_lost',
        'run 1001',
      );
    }));

  test('without a name the owner is meant', () =>
    onStage(async ({ step, plant, record, asked }) => {
      await plant(recordOf());
      asked();
      const signal = await step('signal-exit', { runId: 1002, with: { 'require-active-owner': 'false' } });
      expectOk(signal, 'exit_signal_recorded', false);
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      expect((await record())?.exitSignals).toMatchObject([{ runId: '1001', fencingToken: 1 }]);
    }));
});

describe('O13: a re-run', () => {
  const rerun = { runId: 1002, attempt: 2, actor: 'visitor', triggeringActor: 'octocat' };

  test.each(['takeover', 'release', 'signal-exit'])(
    '%s asks for both actors, and one that may not is enough to refuse',
    (command) =>
      onStage(async ({ step, plant, record, asked }) => {
        await plant(recordOf());
        asked();
        const settings = { evict: 'true', 'target-run-id': '1001', 'require-active-owner': 'false' };
        expectRefusal(await step(command, { ...rerun, with: settings }), 'takeover_forbidden', 'takeover-permission');
        expect(asked()).toEqual([READ, PERMISSION]);
        expect((await record())?.activeRun?.runId).toBe('1001');
      }),
  );

  test('is refused the other way round too', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf());
      asked();
      const refused = await step('takeover', { ...rerun, actor: 'octocat', triggeringActor: 'visitor' });
      expectRefusal(refused, 'takeover_forbidden');
      expect(asked()).toEqual([READ, PERMISSION, PERMISSION]);
    }));

  test('is granted where both may', () =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf());
      repository.setCollaborator('visitor', 'maintain');
      expectOk(await step('takeover', rerun), 'taken_over', true);
    }));
});

describe('O16: a takeover by an App, of which GitHub says that it is not a user', () => {
  test.each(['Copilot', 'github-actions[bot]'])('%s is refused with a hint at takeover-actors', (actor) =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      const refused = await step('takeover', { runId: 1002, actor });
      expectRefusal(refused, 'takeover_forbidden', 'takeover-actors', 'takeover-permission');
      expect(warningsOf(refused)).toEqual([expect.stringContaining(actor)]);
    }),
  );

  test.each(['Copilot', 'octocat, copilot', 'dependabot[bot] COPILOT'])('and lets it by the list "%s"', (list) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf());
      asked();
      const taken = await step('takeover', { runId: 1002, actor: 'Copilot', with: { 'takeover-actors': list } });
      expectOk(taken, 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
    }),
  );

  test('a list that cannot be one is an error', () =>
    onStage(async ({ step }) => {
      expectRefusal(await step('takeover', { with: { 'takeover-actors': 'a;b' } }), 'invalid_input', 'takeover-actors');
    }));
});

describe('person:<login>', () => {
  test.each([
    ['octocat', 'claimed_new'],
    ['OctoCat', 'claimed_new'],
  ])('is the run id of that person: %s', (login, status) =>
    onStage(async ({ step }) => {
      expectOk(await step('claim', { with: { 'run-id': `person:${login}` } }), status, true);
    }),
  );

  test.each([{ actor: 'octocat' }, { actor: 'mona', triggeringActor: 'octocat' }])('and nobody else’s: %j', (who) =>
    onStage(async ({ step, asked }) => {
      expectRefusal(await step('claim', { ...who, with: { 'run-id': 'person:mona' } }), 'invalid_input', 'person:mona');
      expect(asked()).toEqual([]);
    }),
  );
});
