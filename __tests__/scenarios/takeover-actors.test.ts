import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ } from '../support/scenario.js';

const owned = recordOf();
const foreignSignal = { 'require-active-owner': 'false' };

describe('bots and Apps have no role to ask for', () => {
  test.each(['agent[bot]', 'Copilot'])('%s is refused, with the input that lets it', (actor) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(owned);
      const takeover = await step('takeover', { runId: 1002, actor });
      expectRefusal(takeover, 'takeover_forbidden', actor, 'run 1001', '"takeover-permission"', '"takeover-actors"');
      expect(asked()).toEqual([READ, PERMISSION]);
      expect(await record()).toEqual(owned);
    }),
  );

  test.each([
    ['agent[bot]', 'agent[bot]'],
    ['Copilot', 'octocat, copilot'],
    ['Copilot', 'hubot\n COPILOT  dependabot[bot]'],
  ])('%s may where "takeover-actors" is %j, without a request', (actor, actors) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(owned);
      const takeover = await step('takeover', { runId: 1002, actor, with: { 'takeover-actors': actors } });
      expectOk(takeover, 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.history.at(-1)).toMatchObject({ type: 'takeover', actor });
    }),
  );

  test('whoever is not named needs the permission all the same', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(owned);
      const settings = { 'takeover-actors': 'agent, hubot' };
      expectRefusal(await step('takeover', { runId: 1002, actor: 'agent[bot]', with: settings }), 'takeover_forbidden');
      expect(asked()).toEqual([READ, PERMISSION]);
      expectOk(await step('takeover', { runId: 1002, actor: 'octocat', with: settings }), 'taken_over', true);
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      expect((await record())?.activeRun?.runId).toBe('1002');
    }));
});

describe('it lets an actor evict and signal as well', () => {
  test.each([
    ['release', { evict: 'true', 'target-run-id': '1001' }, 'released'],
    ['signal-exit', foreignSignal, 'exit_signal_recorded'],
  ])('%s', (command, inputs, status) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(owned);
      const refused = await step(command, { runId: 1002, actor: 'agent[bot]', with: inputs });
      expectRefusal(refused, 'takeover_forbidden', '"takeover-actors"');
      expect(asked()).toEqual([READ, PERMISSION]);
      const settings = { ...inputs, 'takeover-actors': 'agent[bot]' };
      expectOk(await step(command, { runId: 1002, actor: 'agent[bot]', with: settings }), status, false);
      expect(asked()).toEqual([READ, COMMIT]);
    }),
  );
});

describe('on a re-run both who started it and who pressed re-run have to be let', () => {
  const rerun = { runId: 1002, attempt: 2, actor: 'agent[bot]', triggeringActor: 'octocat' };
  const named = { 'takeover-actors': 'agent[bot]' };

  test('one by name and one by permission', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(owned);
      expectOk(await step('takeover', { ...rerun, with: named }), 'taken_over', true);
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
    }));

  test('not one alone', () =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      repository.setCollaborator('hubot', 'read');
      await plant(owned);
      const refused = await step('takeover', { ...rerun, triggeringActor: 'hubot', with: named });
      expectRefusal(refused, 'takeover_forbidden', '"takeover-actors"');
      expectRefusal(await step('takeover', rerun), 'takeover_forbidden');
      expect(asked()).toEqual([READ, PERMISSION, READ, PERMISSION]);
      expect(await record()).toEqual(owned);
    }));

  test('both by permission, which asks for both', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      repository.setCollaborator('hubot', 'maintain');
      await plant(owned);
      expectOk(await step('takeover', { ...rerun, actor: 'hubot' }), 'taken_over', true);
      expect(asked()).toEqual([READ, PERMISSION, PERMISSION, COMMIT]);
    }));
});

test.each(['octocat; hubot', '@octocat', 'octo cat!'])('"takeover-actors" of %j is no list of logins', (actors) =>
  onStage(async ({ step, plant, asked }) => {
    await plant(owned);
    const refused = await step('takeover', { runId: 1002, with: { 'takeover-actors': actors } });
    expectRefusal(refused, 'invalid_input', 'takeover-actors');
    expect(asked()).toEqual([]);
  }),
);
