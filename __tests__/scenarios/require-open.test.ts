import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, FIRST_CLAIM, onStage, PERMISSION, READ } from '../support/scenario.js';

const free = recordOf({ owner: null });
const another = recordOf({ owner: { runId: '990', holder: null } });
const signalled = recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] });
const open = { 'require-open': 'true' };
const any = { 'require-open': 'false' };

describe('no tenure begins on a closed pull request', () => {
  test.each([
    ['claim of a free one', 'claim', 1001, 1, free],
    ['ensure of a free one', 'ensure', 1001, 1, free],
    ['takeover of a free one', 'takeover', 1001, 1, free],
    ['takeover from another run', 'takeover', 1001, 1, another],
    ['claim of another run', 'claim', 1001, 1, another],
    ['ensure of another run that was told to exit', 'ensure', 1002, 1, signalled],
    ['a claim by a later attempt', 'claim', 1001, 2, recordOf()],
    ['an ensure by a later attempt', 'ensure', 1001, 2, recordOf()],
    ['a takeover that would begin anew after a signal', 'takeover', 1001, 1, signalled],
  ])('%s', (_name, command, runId, attempt, planted) =>
    onStage(async (stage) => {
      await stage.plant(planted);
      await stage.repository.closePullRequest(17, 'merged');
      for (const inputs of [{}, open]) {
        const refused = await stage.step(command, { runId, attempt, with: inputs });
        expectRefusal(refused, 'pr_closed', 'acme/widgets#17 is merged', '"require-open: false"');
        expect(refused.outputs['pr-state']).toBe('merged');
        expect(stage.asked()).toEqual([READ]);
      }
      expect(await stage.record()).toEqual(planted);
    }),
  );

  test('and ensure says that another run has it, where it would begin none anyway', () =>
    onStage(async (stage) => {
      await stage.plant(another);
      await stage.repository.closePullRequest(17);
      for (const inputs of [{}, open]) {
        expectRefusal(await stage.step('ensure', { with: inputs }), 'ownership_lost', 'run 990');
      }
      expect(stage.asked()).toEqual([READ, READ]);
      expect(await stage.record()).toEqual(another);
    }));

  test('nor the state branch, by a first claim', () =>
    onStage(async (stage) => {
      await stage.repository.closePullRequest(17);
      expectRefusal(await stage.step('claim'), 'pr_closed', 'acme/widgets#17 is closed');
      expect(stage.asked()).toEqual([READ]);
      expect(await stage.log()).toEqual([]);
    }));
});

describe('require-open: false lets a teardown work on it', () => {
  test.each([
    ['claim', free, 'claimed_new', [READ, COMMIT]],
    ['ensure', free, 'claimed_new', [READ, COMMIT]],
    ['takeover', free, 'claimed_new', [READ, COMMIT]],
    ['takeover', another, 'taken_over', [READ, PERMISSION, COMMIT]],
    ['takeover', signalled, 'refreshed', [READ, COMMIT]],
    ['claim', null, 'claimed_new', FIRST_CLAIM],
  ])('%s', (command, planted, status, costs) =>
    onStage(async (stage) => {
      if (planted !== null) await stage.plant(planted);
      await stage.repository.closePullRequest(17, 'merged');
      const begun = await stage.step(command, { with: any });
      expectOk(begun, status, true);
      expect(begun.outputs['pr-state']).toBe('merged');
      expect(stage.asked()).toEqual(costs);
      expect((await stage.record())?.activeRun?.runId).toBe('1001');
    }),
  );
});

describe('a tenure that is there', () => {
  test('is renewed on a closed pull request: a renewal does not ask', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf({ token: 3 }));
      await stage.repository.closePullRequest(17);
      for (const command of ['claim', 'takeover']) {
        for (const inputs of [{}, open, any]) {
          expectOk(await stage.step(command, { with: inputs }), 'refreshed', true);
        }
      }
      expect((await stage.record())?.activeRun).toMatchObject({ runId: '1001', fencingToken: 3 });
    }));

  test.each(['assert', 'ensure'])('is confirmed by %s there, unless the pull request has to be open', (command) =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      expectOk(await stage.step(command, { with: open }), 'owner_confirmed', true);
      await stage.repository.closePullRequest(17);
      expectOk(await stage.step(command), 'owner_confirmed', true);
      expectOk(await stage.step(command, { with: any }), 'owner_confirmed', true);
      expectRefusal(await stage.step(command, { with: open }), 'pr_closed', 'is closed');
      expect(stage.asked()).toEqual([READ, READ, READ, READ]);
    }),
  );

  test('is confirmed by a strict assert with a commit, unless the pull request has to be open', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      await stage.repository.closePullRequest(17);
      expectRefusal(await stage.step('assert', { with: { ...open, strict: 'true' } }), 'pr_closed');
      expectOk(await stage.step('assert', { with: { strict: 'true' } }), 'owner_confirmed', true);
      expect(stage.asked()).toEqual([READ, READ, COMMIT]);
    }));

  test('that is not there is a refusal by assert as well, where the pull request has to be open', () =>
    onStage(async (stage) => {
      await stage.plant(free);
      await stage.repository.closePullRequest(17);
      const lenient = { 'require-existing': 'false' };
      expectOk(await stage.step('assert', { with: lenient }), 'no_owner_record', false);
      expectRefusal(await stage.step('assert', { with: { ...lenient, ...open } }), 'pr_closed');
      expectRefusal(await stage.step('assert', { with: open }), 'ownership_missing');
    }));

  test('is lost before it is closed: who does not own is told that first', () =>
    onStage(async (stage) => {
      await stage.plant(another);
      await stage.repository.closePullRequest(17);
      expectRefusal(await stage.step('assert', { with: open }), 'ownership_lost', 'run 990');
    }));
});
