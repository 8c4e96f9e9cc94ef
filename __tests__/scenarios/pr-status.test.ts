import { describe, expect, test } from '@jest/globals';
import {
  badGateway,
  badGatewayAfterApplying,
  isMutation,
  isRest,
  neverAnswers,
  type CommitStatus,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { afterLooks, placeOf, recordWithLine } from '../support/line.js';
import {
  CANCEL,
  COMMIT,
  CONTENTS_TOKEN,
  expectOk,
  expectRefusal,
  FIRST_CLAIM,
  LIVENESS,
  onFastStage,
  onStage,
  PERMISSION,
  READ,
  type Stage,
  STATUS,
  TWENTY_TIMES_FASTER,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';

/** `pr-status: true`: the head of the pull request shows who owns it. */

const shown = { 'pr-status': 'true' };
const releasing = { ...shown, 'release-on-exit': 'true' };
const token = 'token-statuses';
const free = recordOf({ owner: null });

/** A stage with a token that may set statuses, and what the head of the pull request shows. */
function onShowingStage(play: (stage: ShowingStage) => Promise<void>, on = onStage): Promise<void> {
  return on(async (stage) => {
    const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'write', statuses: 'write' } as const;
    stage.github.issueToken(token, { login: 'octocat', permissions });
    const statuses = async (): Promise<readonly CommitStatus[]> =>
      stage.repository.statuses((await stage.repository.pullRequest(17)).headRefOid);
    await play({
      ...stage,
      statuses,
      step: (command, options) => stage.step(command, { token, ...options, with: { ...shown, ...options?.with } }),
    });
  });
}

interface ShowingStage extends Stage {
  readonly statuses: () => Promise<readonly CommitStatus[]>;
}

const pending = (runId: string): unknown =>
  expect.objectContaining({
    ...{ context: 'runner-coord', state: 'pending', creator: 'octocat' },
    description: expect.stringMatching(new RegExp(`^(?:Owned|Held) by run ${runId} since .* UTC`)),
  });
const success = (how: string): unknown =>
  expect.objectContaining({ context: 'runner-coord', state: 'success', description: expect.stringMatching(how) });

describe('one request more, after the answer, by whatever moves the ownership', () => {
  test('a claim: pending, with a link to the run', () =>
    onShowingStage(async ({ step, plant, asked, statuses, github }) => {
      await plant(free);
      const claim = await step('claim');
      expectOk(claim, 'claimed_new', true);
      expect(claim.annotations).toEqual([]);
      expect(asked()).toEqual([READ, COMMIT, STATUS]);
      expect(await statuses()).toEqual([pending('1001')]);
      expect((await statuses())[0]).toMatchObject({
        description: expect.stringMatching(/\(agent, by octocat\)$/),
        targetUrl: `${github.serverUrl}/acme/widgets/actions/runs/1001/attempts/1`,
      });
    }));

  test('a first claim, a renewal on another head, and a release: success', () =>
    onShowingStage(async ({ step, asked, statuses, repository }) => {
      await step('claim');
      expect(asked()).toEqual([...FIRST_CLAIM, STATUS]);
      await repository.pushToPullRequest(17);
      expect(await statuses()).toEqual([]);
      expectOk(await step('claim'), 'refreshed', true);
      expect(asked()).toEqual([READ, COMMIT, STATUS]);
      expectOk(await step('release'), 'released', false);
      expect(asked()).toEqual([READ, COMMIT, STATUS]);
      expect(await statuses()).toEqual([pending('1001'), success('released by run 1001$')]);
    }));

  test('a takeover that cancels, at the same time', () =>
    onShowingStage(async ({ step, plant, asked, statuses, github }) => {
      const record = JSON.stringify(recordOf()).replaceAll('https://github.test', github.serverUrl);
      await plant(JSON.parse(record));
      const takeover = await step('takeover', { runId: 1002, with: { 'cancel-superseded': 'true' } });
      expectOk(takeover, 'taken_over', true);
      const [read, permission, commit, ...courtesies] = asked();
      expect([read, permission, commit]).toEqual([READ, PERMISSION, COMMIT]);
      expect(courtesies.sort()).toEqual([LIVENESS, CANCEL, STATUS].sort());
      expect(await statuses()).toEqual([pending('1002')]);
    }));

  test('a hand-over by a release: pending, of the next owner', () =>
    onShowingStage(async ({ step, plant, asked, statuses }) => {
      await plant(recordWithLine([placeOf(1002)]));
      expectOk(await step('release'), 'released', false);
      expect(asked()).toEqual([READ, LIVENESS, COMMIT, STATUS]);
      expect(await statuses()).toEqual([pending('1002')]);
    }));

  test('a refused claim that finds the owner dead, and hands over to who waits', () =>
    onShowingStage(async ({ step, plant, repository, statuses }) => {
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      await plant(recordWithLine([placeOf(1002)]));
      expectRefusal(await step('claim', { runId: 1003 }), 'active_run_exists');
      expect(await statuses()).toEqual([pending('1002')]);
    }));

  test('an eviction from a closed pull request', () =>
    onShowingStage(async ({ step, plant, repository, statuses }) => {
      await plant(recordOf());
      await repository.closePullRequest(17, 'merged');
      const settings = { evict: 'true', 'fencing-token': '1' };
      expectOk(await step('release', { runId: 1002, with: settings }), 'released', false);
      expect(await statuses()).toEqual([success('run 1001 was evicted by octocat$')]);
    }));

  test('a claim whose write GitHub applied and answered by an error', () =>
    onShowingStage(async ({ step, plant, github, asked, statuses }) => {
      await plant(free);
      github.faults.next(isMutation(COMMIT), badGatewayAfterApplying());
      expectOk(await step('claim', { env: WITHOUT_JITTER }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT, READ, STATUS]);
      expect(await statuses()).toEqual([pending('1001')]);
    }));

  test('a scope has a status of its own', () =>
    onShowingStage(async ({ step, statuses }) => {
      await step('claim', { with: { scope: 'preview' } });
      await step('claim', { runId: 1002 });
      const contexts = (await statuses()).map(({ context, state }) => [context, state]);
      expect(contexts).toEqual([
        ['runner-coord/preview', 'pending'],
        ['runner-coord', 'pending'],
      ]);
    }));

  test('a hold ends on a day that is told', () =>
    onShowingStage(async ({ step, statuses }) => {
      await step('takeover', { with: { detached: 'true', 'run-id': 'person:octocat', 'expires-after': '2h' } });
      expect(await statuses()).toEqual([pending('person:octocat')]);
      expect((await statuses())[0]?.description).toMatch(/^Held by .*, until \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    }));

  test('the head of a fork’s pull request shows it, in the repository of the pull request', () =>
    onShowingStage(async ({ step, repository, asked }) => {
      const { headRefOid } = await repository.openPullRequest({ number: 18, fork: 'mona/widgets' });
      await step('claim', { with: { pr: '18' } });
      expect(asked()).toEqual([...FIRST_CLAIM, STATUS]);
      expect(repository.statuses(headRefOid)).toEqual([pending('1001')]);
    }));

  test('under the new name of a repository that was renamed meanwhile', () =>
    onShowingStage(async ({ step, repository, statuses }) => {
      const claim = await step('claim', { with: releasing });
      repository.rename('acme/gizmos');
      await claim.post({ env: WITHOUT_JITTER });
      expect(await statuses()).toEqual([pending('1001'), success('released by run 1001$')]);
    }));
});

describe('the post step', () => {
  test('reads where the head is by now, releases, and shows it', () =>
    onShowingStage(async ({ step, plant, asked, statuses, repository, record }) => {
      await plant(free);
      const claim = await step('claim', { with: releasing });
      await repository.pushToPullRequest(17);
      asked();
      const post = await claim.post();
      expect(post.annotations).toEqual([]);
      expect(asked()).toEqual([READ, COMMIT, STATUS]);
      expect((await record())?.activeRun).toBeNull();
      expect(await statuses()).toEqual([success('released by run 1001$')]);
    }));

  test('shows whom it handed over to', () =>
    onShowingStage(async ({ step, plant, record, statuses }) => {
      await plant(recordOf({ owner: null, token: 0, history: [] }));
      const claim = await step('claim', { with: releasing });
      await plant({ ...(await record()), queue: [placeOf(1002)] });
      await claim.post();
      expect(await statuses()).toEqual([pending('1001'), pending('1002')]);
    }));

  test('of a step that was served in line, and shows itself whoever has handed over', () =>
    onShowingStage(async (stage) => {
      await stage.plant(recordOf());
      afterLooks(stage, 1, () => stage.step('release', { with: { 'pr-status': 'false' } }));
      const settings = { ...releasing, 'wait-timeout': '30m', timeout: '20m' };
      const claim = await stage.step('claim', { runId: 1002, env: TWENTY_TIMES_FASTER, with: settings });
      expectOk(claim, 'claimed_new', true);
      expect(await stage.statuses()).toEqual([pending('1002')]);
      await claim.post({ env: {} });
      expect(await stage.statuses()).toEqual([pending('1002'), success('released by run 1002$')]);
    }, onFastStage));

  test('shows nothing where the tenure was lost', () =>
    onShowingStage(async ({ step, asked, statuses }) => {
      const claim = await step('claim', { with: releasing });
      await step('takeover', { runId: 1002 });
      asked();
      expect(warningsOf(await claim.post())).toEqual([expect.stringContaining('lost')]);
      expect(asked()).toEqual([READ]);
      expect(await statuses()).toEqual([pending('1001'), pending('1002')]);
    }));

  test('without the input asks no more than ever', () =>
    onShowingStage(async ({ step, asked, statuses }) => {
      const claim = await step('claim', { with: { ...releasing, 'pr-status': 'false' } });
      asked();
      await claim.post();
      expect(asked()).toEqual([COMMIT]);
      expect(await statuses()).toEqual([]);
    }));
});

describe('no request where nothing was moved', () => {
  test.each<[string, Record<string, unknown>, [string, Record<string, string>, string[]][]]>([
    [
      'by the owner',
      recordOf(),
      [
        ['assert', {}, [READ]],
        ['assert', { strict: 'true' }, [READ, COMMIT]],
        ['ensure', {}, [READ]],
        ['status', {}, [READ]],
        ['check', {}, [READ]],
        ['signal-exit', {}, [READ, COMMIT]],
      ],
    ],
    ['where nobody owns', free, [['release', {}, [READ]]]],
    ['by another', recordOf({ owner: { runId: '990' } }), [['claim', { supersede: 'never' }, [READ]]]],
  ])('%s', (_name, planted, commands) =>
    onShowingStage(async ({ step, plant, asked, statuses }) => {
      await plant(planted);
      for (const [command, settings, costs] of commands) {
        await step(command, { with: settings });
        expect([command, asked()]).toEqual([command, costs]);
      }
      expect(await statuses()).toEqual([]);
    }),
  );

  test('a claim that GitHub does not let write', () =>
    onShowingStage(async ({ step, plant, asked }) => {
      await plant(free);
      expectRefusal(await step('claim', { token: 'token-reader' }), 'permission_denied');
      expect(asked()).toEqual([READ, COMMIT]);
    }));
});

describe('whatever goes wrong with it is a warning', () => {
  const told = /^The pull request does not show who owns it now: /;
  const claims = async (
    stage: ShowingStage,
    settings: Readonly<Record<string, string>> = {},
    by = token,
  ): Promise<string[]> => {
    await stage.plant(free);
    const claim = await stage.step('claim', { token: by, with: { ...releasing, ...settings } });
    expectOk(claim, 'claimed_new', true);
    expect(stage.asked()).toEqual([READ, COMMIT, STATUS]);
    const post = await claim.post();
    expect(post.stdout).toContain('released acme/widgets#17');
    expect(warningsOf(post)).toHaveLength(1);
    expect((await stage.record())?.activeRun).toBeNull();
    return warningsOf(claim);
  };

  test('no permission, which it names', () =>
    onShowingStage(async (stage) => {
      expect(await claims(stage, {}, CONTENTS_TOKEN)).toEqual([
        expect.stringMatching(/"Resource not accessible by integration" .*"permissions: \{ statuses: write \}"/),
      ]);
    }));

  test('502', () =>
    onShowingStage(async (stage) => {
      stage.github.faults.always(isRest(STATUS), badGateway());
      const [warning = '', ...more] = await claims(stage);
      expect(more).toEqual([]);
      expect(warning).toMatch(told);
      expect(warning).toMatch(/502 .*while setting the commit status "runner-coord"\.$/);
    }));

  test('no answer, within the time of the step', () =>
    onShowingStage(async (stage) => {
      stage.github.faults.always(isRest(STATUS), neverAnswers());
      const began = performance.now();
      expect(await claims(stage, { timeout: '1s' })).toEqual([expect.stringMatching(told)]);
      expect(performance.now() - began).toBeLessThan(4000);
    }));
});
