import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Board } from '../../src/core/board/model.js';
import { runStepInProcess } from '../../support/in-process.js';
import { startLocalCache, type LocalCache } from '../../support/local-cache/index.js';
import { badGateway, isOperation } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { expectOk, expectRefusal, onStage, type Stage, WITHOUT_JITTER } from '../support/scenario.js';

/** The board as a step, once more from the sources: one way through each part. */

let cache: LocalCache;
let folder: string;
beforeEach(async () => {
  cache = await startLocalCache();
  folder = await mkdtemp(join(tmpdir(), 'board-sources-'));
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

function board(
  { github }: Stage,
  env: Readonly<Record<string, string | undefined>> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  const where = { GITHUB_WORKSPACE: folder, RUNNER_TEMP: join(folder, 'temp') };
  const inputs = { command: 'board', 'board-dir': 'shown', ...more };
  return runStepInProcess(github, { runId: 1003, with: inputs, env: { ...where, ...env } });
}

const shown = async (): Promise<Board> =>
  JSON.parse(await readFile(join(folder, 'shown', 'board.json'), 'utf8')) as Board;

test('a board, kept, read from what is kept, and without any cache', () =>
  onStage(async (stage) => {
    await stage.plant(recordOf());
    const cached = { GITHUB_SERVER_URL: 'https://github.com', ...cache.environment() };
    expectOk(await board(stage, cached), 'board', false);
    expect(cache.entries()).toHaveLength(1);
    expectOk(await board(stage, cached), 'board', false);
    expect(cache.requests.map(({ operation }) => operation)).toContain('download');
    cache.plant('GetCacheEntryDownloadURL', { kind: 'status', status: 404 });
    expectOk(await board(stage, cached), 'board', false);
    const step = await board(stage);
    expectOk(step, 'board', false);
    expect(step.outputs['board-dir']).toBe(join(folder, 'shown'));
    expect(await readFile(join(folder, 'shown', 'board.html'), 'utf8')).toContain('1001');
    expect((await shown()).rows).toMatchObject([{ pr: 17, owner: { runId: '1001' } }]);
  }));

test('three pull requests in three shards, a takeover and somebody who waited', () =>
  onStage(async (stage) => {
    const { github, repository } = stage;
    for (const number of [18, 19]) await repository.openPullRequest({ number });
    const sharded = { 'state-branch': 'coord-{shard}' };
    const step = (runId: number, pr: number, more: Readonly<Record<string, string>>): Promise<StepResult> =>
      runStepInProcess(github, { runId, with: { ...sharded, pr: String(pr), ...more } });
    for (const pr of [17, 18, 19]) expectOk(await step(1001, pr, { command: 'claim' }), 'claimed_new', true);
    expectOk(await step(1002, 18, { command: 'takeover', reason: 'It hangs' }), 'taken_over', true);
    const waited = await step(1002, 19, { command: 'claim', 'wait-timeout': '1s' });
    expect(waited.outputs['owned']).toBe('false');
    const cached = { GITHUB_SERVER_URL: 'https://github.com', ...cache.environment() };
    const made = await board(stage, cached, sharded);
    expectOk(made, 'board', false);
    expect(made.outputs['state-commit']).toBe('');
    const first = await shown();
    expect(first.heads.map(({ branch }) => branch)).toEqual(['coord-01', 'coord-02', 'coord-03']);
    const owners = first.rows.map(({ pr, owner }) => [pr, owner?.runId] as const);
    expect(new Map(owners)).toEqual(
      new Map([
        [17, '1001'],
        [18, '1002'],
        [19, '1001'],
      ]),
    );
    expect(first.counts).toMatchObject({ takeovers: 1, reasons: [{ text: 'It hangs', count: 1 }] });
    expect(first.waits).toMatchObject([{ pr: 19, runId: '1002', end: 'left' }]);
    expectOk(await board(stage, cached, sharded), 'board', false);
    expect(cache.requests.map(({ operation }) => operation)).toContain('download');
    expect((await shown()).tenures).toEqual(first.tenures);
  }));

test('no repository is named anywhere', () =>
  onStage(async (stage) => {
    expectRefusal(await board(stage, { GITHUB_REPOSITORY: undefined }), 'target_unresolved', '"repo"');
  }));

test('GitHub gives no board', () =>
  onStage(async (stage) => {
    stage.github.faults.always(isOperation('RunnerCoordBoard'), badGateway());
    expectRefusal(await board(stage, WITHOUT_JITTER), 'api_error', '502');
  }));
