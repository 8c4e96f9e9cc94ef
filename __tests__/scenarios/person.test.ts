import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ } from '../support/scenario.js';

const free = recordOf({ owner: null });

describe('the run id person:<login> is for that person alone', () => {
  test.each(['person:octocat', 'person:OctoCat'])('%s may be gone by where octocat started the run', (runId) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(free);
      const claim = await step('claim', { actor: 'octocat', with: { 'run-id': runId } });
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs).toMatchObject({ 'run-id': runId, 'owner-run-id': runId });
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.activeRun).toMatchObject({ runId, holder: { actor: 'octocat' } });
    }),
  );

  test.each([
    ['another actor', { actor: 'hubot' }],
    ['a re-run that another pressed', { actor: 'octocat', triggeringActor: 'hubot' }],
    ['a re-run of what another started', { actor: 'hubot', triggeringActor: 'octocat' }],
    ['nobody', { env: { GITHUB_ACTOR: undefined, GITHUB_TRIGGERING_ACTOR: undefined } }],
  ])('but not by %s, whatever the command, and nothing is asked', (_name, options) =>
    onStage(async ({ step, plant, asked, record }) => {
      const theirs = recordOf({ owner: { runId: 'person:octocat', holder: null } });
      await plant(theirs);
      for (const command of ['claim', 'takeover', 'assert', 'ensure', 'release', 'signal-exit']) {
        const refused = await step(command, { ...options, with: { 'run-id': 'person:octocat' } });
        expectRefusal(refused, 'invalid_input', 'person:octocat', 'reserved', '"run-id"');
      }
      expect(asked()).toEqual([]);
      expect(await record()).toEqual(theirs);
    }),
  );

  test('also where the variable names it', () =>
    onStage(async ({ step, asked }) => {
      const env = { PI_SUBAGENT_RUN_ID: 'person:octocat' };
      expectRefusal(await step('claim', { actor: 'hubot', env }), 'invalid_input', 'person:octocat');
      expect(asked()).toEqual([]);
    }));

  test.each(['person', 'persona:octocat', 'a person:octocat'])('%s names nobody', (runId) =>
    onStage(async ({ step, plant }) => {
      await plant(free);
      expectOk(await step('claim', { actor: 'hubot', with: { 'run-id': runId } }), 'claimed_new', true);
    }),
  );
});
