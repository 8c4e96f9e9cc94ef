import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { gather } from '../../src/board/gather.js';
import type { Board } from '../../src/core/board/model.js';
import { stateBranchesOf } from '../../src/core/state-branch.js';
import { plantBoard, type PlantedBoard } from '../../support/board-world.js';
import { commit, importStream } from '../../support/board/fast-import.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, markerOf, recordPath, STATE_BRANCH } from '../../support/world.js';
import { migrate } from './migrated.js';
import { boardOf, contextFor, DAY_MS, memoryCache, NOW, WANTED } from './reading.js';

/** A repository whose one state branch became sixteen, read in every way that there is. */

const TOKEN = 'token-reader';
const PATTERN = 'coord-{shard}';
const NAMES = stateBranchesOf(PATTERN).map(({ name }) => name);
const SHARDED = { stateBranch: PATTERN, spanMs: 3 * DAY_MS };
/** More than the pages of the first question. */
const LONG = { ...SHARDED, spanMs: 30 * DAY_MS };

let github: LocalGitHub;
let repository: LocalRepository;
let planted: PlantedBoard;
/** Of the one branch, before. */
let before: Board;
let heads: readonly string[];

beforeAll(async () => {
  github = await startLocalGitHub();
  repository = await github.createRepository('acme/widgets', { id: 7 });
  github.clock.freeze(NOW);
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'read' } as const;
  github.issueToken(TOKEN, { login: 'reader', permissions });
  planted = await plantBoard(repository, { now: NOW, records: 40, commits: 360 });
  before = await boardOf(await contextFor(github, TOKEN), null, { spanMs: LONG.spanMs });
  await migrate(repository, planted, PATTERN, NOW);
  heads = await Promise.all(NAMES.map(async (name) => (await repository.head(name)) ?? ''));
}, 60_000);

/** Whatever a test did to the branches. */
beforeEach(async () => {
  for (const [index, name] of NAMES.entries()) {
    if ((await repository.head(name)) !== heads[index]) await point(name, heads[index] ?? '');
  }
});

