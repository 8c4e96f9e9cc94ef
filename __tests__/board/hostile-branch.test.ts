import { execFile } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { markdownBoard, pageBoard, terminalBoard } from '../../src/board/draw/index.js';
import type { Board } from '../../src/core/board/model.js';
import { systemClock } from '../../src/time/clock.js';
import { Deadline } from '../../src/time/deadline.js';
import { gitEnvironment } from '../../support/local-github/git/process.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, markerOf, recordPath, STATE_BRANCH } from '../../support/world.js';
import { boardOf, CLOCK, contextFor, DAY_MS, memoryCache, NOW } from './reading.js';

/** Whoever may write to the repository can put anything on the state branch: that hides nobody else’s owner. */

const TOKEN = 'token-reader';
const HOUR_MS = 3_600_000;

let github: LocalGitHub;
let repository: LocalRepository;

beforeEach(async () => {
  github = await startLocalGitHub();
  repository = await github.createRepository('acme/widgets', { id: 7 });
  github.clock.freeze(NOW);
  const permissions = { contents: 'read', actions: 'read', 'pull-requests': 'read' } as const;
  github.issueToken(TOKEN, { login: 'reader', permissions });
  await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf());
  await repository.writeFile(STATE_BRANCH, recordPath(17), JSON.stringify(recordOf()));
});

afterEach(async () => {
  expect(github.violations).toEqual([]);
  await github.close();
});

const inGit = async (...args: readonly string[]): Promise<string> => {
  const index = `${repository.gitDir}/index-of-a-test`;
  const date = `@${String(NOW.getTime() / 1000 - 60)} +0000`;
  const name = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@x', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@x' };
  const env = { ...gitEnvironment(), ...name, GIT_INDEX_FILE: index, GIT_COMMITTER_DATE: date };
  const { stdout } = await promisify(execFile)('git', ['--git-dir', repository.gitDir, ...args], { env });
  return stdout.trim();
};

/** A commit that somebody made by hand, with the files of the one before and these. */
async function commit(message: string, ...files: readonly string[]): Promise<void> {
  await inGit('read-tree', STATE_BRANCH);
  if (files.length > 0) await inGit('update-index', ...files.flatMap((file) => ['--add', '--cacheinfo', file]));
  const made = await inGit('commit-tree', await inGit('write-tree'), '-p', STATE_BRANCH, '-m', message);
  await inGit('update-ref', `refs/heads/${STATE_BRANCH}`, made);
}

function eventText(type: string, runId: string, more = ''): string {
  const trailers = `Coord-Event: ${type}\nCoord-Pull-Request: 17\nCoord-Run-Id: ${runId}\nCoord-Fencing-Token: 3`;
  return `claim\n\n${trailers}\n${more}`;
}

/** Every picture of it can be drawn, too. */
function drawn(board: Board): Board {
  pageBoard(board);
  markdownBoard(board);
  terminalBoard(board, 100);
  return board;
}

test.each(['constructor', '__proto__'])('a tenure that ended by a cause called %s', async (cause) => {
  await commit(eventText('claim', '1'));
  await commit(eventText('claim', '2', `Coord-Cause: ${cause}`));
  const board = drawn(await boardOf(await contextFor(github, TOKEN)));
  expect(board.counts.reasons).toEqual([{ text: cause, count: 1 }]);
});

test('a record of a pull request whose number GitHub could not have given', async () => {
  await repository.writeFile(STATE_BRANCH, recordPath(3_000_000_000), 'x');
  const { rows } = drawn(await boardOf(await contextFor(github, TOKEN)));
  expect(rows.map(({ pr, troubles }) => [pr, troubles])).toEqual([
    [3_000_000_000, ['unreadable']],
    [17, []],
  ]);
});

test('a submodule and a folder where records are', async () => {
  await commit('x', `160000,${'1'.repeat(40)},pulls/0/18.json`);
  await repository.writeFile(STATE_BRANCH, 'pulls/0/19.json/file', 'x');
  const { rows } = await boardOf(await contextFor(github, TOKEN));
  expect(rows.map(({ pr, owner }) => [pr, owner?.runId])).toEqual([
    [18, undefined],
    [19, undefined],
    [17, '1001'],
  ]);
});

