import { describe, expect, test } from '@jest/globals';
import { badGateway, isRest, neverAnswers } from '../../support/local-github/index.js';
import { holderOf, recordOf, type PlantedRecord } from '../../support/records.js';
import {
  addRun,
  CANCEL,
  COMMIT,
  CONTENTS_TOKEN,
  expectOk,
  expectRefusal,
  LIVENESS,
  onStage,
  PERMISSION,
  READ,
  type Stage,
  warningsOf,
} from '../support/scenario.js';

/** What run 1001 of the stage's own server holds. */
function ownedOn({ github }: Stage, planted: PlantedRecord = {}): Record<string, unknown> {
  return recordOf({ ...planted, owner: { holder: holderOn(github.serverUrl), ...planted.owner } });
}

function holderOn(serverUrl: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const url = `${serverUrl}/acme/widgets/actions/runs/1001/attempts/1`;
  return { ...holderOf(1001), url, ...changes };
}

const cancelling = { 'cancel-superseded': 'true', 'takeover-permission': 'none' };

test('a takeover asks GitHub to cancel the run that it replaced', () =>
  onStage(async (stage) => {
    const { step, plant, asked, repository } = stage;
    await plant(ownedOn(stage));
    const takeover = await step('takeover', { runId: 1002, with: { 'cancel-superseded': 'true' } });
    expectOk(takeover, 'taken_over', true);
    expect(warningsOf(takeover)).toEqual([]);
    expect(takeover.stdout).toMatch(/cancel run 1001/);
    expect(asked()).toEqual([READ, PERMISSION, COMMIT, LIVENESS, CANCEL]);
    expect(repository.run(1001)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
  }));

test('without the input nobody is cancelled', () =>
  onStage(async (stage) => {
    const { step, plant, repository } = stage;
    await plant(ownedOn(stage));
    await step('takeover', { runId: 1002 });
    expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
  }));

test('a claim that supersedes a signalled owner cancels it as well', () =>
  onStage(async (stage) => {
    const { step, plant, asked, repository } = stage;
    await plant(ownedOn(stage, { signals: [{ runId: '1001', fencingToken: 1 }] }));
    expectOk(await step('claim', { runId: 1002, with: cancelling }), 'taken_over', true);
    expect(asked()).toEqual([READ, COMMIT, LIVENESS, CANCEL]);
    expect(repository.run(1001)).toMatchObject({ conclusion: 'cancelled' });
  }));

describe('the takeover stands, whatever GitHub answers', () => {
  test.each([
    ['any permission for actions', CONTENTS_TOKEN, [LIVENESS]],
    ['actions: write', 'token-actions-reader', [LIVENESS, CANCEL]],
  ])('a token without %s, which is said with the line to add', (_name, token, more) =>
    onStage(async (stage) => {
      const { step, plant, asked, record, github } = stage;
      const permissions = { contents: 'write', 'pull-requests': 'write', actions: 'read' } as const;
      github.issueToken('token-actions-reader', { login: 'octocat', permissions });
      await plant(ownedOn(stage));
      const takeover = await step('takeover', { runId: 1002, token, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled.*permissions:.*actions: write/)]);
      expect(asked()).toEqual([READ, COMMIT, ...more]);
      expect((await record())?.activeRun?.runId).toBe('1002');
    }),
  );

  test('a run that is over already is no reason to warn', () =>
    onStage(async (stage) => {
      const { step, plant, repository, asked } = stage;
      await plant(ownedOn(stage));
      repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
      const claim = await step('claim', { runId: 1002, with: cancelling });
      expectOk(claim, 'taken_over', true);
      expect(warningsOf(claim)).toEqual([]);
      expect(asked().slice(0, 3)).toEqual([READ, LIVENESS, COMMIT]);
    }));

  test('a run that is gone', () =>
    onStage(async ({ step, plant, github, asked }) => {
      const holder = holderOn(github.serverUrl, { workflowRunId: 4711 });
      await plant(recordOf({ owner: { holder } }));
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled.*4711/)]);
      expect(asked()).toEqual([READ, COMMIT, LIVENESS]);
    }));

  test('502', () =>
    onStage(async (stage) => {
      const { step, plant, github } = stage;
      await plant(ownedOn(stage));
      github.faults.always(isRest(CANCEL), badGateway());
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled.*502/)]);
    }));

  test('no answer at all, within the timeout of the step', () =>
    onStage(async (stage) => {
      const { step, plant, github } = stage;
      await plant(ownedOn(stage));
      github.faults.always(isRest(CANCEL), neverAnswers());
      const takeover = await step('takeover', { runId: 1002, with: { ...cancelling, timeout: '2s' } });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toHaveLength(1);
      expect(takeover.milliseconds).toBeLessThan(4000);
    }));
});

