import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ, trailersOf } from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

test('an owner says that it exits, and owns no longer from then on', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(recordOf({ token: 3 }));
    const signal = await step('signal-exit', { with: { reason: '  out of budget\n' } });
    expectOk(signal, 'exit_signal_recorded', false);
    expect(signal.outputs).toMatchObject({ 'exit-signaled': 'true', 'owner-run-id': '1001' });
    expect(asked()).toEqual([READ, COMMIT]);
    expect((await record())?.exitSignals).toMatchObject([
      { runId: '1001', reason: 'out of budget', fencingToken: 3, at: expect.any(String) },
    ]);
    expectRefusal(await step('assert'), 'exit_signal_recorded', 'out of budget');
  }));

test('another run is asked to exit: its next assert shows who asked and why', () =>
  onStage(async ({ step, plant, record, repository, asked }) => {
    repository.setCollaborator('hubot', 'write');
    await plant(recordOf());
    const signal = await step('signal-exit', {
      runId: 1002,
      actor: 'hubot',
      with: { 'require-active-owner': 'false', 'target-run-id': '1001', reason: 'a person goes on by hand' },
    });
    expectOk(signal, 'exit_signal_recorded', false);
    expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
    expect((await record())?.exitSignals).toMatchObject([{ runId: '1001', fencingToken: 1 }]);
    expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
      'Coord-Event': 'signal-exit',
      'Coord-Actor': 'hubot',
    });

    const asserted = await step('assert', { runId: 1001 });
    expectRefusal(asserted, 'exit_signal_recorded', 'by hubot', 'a person goes on by hand');
    expect(asserted.summary).toContain('a person goes on by hand');
  }));

test('a run that is not the owner may not signal unless it says so', () =>
  onStage(async ({ step, plant, log }) => {
    await plant(recordOf());
    const options = { runId: 1002, with: { 'target-run-id': '1001' } };
    const signal = await step('signal-exit', options);
    expectRefusal(signal, 'ownership_lost', 'run 1001', '"require-active-owner: false"', '"takeover-permission"');
    expect(await log()).toHaveLength(1);
  }));

describe('a run that is not the owner and says so', () => {
  const foreign = { 'require-active-owner': 'false' };

  test('means the owner, where it names nobody', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf({ token: 3 }));
      expectOk(await step('signal-exit', { runId: 1002, with: foreign }), 'exit_signal_recorded', false);
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      expect((await record())?.exitSignals).toMatchObject([{ runId: '1001', fencingToken: 3 }]);
    }));

  test.each([
    ['a run id', { 'target-run-id': '10001' }],
    ['a fencing token', { 'fencing-token': '2' }],
  ])('is refused with %s that is not the owner’s, before anybody is asked', (_name, named) =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf({ token: 3 }));
      const signal = await step('signal-exit', { runId: 1002, with: { ...foreign, ...named } });
      expectRefusal(signal, 'ownership_lost', 'owned by run 1001', '"target-run-id"');
      expect(asked()).toEqual([READ]);
      expect((await record())?.exitSignals).toEqual([]);
    }),
  );

  test('is refused to an actor who may not take over', () =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      repository.setCollaborator('hubot', 'write');
      await plant(recordOf());
      const settings = { ...foreign, 'takeover-permission': 'admin' };
      const signal = await step('signal-exit', { runId: 1002, actor: 'hubot', with: settings });
      expectRefusal(signal, 'takeover_forbidden', 'hubot', 'run 1001', '"takeover-permission"', '"takeover-actors"');
      expect(asked()).toEqual([READ, PERMISSION]);
      expect((await record())?.exitSignals).toEqual([]);
    }));

  test('finds nobody where the pull request was released', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      expectRefusal(await step('signal-exit', { runId: 1002, with: foreign }), 'ownership_lost', 'nobody owns it');
      expect(asked()).toEqual([READ]);
    }));
});

test('an earlier attempt may not signal the later one, a later one may signal what the earlier left', () =>
  onStage(async ({ step, plant, record }) => {
    await plant(recordOf({ owner: { attempt: 2 } }));
    expectRefusal(await step('signal-exit', { attempt: 1 }), 'ownership_lost', 'attempt 2');
    expectOk(await step('signal-exit', { attempt: 3 }), 'exit_signal_recorded', false);
    expect((await record())?.exitSignals).toMatchObject([{ runId: '1001', fencingToken: 1 }]);
  }));

test('a signal for another tenure than the current one is refused', () =>
  onStage(async ({ step, plant, log }) => {
    await plant(recordOf({ token: 3 }));
    expectRefusal(await step('signal-exit', { with: { 'fencing-token': '2' } }), 'ownership_lost');
    expect(await log()).toHaveLength(1);
  }));

test('without a record there is nobody to signal', () =>
  onStage(async ({ step, asked, log }) => {
    const settings = { 'require-active-owner': 'false' };
    expectRefusal(await step('signal-exit', { with: settings }), 'ownership_missing');
    expect(asked()).toEqual([READ]);
    expect(await log()).toEqual([]);
  }));

test('a reason is kept to 500 characters, and blank ones are none', () =>
  onStage(async ({ step, plant, record }) => {
    await plant(recordOf());
    await step('signal-exit', { with: { reason: `  ${'a'.repeat(499)}bcd` } });
    await step('signal-exit', { with: { reason: '   ' } });
    expect((await record())?.exitSignals.map(({ reason }) => reason)).toEqual([`${'a'.repeat(499)}b`, null]);
  }));
