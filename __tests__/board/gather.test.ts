import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { plantBoard, type PlantedBoard } from '../../support/board-world.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { recordPath, STATE_BRANCH } from '../../support/world.js';
import { boardOf, contextFor, DAY_MS, memoryCache, NOW } from './reading.js';

/** A repository with a past, read in every way that there is. `gather.slow.ts` does it with a large one. */

const TOKEN = 'token-reader';
/** More than a page of its log is in the span, so that git is asked. */
const RECORDS = 120;

let github: LocalGitHub;
let repository: LocalRepository;
let planted: PlantedBoard;

beforeAll(async () => {
  github = await startLocalGitHub();
  repository = await github.createRepository('acme/widgets', { id: 7 });
  github.clock.freeze(NOW);
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'read' } as const;
  github.issueToken(TOKEN, { login: 'reader', permissions });
  planted = await plantBoard(repository, { now: NOW, records: RECORDS, commits: 1000 });
}, 60_000);

afterAll(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

function inGit(...args: readonly string[]): Promise<unknown> {
  return promisify(execFile)('git', ['--git-dir', repository.gitDir, ...args]);
}

/** How much was asked of whom for it. */
async function counted<T>(work: () => Promise<T>): Promise<{ value: T; api: string[]; git: number; ms: number }> {
  const before = github.requests.length;
  const started = performance.now();
  const value = await work();
  const operations = github.requests.slice(before).map(({ operation }) => operation);
  const isGit = (operation: string): boolean => operation.startsWith('git');
  return {
    value,
    api: operations.filter((operation) => !isGit(operation)),
    git: operations.filter(isGit).length,
    ms: performance.now() - started,
  };
}

const RUNS = 'GET /repos/{owner}/{repo}/actions/runs';
const ONE_RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const THREE_DAYS = { spanMs: 3 * DAY_MS };

test('by git: a handful of requests, and everybody who owns', async () => {
  const context = await contextFor(github, TOKEN);
  const { value: board, api, git } = await counted(() => boardOf(context));
  expect(api.filter((operation) => operation !== ONE_RUN).sort()).toEqual([RUNS, 'repository', 'repository']);
  expect(api.length).toBeLessThanOrEqual(10);
  expect(git).toBeLessThanOrEqual(4);
  expect(board.isComplete).toBe(true);
  const owners = board.rows.flatMap(({ owner, pr }) => (owner === null ? [] : [[pr, owner.runId]]));
  const planned = planted.owners.map(({ pr, runId }) => [pr, runId]);
  expect(new Set(owners.map(String))).toEqual(new Set(planned.map(String)));
  for (const { title, pr } of board.rows) expect(title).toBe(planted.titles.get(pr) ?? null);
  expect(board.counts.free).toBe(RECORDS - board.rows.length);
  expect(context.said.warnings).toEqual([]);
});

test('by the API alone, where no git can read it: the same board', async () => {
  const context = await contextFor(github, TOKEN);
  const byGit = await boardOf(context, null, THREE_DAYS);
  const { value, git } = await counted(() => boardOf({ ...context, token: 'not-for-git' }, null, THREE_DAYS));
  expect(git).toBeLessThanOrEqual(2);
  expect(JSON.stringify(value)).toBe(JSON.stringify(byGit));
});

test('titles that may not be read are asked for once, and missed once', async () => {
  const secret = await github.createRepository('acme/secret', { id: 8, private: true });
  github.issueToken('token-of-contents', { login: 'reader', permissions: { contents: 'read', actions: 'read' } });
  await plantBoard(secret, { now: NOW, records: 40, commits: 80 });
  const context = await contextFor(github, 'token-of-contents');
  const { value, api } = await counted(() => boardOf(context, null, { repo: 'acme/secret' }));
  expect(api.filter((operation) => operation === 'repository')).toHaveLength(2);
  expect(value.rows.map(({ title }) => title)).toEqual(value.rows.map(() => null));
  expect(context.said.warnings.filter((text) => text.startsWith('Titles'))).toHaveLength(1);
});

test('with what is kept: three requests, and byte by byte the same board', async () => {
  const cache = memoryCache();
  const context = await contextFor(github, TOKEN);
  const first = await boardOf(context, cache);
  expect(cache.heads).toEqual([planted.head]);
  const { value, api, git } = await counted(() => boardOf(context, cache));
  expect(api.sort()).toEqual([RUNS, 'repository', 'repository']);
  expect(git).toBe(0);
  expect(JSON.stringify(value)).toBe(JSON.stringify(first));
  // Nothing is new, so nothing is kept anew.
  expect(cache.heads).toEqual([planted.head]);
});

describe('what came since', () => {
  test('is all that is read, and is kept for the next time', async () => {
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    await boardOf(context, cache);
    const moved = await repository.writeFile(STATE_BRANCH, recordPath(17), JSON.stringify(recordOf({ owner: null })));
    const { value, api, git } = await counted(() => boardOf(context, cache));
    expect(api.sort()).toEqual([RUNS, 'repository', 'repository']);
    expect(git).toBe(0);
    expect(cache.heads).toEqual([planted.head, moved]);
    expect(JSON.stringify(value)).toBe(JSON.stringify(await boardOf(context)));
    await inGit('update-ref', `refs/heads/${STATE_BRANCH}`, planted.head);
    // The kept head is no ancestor any more.
    const before = await boardOf(context, cache);
    expect(before.heads).toEqual([{ branch: STATE_BRANCH, commit: planted.head }]);
    expect(JSON.stringify(before)).toBe(JSON.stringify(await boardOf(context)));
  });

  test.each<[string, (text: string) => string]>([
    ['broken', (text) => text.slice(0, 5000)],
    ['of another version', (text) => text.replace('"version":2', '"version":3')],
    ['of another repository', (text) => text.replace('"repoId":7', '"repoId":8')],
    ['of another branch', (text) => text.replace(`"${STATE_BRANCH}"`, '"another"')],
    ['of a shorter span', (text) => text.replace(/"since":"[^"]*"/, `"since":"${NOW.toISOString()}"`)],
    ['without a record', (text) => text.replace(/"texts":\{.*\},"verdicts"/s, '"texts":{},"verdicts"')],
  ])('what is kept is not used where it is %s', async (_, spoil) => {
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    const first = await boardOf(context, cache, THREE_DAYS);
    const spoilt = memoryCache(spoil(cache.text ?? ''));
    expect(spoilt.text).not.toBe(cache.text);
    expect(JSON.stringify(await boardOf(context, spoilt, THREE_DAYS))).toBe(JSON.stringify(first));
  });
});
