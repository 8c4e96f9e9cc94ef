import assert from 'node:assert/strict';
import type { Board } from '../../src/core/board/model.js';
import { artifactFile } from './artifacts.js';
import { dispatched, EXAMPLES, opened, scenario, type Scenario } from './scenario.js';

/** Many pull requests, each with its record on the branch of its shard. */

export const SHARDS: readonly Scenario[] = [
  scenario('many-pull-requests.yml: each pull request on its shard, and one board of all', async (stage) => {
    await stage.repository.openPullRequest({ number: 18 });
    const runs = [
      await stage.run({ workflow: EXAMPLES.many, ...(await opened(stage)), runId: 1001 }),
      await stage.run({ workflow: EXAMPLES.many, ...(await opened(stage, 18)), runId: 1002 }),
    ];
    for (const [index, run] of runs.entries()) {
      assert.equal(run.job('agent'), 'success');
      assert.equal(run.log.outputs('agent', 'claim')['state-branch'], `runner-coord-state-0${String(index + 1)}`);
    }
    assert.equal(await stage.repository.head('runner-coord-state'), null);
    const board = await stage.run({
      workflow: EXAMPLES.many,
      ...dispatched({ since: '1h' }),
      runId: 1003,
      token: 'looks',
    });
    assert.equal(board.job('board/board'), 'success');
    const shown = JSON.parse(await artifactFile(stage.folder, 1003, 'runner-coord-board', 'board.json')) as Board;
    assert.deepEqual(shown.tenures.map(({ pr, runId }) => [pr, runId]).sort(), [
      [17, '1001'],
      [18, '1002'],
    ]);
  }),
];
