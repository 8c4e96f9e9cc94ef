import { describe, expect, test } from '@jest/globals';
import {
  answers,
  isQuery,
  isRefCreation,
  refCreatedAnswersGarbage,
  refCreatedAnswersUpdateFailed,
  refCreationAnswersNothing,
  refCreationFails,
  refCreationNamesAnother,
  spuriousStaleData,
  partialRead,
  isMutation,
  isRest,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { markerOf, MARKER_PATH, RECORD_PATH, STATE_BRANCH } from '../../support/world.js';
import { afterLooks, LOOK } from '../support/line.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  FIRST_CLAIM,
  ONE_REF,
  onFastStage,
  onStage,
  READ,
  TWENTY_TIMES_FASTER,
  WITHOUT_JITTER,
} from '../support/scenario.js';

/** The branch itself: cases O8, O22, T4 and T5 and their neighbours. */

describe('O8: an answer to the creation of the branch that says nothing', () => {
  test.each([
    ['200 {}, nothing applied', refCreationAnswersNothing()],
    ['201 that names another commit, nothing applied', refCreationNamesAnother()],
    ['applied, and answered by garbage', refCreatedAnswersGarbage()],
    ['applied, and answered 422 "Reference update failed"', refCreatedAnswersUpdateFailed()],
  ])('%s: is settled by reading', (_, fault) =>
    onStage(async ({ github, step, record, log }) => {
      github.faults.next(isRefCreation(), fault);
      expectOk(await step('claim', { env: WITHOUT_JITTER }), 'claimed_new', true);
      expect((await record())?.history.filter(({ type }) => type === 'claim')).toHaveLength(1);
      expect((await record())?.fencingToken).toBe(1);
      expect((await log()).length).toBe(1);
    }),
  );

  test('applied, answered 422 and not to be seen yet: refused at once, and ended by the post step', () =>
    onStage(async ({ github, step, record }) => {
      github.faults.next(isRefCreation(), refCreatedAnswersUpdateFailed());
      github.faults.next(
        isRest(/^GET \/repos\/[^/]+\/[^/]+\/git\/ref\//),
        answers({ status: 404, body: { message: 'Not Found' } }),
      );
      const claim = await step('claim');
      expectRefusal(claim, 'permission_denied', 'Reference update failed', 'is not known');
      expect((await record())?.activeRun?.runId).toBe('1001');
      await claim.post();
      expect((await record())?.activeRun).toBeNull();
    }));

  test('and never owned while it stays so', () =>
    onStage(async ({ github, step, repository }) => {
      github.faults.always(isRefCreation(), refCreationAnswersNothing());
      const claim = await step('claim', { env: WITHOUT_JITTER });
      expectRefusal(claim, 'api_error');
      expect(await repository.head(STATE_BRANCH)).toBeNull();
    }));
});

describe('O22: the branch is deleted under a waiter', () => {
  test.each(['claim', 'ensure'])('a waiting %s notices at its next look, long before its time is up', (command) =>
    onFastStage(async (stage) => {
      const { github, repository, step, plant, asked } = stage;
      await plant(recordOf());
      asked();
      afterLooks(stage, 2, () => repository.deleteBranch(STATE_BRANCH));
      const settings = { 'wait-timeout': '30m', timeout: '20m', supersede: 'never' };
      const ended = await step(command, { runId: 1002, with: settings, env: TWENTY_TIMES_FASTER });
      expectRefusal(ended, 'state_corrupt', STATE_BRANCH, 'token 1', 'deleted');
      // Half an hour would be 90 seconds on this machine.
      expect(ended.milliseconds).toBeLessThan(30_000);
      const looks = github.requests.filter(isRest(LOOK));
      expect(looks.map(({ status }) => status)).toEqual([200, 304, 404]);
      const others = asked().filter((operation) => operation !== LOOK && operation !== ONE_REF);
      expect([...new Set(others.slice(2))]).toEqual([READ]);
    }),
  );
});

describe('T4: a branch of that name that is not ours', () => {
  test('the head of another pull request is refused, and nothing is written', () =>
    onStage(async ({ step, repository }) => {
      await repository.openPullRequest({ number: 18, head: 'topic-18' });
      const before = await repository.log('topic-18');
      for (const command of ['claim', 'takeover', 'ensure', 'assert', 'release', 'signal-exit', 'check', 'status']) {
        expectRefusal(
          await step(command, { with: { 'state-branch': 'topic-18' } }),
          'state_branch_foreign',
          'topic-18',
        );
      }
      expect(await repository.log('topic-18')).toEqual(before);
    }));

  test.each([
    ['code', { 'index.html': '<html>' }],
    [
      'a copy from another repository',
      { [MARKER_PATH]: markerOf({ repoId: 8 }), [RECORD_PATH]: JSON.stringify(recordOf()) },
    ],
    ['a branch that was made by another name', { [MARKER_PATH]: markerOf({ stateBranch: 'Production' }) }],
  ])('with %s', (_, files) =>
    onStage(async ({ step, repository }) => {
      for (const [path, text] of Object.entries(files)) await repository.writeFile('production', path, text);
      const before = await repository.log('production');
      const settings = { with: { 'state-branch': 'production' } };
      expectRefusal(await step('claim', settings), 'state_branch_foreign', 'production');
      expectRefusal(await step('assert', settings), 'state_branch_foreign', 'production');
      expect(await repository.log('production')).toEqual(before);
    }),
  );

  test.each([
    ['no marker beside records', null, 'state_corrupt'],
    ['a marker that is no JSON', '{', 'state_corrupt'],
    ['a marker without a floor', JSON.stringify({ layout: 1, repoId: 7, stateBranch: STATE_BRANCH }), 'state_corrupt'],
    ['a marker of a later layout', markerOf({ layout: 2 }), 'state_unsupported'],
  ])('%s is no beginning', (_, marker, error) =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf());
      if (marker === null) await repository.removeFile(STATE_BRANCH, MARKER_PATH);
      else await repository.writeFile(STATE_BRANCH, MARKER_PATH, marker);
      const head = await repository.head(STATE_BRANCH);
      for (const pr of ['17', '18']) {
        if (pr === '18') await repository.openPullRequest({ number: 18 });
        expectRefusal(await step('claim', { runId: 1002, with: { pr } }), error);
      }
      expect(await repository.head(STATE_BRANCH)).toBe(head);
    }),
  );
});