test('records that are together more than an answer may be', async () => {
  const numbers = Array.from({ length: 20 }, (_, index) => 100 + index);
  for (const pr of numbers) {
    await repository.writeFile(STATE_BRANCH, recordPath(pr), `${String(pr)}${'x'.repeat(500_000)}`);
  }
  const byGit = await boardOf(await contextFor(github, TOKEN));
  const byApi = await boardOf(await contextFor(github, TOKEN, { token: 'not-for-git' }));
  expect(byGit.rows).toHaveLength(21);
  expect(JSON.stringify(byApi)).toBe(JSON.stringify(byGit));
});

test('titles are of those who own, however many records are free', async () => {
  const free = JSON.stringify({
    ...recordOf({ owner: null }),
    target: { repo: 'acme/widgets', repoId: 7, pr: 1, scope: null },
  });
  await repository.writeFile(STATE_BRANCH, 'one', free);
  const blob = await inGit('rev-parse', `${STATE_BRANCH}:one`);
  // Whatever is in them, these come first.
  await commit('x', ...Array.from({ length: 210 }, (_, index) => `100644,${blob},pulls/0/${String(100 + index)}.json`));
  const owned = { ...recordOf(), target: { repo: 'acme/widgets', repoId: 7, pr: 900, scope: null } };
  await repository.writeFile(STATE_BRANCH, recordPath(900), JSON.stringify(owned));
  await repository.openPullRequest({ number: 900, title: 'The newest', head: 'work' });
  const { rows } = await boardOf(await contextFor(github, TOKEN));
  expect(rows.find(({ pr }) => pr === 900)?.title).toBe('The newest');
});

test.each(['0000-00-00T00:00:00Z', '2000-99-99T99:99:99Z'])('what is kept from %s is not used', async (since) => {
  const cache = memoryCache();
  const context = await contextFor(github, TOKEN);
  await boardOf(context, cache);
  await commit(eventText('refresh', '1001'));
  cache.text = (cache.text ?? '').replace(/"since":"[^"]*"/, `"since":"${since}"`);
  expect((await boardOf(context, cache)).rows).toHaveLength(1);
});

test.each(['2099-01-01T00:00:00.000Z', 'rubbish'])(
  'that a run is over, as it was kept at %s, is asked anew',
  async (at) => {
    repository.addRun({ id: 1001, name: 'agent', status: 'completed', conclusion: 'failure', runAttempt: 1 });
    const cache = memoryCache();
    const context = await contextFor(github, TOKEN);
    expect((await boardOf(context, cache)).rows).toMatchObject([{ owner: { state: 'over' } }]);
    repository.updateRun(1001, { status: 'queued', runAttempt: 2 });
    cache.text = (cache.text ?? '').replace(/"at":"[^"]*"/, `"at":"${at}"`);
    expect((await boardOf(context, cache)).rows).toMatchObject([{ owner: { state: 'alive' } }]);
  },
);

test('the span goes by GitHub’s clock, also where that of this machine is days ahead', async () => {
  await commit(eventText('claim', '1'));
  const clock = { ...CLOCK, now: () => new Date(NOW.getTime() + 3 * DAY_MS).toISOString() };
  const board = await boardOf(await contextFor(github, TOKEN, { clock }), null, { spanMs: HOUR_MS });
  expect(board.tenures.map(({ runId }) => runId)).toContain('1');
});

test('a git that hangs leaves the API time enough', async () => {
  for (let count = 0; count < 101; count += 1) await repository.writeFile(STATE_BRANCH, 'x', String(count));
  const server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const deadline = new Deadline(systemClock, 4000);
  const context = await contextFor(github, TOKEN, { serverUrl: `http://127.0.0.1:${String(port)}`, deadline });
  expect((await boardOf(context)).rows).toHaveLength(1);
  server.close();
});
