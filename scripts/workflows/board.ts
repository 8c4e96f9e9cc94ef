import assert from 'node:assert/strict';
import type { Board } from '../../src/core/board/model.js';
import { artifactFile } from './artifacts.js';
import { inLine, ownerAtWork } from './line.js';
import { dispatched, EXAMPLES, scenario, type Scenario } from './scenario.js';
import type { Stage } from './stage.js';

/** The board, as a job that other jobs ask, and as a site. */

const NAME = 'runner-coord-board';
/** The job of board.yml that the example calls. */
const DONE = 'board/board';

async function kept(stage: Stage, runId: number, name = NAME): Promise<Board> {
  return JSON.parse(await artifactFile(stage.folder, runId, name, 'board.json')) as Board;
}

export const BOARD: readonly Scenario[] = [
  scenario(
    'board.yml shows who owns and who waits, and keeps the page and the data; nothing is stuck',
    async (stage) => {
      await ownerAtWork(stage);
      await inLine(stage, 1002, 1);
      const run = await stage.run({
        workflow: EXAMPLES.board,
        ...dispatched({ since: '1h' }),
        runId: 1003,
        token: 'looks',
      });
      assert.equal(run.job(DONE), 'success');
      assert.equal(run.job('stuck'), 'skipped');
      const summary = run.log.summary(DONE);
      for (const part of ['None of 1 pull request needs a look', 'run 1001', 'run 1002', '```mermaid'])
        assert.ok(summary.includes(part), `the summary lacks "${part}": ${summary}`);
      const board = await kept(stage, 1003);
      assert.deepEqual(
        board.rows.map((row) => [row.pr, row.owner?.runId, row.owner?.state, row.line.map(({ runId }) => runId)]),
        [[17, '1001', 'alive', ['1002']]],
      );
      assert.match(await artifactFile(stage.folder, 1003, NAME, 'board.html'), /^<!doctype html>[\s\S]*run 1002/);
    },
  ),
  scenario(
    'board.yml on a schedule: an owner whose run is lost needs a look, by mail and on the site',
    async (stage) => {
      const lost = await ownerAtWork(stage);
      lost.signal('SIGKILL');
      await lost.ended;
      const [run, site] = await Promise.all([
        stage.run({ workflow: EXAMPLES.board, event: 'schedule', payload: {}, runId: 1002 }),
        stage.run({ workflow: EXAMPLES.pages, event: 'schedule', payload: {}, runId: 1003 }),
      ]);
      assert.equal(run.job(DONE), 'success');
      assert.equal(run.job('stuck'), 'failure');
      const url = `${stage.github.serverUrl}/artifacts/1002`;
      // Not in the log: act may lose what a step prints that ends at once.
      assert.ok(run.log.summary('stuck').includes(`Owners and lines that need a look: 1. The board: ${url}`));
      assert.deepEqual((await kept(stage, 1002)).rows[0]?.troubles, ['owner_over']);
      assert.equal(site.job('publish'), 'success');
      assert.match(await artifactFile(stage.folder, 1003, 'github-pages', 'index.html'), /1 owner is over/);
      assert.equal((await kept(stage, 1003, 'github-pages')).counts.troubled, 1);
    },
  ),
];