describe('T5: a name that clashes', () => {
  test('with runner-coord-state/x is named at once', () =>
    onStage(async ({ step, repository, asked }) => {
      const main = (await repository.head('main')) ?? '';
      await repository.createBranch(`${STATE_BRANCH}/x`, main);
      asked();
      expectRefusal(await step('claim'), 'invalid_input', `${STATE_BRANCH}/x`);
      expect(asked()).toHaveLength(FIRST_CLAIM.length + 2);
    }));

  test('with a branch that is a folder of the wanted one', () =>
    onStage(async ({ step, repository }) => {
      await repository.createBranch('state', (await repository.head('main')) ?? '');
      expectRefusal(await step('claim', { with: { 'state-branch': 'state/runs' } }), 'invalid_input', '"state"');
    }));

  test('a ruleset on creation is named where nothing clashes', () =>
    onStage(async ({ step, repository }) => {
      repository.protectBranch(STATE_BRANCH, 'Creations are restricted', { onlyCreation: true });
      expectRefusal(await step('claim'), 'permission_denied', 'ruleset');
    }));

  test('422 although nothing forbids it is not taken for a race for ever', () =>
    onStage(async ({ github, step }) => {
      github.faults.next(isRefCreation(), refCreationFails());
      expectRefusal(await step('claim'), 'permission_denied', 'Reference update failed');
    }));
});

describe('what GitHub shows', () => {
  test('no branch at all, the default one included, is no proof that there is no record', () =>
    onStage(async ({ github, step, plant, asked }) => {
      await plant(recordOf());
      asked();
      github.faults.next(isQuery('repository'), partialRead());
      expectRefusal(
        await step('claim', { runId: 1002, env: WITHOUT_JITTER, with: { supersede: 'never' } }),
        'active_run_exists',
      );
      expect(asked()).toEqual([READ, READ]);
    }));

  test('a head that keeps being refused is tried again', () =>
    onStage(async ({ github, step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      asked();
      github.faults.next(isMutation('createCommitOnBranch'), spuriousStaleData(), 2);
      expectOk(await step('claim', { env: WITHOUT_JITTER }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT, READ, READ, COMMIT, READ, READ, COMMIT]);
    }));

  test('an absent record counts as the floor of the branch', () =>
    onStage(async ({ step, repository }) => {
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 41 }));
      const claim = await step('claim');
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs['fencing-token']).toBe('42');
    }));

  test('and one that is below it goes on above it', () =>
    onStage(async ({ step, plant, repository }) => {
      await plant(recordOf({ owner: null, token: 3 }));
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 41 }));
      expect((await step('claim')).outputs['fencing-token']).toBe('42');
    }));
});

test('O22: and the post step of that waiter does not make the branch anew', () =>
  onFastStage(async ({ github, repository, step, plant }) => {
    await plant(recordOf());
    const waiting = step('claim', { runId: 1002, with: { 'wait-timeout': '30m' }, env: TWENTY_TIMES_FASTER });
    while (!github.requests.some(({ path }) => /\/contents\//.test(path))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await repository.deleteBranch(STATE_BRANCH);
    const ended = await waiting;
    expectRefusal(ended, 'state_corrupt', STATE_BRANCH);
    const post = await ended.post({ env: TWENTY_TIMES_FASTER });
    expect(post.stdout).toMatch(/^::warning.*Not released: .*is not there any more/m);
    expect(await repository.head(STATE_BRANCH)).toBeNull();
  }));