afterAll(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

async function point(branch: string, to: string | null): Promise<void> {
  const change = to === null ? ['-d', `refs/heads/${branch}`] : [`refs/heads/${branch}`, to];
  await promisify(execFile)('git', ['--git-dir', repository.gitDir, 'update-ref', ...change]);
}

/** Renewals, of a pull request of that branch. */
async function busy(branch: string, pr: number, count: number): Promise<void> {
  const trailers = `Coord-Event: refresh\nCoord-Pull-Request: ${String(pr)}\nCoord-Run-Id: 1\nCoord-Fencing-Token: 90`;
  const head = await repository.head(branch);
  const parts = Array.from({ length: count }, (_, index) =>
    commit(branch, NOW, `renewal ${String(index)}\n\n${trailers}\n`, index === 0 ? head : null),
  );
  await importStream(repository.gitDir, parts);
}

/** Everything but where it was read. */
function shown(board: Board): unknown {
  return { ...board, stateBranch: null, heads: null };
}

async function counted(work: () => Promise<Board>): Promise<{ board: Board; api: number; git: number }> {
  const from = github.requests.length;
  const board = await work();
  const operations = github.requests.slice(from).map(({ operation }) => operation);
  const singles = operations.filter((operation) => operation.endsWith('{run_id}')).length;
  const git = operations.filter((operation) => operation.startsWith('git')).length;
  return { board, api: operations.length - git - singles, git };
}

test('by git: the same board as of the one branch, from two fetches', async () => {
  const context = await contextFor(github, TOKEN);
  const { board, api, git } = await counted(() => boardOf(context, null, LONG));
  expect(shown(board)).toEqual(shown(before));
  expect(board.heads).toEqual(NAMES.map((branch, index) => ({ branch, commit: heads[index] })));
  expect([api, git]).toEqual([3, 4]);
});

test('by the API alone: what the shards share is read once, and the rest of all of them together', async () => {
  await busy('coord-01', 17, 120);
  await busy('coord-02', 18, 60);
  const context = await contextFor(github, TOKEN);
  const { board, api } = await counted(() => boardOf({ ...context, token: 'not-for-git' }, null, LONG));
  // 360 commits that are shared, by 50 and then by 100 a page; two rounds of these go by for those two branches as well.

  expect(api).toBeLessThanOrEqual(3 + 7);
  expect(JSON.stringify(board)).toBe(JSON.stringify(await boardOf(context, null, LONG)));
  expect(board.isComplete).toBe(true);
});

describe('with what is kept', () => {
  test('three requests, and byte by byte the same board; each commit is kept once', async () => {
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    const first = await boardOf(context, cache, LONG);
    const again = await counted(() => boardOf(context, cache, LONG));
    expect([again.api, again.git]).toEqual([3, 0]);
    expect(JSON.stringify(again.board)).toBe(JSON.stringify(first));
    expect(cache.heads).toHaveLength(1);
    expect(cache.text?.match(/"commit":/g)).toHaveLength(360 + 16);
  });

  test('only what is new is read, of the shards that have it', async () => {
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    await boardOf(context, cache, SHARDED);
    await busy('coord-01', 17, 3);
    await busy('coord-02', 18, 40);
    const { board, api, git } = await counted(() => boardOf(context, cache, SHARDED));
    expect([api, git]).toEqual([3, 0]);
    expect(cache.heads).toHaveLength(2);
    expect(JSON.stringify(board)).toBe(JSON.stringify(await boardOf(context, null, SHARDED)));
  });

  test('a shard that was set back, one that is gone and one that is new', async () => {
    await point('coord-03', null);
    await busy('coord-04', 20, 2);
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    await boardOf(context, cache, SHARDED);
    await point('coord-03', heads[3] ?? '');
    await point('coord-04', heads[4] ?? '');
    await point('coord-05', null);
    const board = await boardOf(context, cache, SHARDED);
    expect(board.heads.map(({ branch }) => branch)).toEqual(NAMES.filter((name) => name !== 'coord-05'));
    expect(JSON.stringify(board)).toBe(JSON.stringify(await boardOf(context, null, SHARDED)));
  });
});

describe('what is not where it belongs', () => {
  const failureOf = async (stateBranch: string): Promise<{ code: string; text: string }> => {
    const answer = await gather(await contextFor(github, TOKEN), { ...WANTED, stateBranch }, null);
    if (answer.ok) throw new Error('There is a board.');
    return { code: answer.failure.code, text: `${answer.failure.problem}. ${answer.failure.advice}` };
  };

  test('the branch that has moved has no board, and says where the records are', async () => {
    const { code, text } = await failureOf(STATE_BRANCH);
    expect(code).toBe('state_branch_foreign');
    expect(text).toContain(`have moved to "${PATTERN}"`);
  });

  test('under a name of which there is no branch the records are elsewhere', async () => {
    const { code, text } = await failureOf('other-{shard}');
    expect(code).toBe('state_branch_foreign');
    expect(text).toContain(`keeps its records under "${PATTERN}"`);
  });

  test('a copy of another shard', async () => {
    await point('coord-06', heads[7] ?? '');
    const { code, text } = await failureOf(PATTERN);
    expect(code).toBe('state_branch_foreign');
    expect(text).toContain('"coord-06" is no state branch of this repository: it was made as shard 07');
  });

  test('while shards are missing the board has those that are there, and a warning', async () => {
    for (const name of NAMES.slice(2)) await point(name, null);
    const context = await contextFor(github, TOKEN);
    const board = await boardOf(context, null, SHARDED);
    expect(board.heads.map(({ branch }) => branch)).toEqual(NAMES.slice(0, 2));
    expect(context.said.warnings).toEqual([expect.stringContaining('"coord-02" is not there yet')]);
  });

  test('a record in another shard than its own is none', async () => {
    await repository.writeFile('coord-08', recordPath(17), JSON.stringify(recordOf({ owner: { runId: 'nobody' } })));
    const board = await boardOf(await contextFor(github, TOKEN), null, SHARDED);
    expect(JSON.stringify(board)).not.toContain('nobody');
  });
});

test('shards that were made one by one, and most never', async () => {
  const fresh = await github.createRepository('acme/fresh', { id: 8 });
  for (const pr of [17, 18, 35]) {
    const shard = String(pr % 16).padStart(2, '0');
    await fresh.writeFile(`coord-${shard}`, MARKER_PATH, markerOf({ repoId: 8, stateBranch: PATTERN, shard }));
    const record = { ...recordOf({ pr }), target: { repo: 'acme/fresh', repoId: 8, pr, scope: null } };
    await fresh.writeFile(`coord-${shard}`, recordPath(pr), JSON.stringify(record));
  }
  const context = await contextFor(github, TOKEN);
  const board = await boardOf(context, null, { ...SHARDED, repo: 'acme/fresh' });
  expect(board.rows.map(({ pr }) => pr).sort()).toEqual([17, 18, 35]);
  expect(board.heads.map(({ branch }) => branch)).toEqual(['coord-01', 'coord-02', 'coord-03']);
  expect(context.said.warnings).toEqual([]);
  expect((await boardOf(context, null, { repo: 'acme/fresh', stateBranch: 'none' })).rows).toEqual([]);
  const plain = await gather(context, { ...WANTED, repo: 'acme/fresh', stateBranch: 'coord' }, null);
  expect(plain).toMatchObject({
    ok: false,
    failure: {
      code: 'state_branch_foreign',
      problem:
        'The input "state-branch" is "coord", but this repository keeps its records under "coord-{shard}" (branch "coord-01")',
    },
  });
});
