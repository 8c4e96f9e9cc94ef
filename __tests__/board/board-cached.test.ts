import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startLocalCache, type LocalCache } from '../../support/local-cache/index.js';
import { recordOf } from '../../support/records.js';
import { expectOk, onProcessStage, type Stage } from '../support/scenario.js';

/** The board with the cache of Actions, as the real package speaks to it: slower or faster, and never another board. */

let cache: LocalCache;
let folder: string;
beforeEach(async () => {
  cache = await startLocalCache();
  folder = await mkdtemp(join(tmpdir(), 'board-cached-'));
});
afterEach(async () => {
  await cache.close();
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly board: string;
  /** What was asked of the cache for it. */
  readonly asked: readonly string[];
  readonly stdout: string;
}

/** One board by a job of its own, whose folder for temporary files is called as in every other. */
async function board(stage: Stage, token?: string): Promise<Seen> {
  const before = cache.requests.length;
  // The package takes a server by another name for one that has the first version of the service.
  const server = {
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: join(folder, 'temp'),
  };
  const step = await stage.step('board', {
    runId: 1003,
    with: { 'board-dir': join(folder, 'board') },
    env: { ...server, ...cache.environment(token) },
  });
  expectOk(step, 'board', false);
  const text = await readFile(join(folder, 'board', 'board.json'), 'utf8');
  return {
    board: text.replace(/"(?:now|since)": "[^"]*"|"ageMs": \d+/g, ''),
    asked: cache.requests.slice(before).map(({ operation }) => operation),
    stdout: step.stdout,
  };
}

const READING = ['GetCacheEntryDownloadURL', 'download'];
const WRITING = ['CreateCacheEntry', 'upload', 'FinalizeCacheEntryUpload'];

async function onBoardStage(play: (stage: Stage) => Promise<void>): Promise<void> {
  return onProcessStage(async (stage) => {
    stage.github.clock.freeze(new Date());
    await stage.plant(recordOf());
    await play(stage);
  });
}

test('what is read is kept under the head of the branch, and read from there the next time', () =>
  onBoardStage(async (stage) => {
    const first = await board(stage);
    expect(first.asked).toEqual([READING[0], ...WRITING]);
    const [entry] = cache.entries();
    expect(entry?.key).toMatch(
      new RegExp(`^runner-coord-board-2-[0-9a-f]{16}-${(await stage.repository.head('runner-coord-state')) ?? ''}$`),
    );
    const again = await board(stage);
    expect(again.asked).toEqual(READING);
    expect(again.board).toBe(first.board);
    await stage.plant(recordOf({ owner: null }));
    const after = await board(stage);
    expect(after.asked).toEqual([...READING, ...WRITING]);
    expect(after.board).not.toBe(first.board);
  }));

describe('whatever is wrong with the cache, the board is the same and the step is green', () => {
  test('it may only be read', () =>
    onBoardStage(async (stage) => {
      cache.issueToken('reader', { scope: 'refs/heads/main', mode: 'read' });
      const first = await board(stage, 'reader');
      expect(first.asked).toEqual([READING[0], WRITING[0]]);
      expect((await board(stage, 'reader')).board).toBe(first.board);
    }));

  test('it may not even be read', () =>
    onBoardStage(async (stage) => {
      cache.issueToken('nobody', { scope: 'refs/heads/main', mode: 'none' });
      const first = await board(stage, 'nobody');
      expect((await board(stage)).board).toBe(first.board);
    }));

  test('what it gives is no archive', () =>
    onBoardStage(async (stage) => {
      const first = await board(stage);
      cache.plant('download', { kind: 'garbage' });
      expect((await board(stage)).board).toBe(first.board);
    }));
});