describe('only a run of this server, repository and workflow is cancelled', () => {
  const strangers: [string, (serverUrl: string) => Record<string, unknown> | null, string[]][] = [
    ['a run of another repository', (url) => holderOn(url, { repo: 'acme/gadgets', repoId: 8 }), []],
    ['a run of a repository of that name with another id', (url) => holderOn(url, { repoId: 8 }), []],
    ['a run of another server', () => holderOf(1001), []],
    ['a run without an address', (url) => holderOn(url, { url: null }), []],
    ['something that is no workflow run', (url) => holderOn(url, { workflowRunId: null, url: null }), []],
    ['nobody knows what', () => null, []],
    ['a run of another workflow than the recorded one', (url) => holderOn(url, { workflow: 'deploy' }), [LIVENESS]],
    ['a run whose workflow is not recorded', (url) => holderOn(url, { workflow: null }), [LIVENESS]],
  ];

  test.each(strangers)('not %s', (_name, holder, more) =>
    onStage(async ({ step, plant, asked, repository, github }) => {
      await plant(recordOf({ owner: { holder: holder(github.serverUrl) } }));
      const takeover = await step('takeover', { runId: 1002, with: cancelling });
      expectOk(takeover, 'taken_over', true);
      expect(warningsOf(takeover)).toEqual([expect.stringMatching(/not cancelled/)]);
      expect(asked()).toEqual([READ, COMMIT, ...more]);
      expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
    }),
  );

  test('but one that is recorded by its file, because its workflow has no name', () =>
    onStage(async ({ step, plant, asked, repository, github }) => {
      const path = '.github/workflows/agent.yml';
      repository.updateRun(1001, { path: `${path}@refs/heads/main` });
      await plant(recordOf({ owner: { holder: holderOn(github.serverUrl, { workflow: path }) } }));
      expectOk(await step('takeover', { runId: 1002, with: cancelling }), 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT, LIVENESS, CANCEL]);
      expect(repository.run(1001)).toMatchObject({ conclusion: 'cancelled' });
    }));

  test('nor this very run, another job of which was replaced', () =>
    onStage(async (stage) => {
      const { step, plant, asked, repository } = stage;
      await plant(ownedOn(stage, { owner: { runId: 'shard-1' } }));
      const settings = { ...cancelling, 'run-id': 'shard-2' };
      expectOk(await step('takeover', { runId: 1001, with: settings }), 'taken_over', true);
      expect(asked()).toEqual([READ, COMMIT]);
      expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
    }));
});

test('nobody is cancelled where nobody was replaced', () =>
  onStage(async (stage) => {
    const { step, plant, asked, repository } = stage;
    await plant(recordOf({ owner: null }));
    expectOk(await step('takeover', { runId: 1002, with: cancelling }), 'claimed_new', true);
    await step('release', { runId: 1002 });
    asked();
    await plant(ownedOn(stage));
    addRun(repository, 1004);
    expectRefusal(await step('claim', { runId: 1004, with: cancelling }), 'active_run_exists');
    expect(asked()).toEqual([READ, LIVENESS]);
    expect(repository.run(1001)).toMatchObject({ status: 'in_progress' });
  }));
