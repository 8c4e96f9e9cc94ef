import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ, trailersOf } from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

const unnamed = { evict: 'true', reason: 'the runner is lost' };
const evict = { ...unnamed, 'target-run-id': '1001' };

test('the owner releases in two requests; the record and its token stay', () =>
  onStage(async ({ step, plant, asked, record, repository }) => {
    await plant(recordOf({ token: 3 }));
    const release = await step('release');
    expectOk(release, 'released', false);
    expect(release.outputs).toMatchObject({ 'owner-run-id': '', 'fencing-token': '', 'previous-run-id': '1001' });
    expect(asked()).toEqual([READ, COMMIT]);
    const stored = await record();
    expect(stored).toMatchObject({
      fencingToken: 3,
      activeRun: null,
      previousRun: { runId: '1001', replacedByRunId: null },
    });
    expect(stored?.history.map(({ type }) => type)).toEqual(['claim', 'release']);
    expect(await trailersOf(repository, STATE_BRANCH)).toMatchObject({
      'Coord-Event': 'release',
      'Coord-Fencing-Token': '3',
    });
  }));

test.each([
  ['that never had an owner', null],
  ['that was released', recordOf({ owner: null })],
])('releasing a pull request %s is no error and writes nothing', (_name, planted) =>
  onStage(async ({ step, plant, asked, log }) => {
    if (planted !== null) await plant(planted);
    const before = await log();
    expectOk(await step('release'), 'release_noop', false);
    expect(asked()).toEqual([READ]);
    expect(await log()).toEqual(before);
  }),
);

test.each([
  ['of another run', { runId: 1002 }],
  ['of a later attempt', { runId: 1001, attempt: 1 }],
  ['with another fencing token', { runId: 1001, attempt: 2, with: { 'fencing-token': '2' } }],
])('a tenure %s cannot be released', (_name, options) =>
  onStage(async ({ step, plant, log }) => {
    await plant(recordOf({ owner: { attempt: 2 }, token: 3 }));
    expectRefusal(await step('release', options), 'ownership_lost', 'run 1001');
    expect(await log()).toHaveLength(1);
  }),
);

test('a later attempt releases what an earlier one left behind', () =>
  onStage(async ({ step, plant, record }) => {
    await plant(recordOf({ token: 3 }));
    expectOk(await step('release', { attempt: 2 }), 'released', false);
    expect(await record()).toMatchObject({ activeRun: null, previousRun: { runId: '1001' }, fencingToken: 3 });
  }));

test('the refusal of a release names the eviction as the way to end the tenure of another run', () =>
  onStage(async ({ step, plant }) => {
    await plant(recordOf());
    const release = await step('release', { runId: 1002 });
    expectRefusal(release, 'ownership_lost', '"evict: true"', '"fencing-token" or "target-run-id"');
  }));

describe('eviction', () => {
  test('has to say which tenure is meant', () =>
    onStage(async ({ step, plant, asked, log }) => {
      await plant(recordOf());
      const release = await step('release', { runId: 1002, with: unnamed });
      expectRefusal(release, 'takeover_forbidden', 'run 1001', '"fencing-token" or "target-run-id"');
      expect(asked()).toEqual([READ]);
      expect(await log()).toHaveLength(1);
    }));

  test.each([
    ['a fencing token', { 'fencing-token': '2' }],
    ['a run id', { 'target-run-id': '990' }],
    ['the right token and the wrong run id', { 'fencing-token': '3', 'target-run-id': '990' }],
    ['the right run id and the wrong token', { 'fencing-token': '2', 'target-run-id': '1001' }],
  ])('with %s that is not the owner’s ends nothing', (_name, named) =>
    onStage(async ({ step, plant, asked, log }) => {
      await plant(recordOf({ token: 3 }));
      const release = await step('release', { runId: 1002, with: { ...unnamed, ...named } });
      expectRefusal(release, 'ownership_lost', 'run 1001');
      expect(asked()).toEqual([READ]);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('takes the fencing token of the tenure as its name as well', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(recordOf({ token: 3 }));
      const release = await step('release', { runId: 1002, with: { ...unnamed, 'fencing-token': '3' } });
      expectOk(release, 'released', false);
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('ends the tenure of another run, with who did it and why', () =>
    onStage(async ({ step, plant, asked, record, log }) => {
      await plant(recordOf({ token: 3 }));
      const release = await step('release', { runId: 1002, with: evict });
      expectOk(release, 'released', false);
      expect(release.outputs['previous-run-id']).toBe('1001');
      expect(asked()).toEqual([READ, PERMISSION, COMMIT]);
      expect(await record()).toMatchObject({
        fencingToken: 3,
        activeRun: null,
        previousRun: { runId: '1001', replacedByRunId: null },
      });
      expect((await record())?.history.at(-1)).toMatchObject({
        type: 'evict',
        runId: '1002',
        previousRunId: '1001',
        reason: 'the runner is lost',
        actor: 'octocat',
      });
      expect((await log())[0]?.message).toMatch(/^evict .*\n[^]*the runner is lost/);
      expect(release.summary).toContain('the runner is lost');
    }));

  test('is refused to an actor who may not take over', () =>
    onStage(async ({ step, plant, asked, repository, log }) => {
      repository.setCollaborator('hubot', 'read');
      await plant(recordOf());
      const release = await step('release', { runId: 1002, actor: 'hubot', with: evict });
      expectRefusal(release, 'takeover_forbidden', 'hubot', 'run 1001');
      expect(asked()).toEqual([READ, PERMISSION]);
      expect(await log()).toHaveLength(1);
    }));

  test('needs no permission on a closed pull request', () =>
    onStage(async ({ step, plant, asked, repository, record }) => {
      repository.setCollaborator('hubot', 'read');
      await plant(recordOf());
      await repository.closePullRequest(17);
      expectOk(await step('release', { runId: 1002, actor: 'hubot', with: evict }), 'released', false);
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('of a free pull request is nothing to do', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      expectOk(await step('release', { runId: 1002, with: evict }), 'release_noop', false);
      expect(asked()).toEqual([READ]);
    }));
});

test('the owner releases on a closed pull request', () =>
  onStage(async ({ step, plant, repository }) => {
    await plant(recordOf());
    await repository.closePullRequest(17, 'merged');
    expectOk(await step('release'), 'released', false);
  }));
