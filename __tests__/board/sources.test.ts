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

function board({ github }: Stage, env: Readonly<Record<string, string | undefined>> = {}): Promise<StepResult> {
  const where = { GITHUB_WORKSPACE: folder, RUNNER_TEMP: join(folder, 'temp') };
  const inputs = { command: 'board', 'board-dir': 'shown' };
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

test('no repository is named anywhere', () =>
  onStage(async (stage) => {
    expectRefusal(await board(stage, { GITHUB_REPOSITORY: undefined }), 'target_unresolved', '"repo"');
  }));

test('GitHub gives no board', () =>
  onStage(async (stage) => {
    stage.github.faults.always(isOperation('RunnerCoordBoard'), badGateway());
    expectRefusal(await board(stage, WITHOUT_JITTER), 'api_error', '502');
  }));
