import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { expectOk, expectRefusal, onStage, type Stage } from '../support/scenario.js';

/** A repository that is renamed or transferred under its owners: case O7 and its neighbours. */

const gizmos = {
  repository: 'acme/gizmos',
  event: { name: 'pull_request', payload: { pull_request: { number: 17 } } },
};

const renamed = (play: (stage: Stage) => Promise<void>): Promise<void> =>
  onStage(async (stage) => {
    await stage.plant(recordOf({ token: 7 }));
    stage.repository.rename('acme/gizmos');
    await play(stage);
  });

describe('O7: token 7 is owned by R1001 under acme/widgets, which becomes acme/gizmos', () => {
  test('another run is refused there while the owner is alive, and goes on at 8 once it is over', () =>
    renamed(async ({ step, repository, record }) => {
      expectRefusal(await step('claim', { ...gizmos, runId: 1002 }), 'active_run_exists', 'run 1001');
      repository.updateRun(1001, { status: 'completed' });
      const claim = await step('claim', { ...gizmos, runId: 1002 });
      expectOk(claim, 'taken_over', true);
      expect(claim.outputs).toMatchObject({ 'fencing-token': '8', repo: 'acme/gizmos' });
      expect((await record())?.target).toEqual({ repo: 'acme/gizmos', repoId: 7, pr: 17, scope: null });
    }));

  test.each(['claim', 'takeover', 'assert', 'ensure', 'signal-exit', 'check', 'status'])(
    '%s by the old name fails and says the new one',
    (command) =>
      renamed(async ({ step, log }) => {
        const before = await log();
        expectRefusal(await step(command), 'target_moved', 'acme/widgets', 'acme/gizmos');
        expect(await log()).toEqual(before);
      }),
  );

  test('release by the old name goes on, because the repository is the same', () =>
    renamed(async ({ step, record }) => {
      expectOk(await step('release', { repositoryId: 7 }), 'released', false);
      expect(await record()).toMatchObject({ target: { repo: 'acme/gizmos' }, activeRun: null, fencingToken: 7 });
    }));

  test('release by the old name ends nothing where the id is another', () =>
    renamed(async ({ step, record }) => {
      expectRefusal(await step('release', { repositoryId: 8 }), 'target_moved', 'acme/gizmos');
      expect((await record())?.activeRun).not.toBeNull();
    }));

  test('the post step of a claim from before goes on too', () =>
    onStage(async ({ step, repository, record }) => {
      const claim = await step('claim', { with: { 'release-on-exit': 'true' } });
      repository.rename('acme/gizmos');
      await claim.post();
      expect((await record())?.activeRun).toBeNull();
    }));

  test('the owner asserts by the new name, in the same tenure', () =>
    renamed(async ({ step }) => {
      const settings = { ...gizmos, with: { 'fencing-token': '7' } };
      expectOk(await step('assert', settings), 'owner_confirmed', true);
    }));

  test('a transfer is a rename', () =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf({ token: 7 }));
      repository.rename('other-org/widgets');
      expectRefusal(await step('assert'), 'target_moved', 'other-org/widgets');
    }));
});

describe('a repository that was made under the old name is another one', () => {
  test('and its claims begin at 1, on a state branch of its own', () =>
    renamed(async ({ github, step }) => {
      const fresh = await github.createRepository('acme/widgets', { id: 99 });
      await fresh.openPullRequest({ number: 17 });
      github.issueToken('token-fresh', {
        login: 'octocat',
        permissions: { contents: 'write', 'pull-requests': 'write' },
      });
      const claim = await step('claim', { runId: 1002, token: 'token-fresh', repositoryId: 99 });
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs['fencing-token']).toBe('1');
    }));

  test('a record that names the repository by its id alone is found again', () =>
    onStage(async ({ step, plant }) => {
      const record = recordOf({ token: 3 });
      await plant({ ...record, target: { repo: 'acme/once-was', repoId: 7, pr: 17, scope: null } });
      expectOk(await step('assert'), 'owner_confirmed', true);
    }));

  test.each([
    ['another id', { repo: 'acme/widgets', repoId: 8, pr: 17, scope: null }],
    ['another name and no id', { repo: 'acme/once-was', pr: 17 }],
    ['another number', { repo: 'acme/widgets', repoId: 7, pr: 18, scope: null }],
    ['a scope', { repo: 'acme/widgets', repoId: 7, pr: 17, scope: 'preview' }],
  ])('a record with %s is not ours', (_, target) =>
    onStage(async ({ step, plant }) => {
      await plant({ ...recordOf(), target });
      expectRefusal(await step('claim'), 'state_corrupt');
      expectRefusal(await step('assert'), 'state_corrupt');
    }),
  );
});
