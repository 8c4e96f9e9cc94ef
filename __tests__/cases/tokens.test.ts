import { describe, expect, test } from '@jest/globals';
import { isQuery } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, onStage, WITHOUT_JITTER } from '../support/scenario.js';

/** What a fencing token means: cases O6 and O10 and their neighbours. */

describe('O6: R1001 owned and was evicted', () => {
  const token = { 'fencing-token': '1' };
  const play = (then: Parameters<typeof onStage>[0]): Promise<void> =>
    onStage(async (stage) => {
      await stage.step('claim');
      const evict = { evict: 'true', 'fencing-token': '1', reason: 'stuck' };
      expectOk(await stage.step('release', { runId: 1002, with: evict }), 'released', false);
      await then(stage);
    });

  test('assert with its token is lost, and says who evicted it', () =>
    play(async ({ step }) => {
      expectRefusal(await step('assert', { with: token }), 'ownership_lost', 'run 1002', 'evicted', 'stuck');
      expectRefusal(await step('assert', { with: { ...token, 'require-existing': 'false' } }), 'ownership_lost');
    }));

  test('assert without a token is missing', () =>
    play(async ({ step }) => {
      expectRefusal(await step('assert'), 'ownership_missing');
      expectOk(await step('assert', { with: { 'require-existing': 'false' } }), 'no_owner_record', false);
    }));

  test('ensure with its token begins nothing', () =>
    play(async ({ step, record }) => {
      expectRefusal(await step('ensure', { with: token }), 'ownership_lost');
      expectRefusal(await step('ensure', { with: { ...token, 'wait-timeout': '1h' } }), 'ownership_lost');
      expect((await record())?.activeRun).toBeNull();
    }));

  test('release with its token is no error', () =>
    play(async ({ step }) => {
      expectOk(await step('release', { with: token }), 'release_noop', false);
    }));

  test('a signal with its token is lost', () =>
    play(async ({ step }) => {
      expectRefusal(await step('signal-exit', { with: token }), 'ownership_lost');
    }));
});

test('O6: the token of an earlier tenure is lost although the run owns again', () =>
  onStage(async ({ step }) => {
    await step('claim');
    await step('release');
    expectOk(await step('claim'), 'claimed_new', true);
    for (const command of ['assert', 'ensure', 'release', 'signal-exit']) {
      const late = await step(command, { with: { 'fencing-token': '1' } });
      expect([command, late.outputs['error'], late.outputs['owned']]).toEqual([command, 'ownership_lost', 'false']);
    }
    expectOk(await step('assert', { with: { 'fencing-token': '2' } }), 'owner_confirmed', true);
  }));

describe('O10: a job that was given token 2, and readings that lag', () => {
  const given = { with: { 'fencing-token': '2' }, env: WITHOUT_JITTER };

  test.each(['assert', 'ensure', 'release', 'signal-exit'])('%s reads on until GitHub has caught up', (command) =>
    onStage(async ({ github, repository, step, plant, record }) => {
      await plant(recordOf({ owner: null, token: 1 }));
      const lag = await github.faults.freeze(repository, { reads: 3, match: isQuery('repository') });
      await plant(recordOf({ token: 2 }));
      const late = await step(command, given);
      expect(lag.hits).toBe(3);
      expect(late.outputs['error']).toBe('');
      expect(late.outputs['status']).not.toBe('release_noop');
      expect(late.outputs['status']).not.toBe('no_owner_record');
      if (command === 'release') expect((await record())?.activeRun).toBeNull();
    }),
  );

  test.each(['assert', 'ensure', 'release', 'signal-exit'])(
    '%s ends with an error that names both if it stays so',
    (command) =>
      onStage(async ({ github, repository, step, plant }) => {
        await plant(recordOf({ owner: null, token: 1 }));
        await github.faults.freeze(repository, { reads: 50, match: isQuery('repository') });
        await plant(recordOf({ token: 2 }));
        const settings = { ...given.with, 'require-existing': 'false' };
        expectRefusal(await step(command, { ...given, with: settings }), 'contention_exhausted', 'token 1', 'token 2');
      }),
  );

  test('a record that is not there at all is below the token as well', () =>
    onStage(async ({ step }) => {
      expectRefusal(await step('release', given), 'contention_exhausted', 'token 0', 'token 2');
    }));
});
