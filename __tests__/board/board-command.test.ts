import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Board } from '../../src/core/board/model.js';
import { recordOf } from '../../support/records.js';
import { runHere } from '../command-line/here.js';
import { inJob } from '../command-line/stage.js';
import { onStage, type Stage } from '../support/scenario.js';

/** `runner-coord board`: in a later step, on a laptop, and from the sources. */

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-command-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('in a later step it knows the repository, and writes beside what the step left', () =>
  inJob(async ({ job, plant }) => {
    await plant(recordOf());
    await job.uses({ with: { command: 'status' } });
    const { status, stdout, stderr } = await job.run(['runner-coord', 'board', '--json']);
    expect(status).toBe(0);
    const board = JSON.parse(stdout) as Board;
    expect(board.rows).toMatchObject([{ pr: 17, owner: { runId: '1001' } }]);
    expect(stderr).toMatch(/#17/);
    const [, page = ''] = /The page is (.*board\.html)\./.exec(stderr) ?? [];
    expect(await readFile(page, 'utf8')).toContain('1001');
  }));

/** A machine without any variable of a runner but the addresses. */
function onMachine({ github }: Stage, words: readonly string[], token = 'token-octocat'): ReturnType<typeof runHere> {
  const { serverUrl, apiUrl, graphqlUrl } = github;
  const addresses = { GITHUB_SERVER_URL: serverUrl, GITHUB_API_URL: apiUrl, GITHUB_GRAPHQL_URL: graphqlUrl };
  const all = { PATH: process.env['PATH'] ?? '', TMPDIR: folder, GH_TOKEN: token, ...addresses };
  return runHere(['board', '--board-dir', folder, ...words], all);
}

describe('anywhere else', () => {
  test('the repository has to be named, and the board is the same', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      const { status, stdout, stderr } = await onMachine(stage, ['--repo', 'acme/widgets', '--since', '2h', '--json']);
      expect(status).toBe(0);
      const board = JSON.parse(stdout) as Board;
      expect(Date.parse(board.now) - Date.parse(board.since)).toBe(2 * 3_600_000);
      expect(JSON.parse(await readFile(join(folder, 'board.json'), 'utf8'))).toEqual(board);
      expect(stderr).toContain(join(folder, 'board.html'));
    }));

  test.each<[string, readonly string[], number, RegExp]>([
    ['the repository is not there', ['--repo', 'acme/nothing'], 77, /acme\/nothing/],
    ['the span is none', ['--repo', 'acme/widgets', '--since', 'ever'], 64, /--since/],
    ['there is a word too many', ['17'], 64, /"17" is not an option/],
  ])('%s', (_, words, expected, said) =>
    onStage(async (stage) => {
      const { status, stdout, stderr } = await onMachine(stage, words);
      expect([status, stdout]).toEqual([expected, '']);
      expect(stderr).toMatch(said);
    }),
  );

  test('without a token nothing is asked', () =>
    onStage(async (stage) => {
      const { status, stderr } = await onMachine(stage, ['--repo', 'acme/widgets'], '');
      expect(status).toBe(64);
      expect(stderr).toMatch(/no token/);
      expect(stage.asked()).toEqual([]);
    }));
});
