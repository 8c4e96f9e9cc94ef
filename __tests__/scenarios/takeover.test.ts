import { describe, expect, test } from '@jest/globals';
import { minutesAgo, recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ, trailersOf } from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

test('a takeover ends the other tenure, and its reason is in record, commit and summary', () =>
  onStage(async ({ step, plant, asked, record, log, repository }) => {
    await plant(recordOf({ token: 3 }));
    const takeover = await step('takeover', {
      runId: 1002,
      actor: 'octocat',
      with: { reason: 'the agent runs in circles' },
    });

    expectOk(takeover, 'taken_over', true);
    expect(takeover.annotations).toMatchObject([{ level: 'notice' }]);
    expect(takeover.outputs).toMatchObject({ 'previous-run-id': '1001', 'fencing-token': '4', 'owner-run-id': '1002' });
    expect(asked()).toEqual([READ, PERMISSION, COMMIT]);

    expect(await record()).toMatchObject({
      fencingToken: 4,
      activeRun: { runId: '1002', fencingToken: 4 },
      previousRun: { runId: '1001', replacedByRunId: '1002' },
    });
    expect((await record())?.history.at(-1)).toMatchObject({
      type: 'takeover',
      runId: '1002',
      previousRunId: '1001',
      reason: 'the agent runs in circles',
      fencingToken: 4,
      actor: 'octocat',
    });
    expect((await log())[0]?.message).toContain('the agent runs in circles');
    expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
      'Coord-Event': 'takeover',
      'Coord-Run-Id': '1002',
      'Coord-Previous-Run-Id': '1001',
      'Coord-Fencing-Token': '4',
      'Coord-Actor': 'octocat',
    });
    expect(takeover.summary).toContain('the agent runs in circles');

    expectRefusal(await step('assert', { runId: 1001 }), 'ownership_lost', 'run 1002');
  }));

describe('who may take over', () => {
  test.each([
    ['write', 'write', true],
    ['triage', 'write', false],
    ['write', 'maintain', false],
    ['maintain', 'maintain', true],
  ] as const)('an actor with %s where %s is asked for: %s', (permission, required, granted) =>
    onStage(async ({ step, plant, asked, repository, log }) => {
      repository.setCollaborator('hubot', permission);
      await plant(recordOf());
      const takeover = await step('takeover', {
        runId: 1002,
        actor: 'hubot',
        with: { 'takeover-permission': required },
      });
      if (granted) {
        expectOk(takeover, 'taken_over', true);
        expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      } else {
        expectRefusal(takeover, 'takeover_forbidden', 'hubot', 'run 1001', '"takeover-permission"');
        expect(asked()).toEqual([READ, PERMISSION]);
        expect(await log()).toHaveLength(1);
      }
    }),
  );

  test('anybody where none is asked for, without a request', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      repository.setCollaborator('stranger', 'none');
      await plant(recordOf());
      const settings = { 'takeover-permission': 'none' };
      expectOk(await step('takeover', { runId: 1002, actor: 'stranger', with: settings }), 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
    }));
});

describe('where nothing has to be taken from another', () => {
  test('a takeover of a free pull request is a claim', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      expectOk(await step('takeover', { runId: 1002 }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT]);
    }));

  test('a takeover of my own is a refresh', () =>
    onStage(async ({ step, plant, record }) => {
      await plant(recordOf({ owner: { claimedAt: minutesAgo(9) } }));
      expectOk(await step('takeover', { runId: 1001 }), 'refreshed', true);
      expect((await record())?.fencingToken).toBe(1);
    }));

  test('a takeover of my own that was told to exit begins a new tenure, which is not signalled', () =>
    onStage(async ({ step, plant, record, asked }) => {
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
      const takeover = await step('takeover', { runId: 1001 });
      expectOk(takeover, 'refreshed', true);
      expect(takeover.outputs).toMatchObject({ 'fencing-token': '2', 'exit-signaled': 'false' });
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.activeRun?.fencingToken).toBe(2);
      expectOk(await step('assert', { runId: 1001 }), 'owner_confirmed', true);
    }));
});
