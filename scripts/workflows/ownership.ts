import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { withPauseBefore } from './rerun.js';
import { EXAMPLES, labeled, opened, scenario, type Scenario } from './scenario.js';
import { recordPath } from './stage.js';

/** Jobs that hold a pull request while they work. */

export const OWNERSHIP: readonly Scenario[] = [
  scenario('a job that fails: its post step releases', async (stage) => {
    await stage.fail(1001);
    const run = await stage.run({ workflow: EXAMPLES.publish, ...(await labeled(stage, 'fix')), runId: 1001 });
    assert.equal(run.job('fix'), 'failure');
    assert.equal(run.step('fix', 'Your work'), 'failure');
    assert.equal(run.step('fix', 'Publish'), 'skipped');
    assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
    const record = await stage.record();
    assert.equal(record.activeRun, null);
    assert.equal(record.history[1]?.outcome, 'failure');
  }),
  scenario('a matrix with an owner each: the jobs take turns', async (stage) => {
    const run = await stage.run({ workflow: EXAMPLES.matrix, ...(await opened(stage)), runId: 1001 });
    assert.equal(run.job('agent'), 'success');
    assert.deepEqual(run.log.jobs.map(({ matrix }) => matrix).sort(), ['{"agent":"linter"}', '{"agent":"writer"}']);
    const [one, two] = [...(await stage.marks())].sort((a, b) => a.start - b.start);
    assert.ok(one && two && one.end !== null && one.end <= two.start, 'the jobs worked at the same time');
    const [winner, loser] = [one.args, two.args].map((args) => `1001-${args.replace('17 ', '')}`);
    // Which of the two depends on whether the other was in line by then.
    const history = (await stage.history()).map((line) => line.replace(/^(?:claim|handover) /, 'begin '));
    assert.deepEqual(history, [
      `begin ${String(winner)}`,
      `release ${String(winner)}`,
      `begin ${String(loser)}`,
      `release ${String(loser)}`,
    ]);
  }),
  scenario('a dead owner: once GitHub calls its run completed, the next claim takes over', async (stage) => {
    await stage.hold(1001);
    const event = await opened(stage);
    const lost = await stage.start({ workflow: EXAMPLES.gate, ...event, runId: 1001 });
    await stage.atWork(1001);
    // The runner is lost, and GitHub has not noticed yet: the owner counts as alive.
    lost.signal('SIGKILL');
    await lost.ended;
    stage.repository.updateRun(1001, { status: 'in_progress', conclusion: null });
    const early = await stage.run({ workflow: EXAMPLES.gate, ...event, runId: 1002 });
    assert.equal(early.job('work'), 'skipped');
    assert.equal((await stage.record()).activeRun?.runId, '1001');
    stage.repository.updateRun(1001, { status: 'completed', conclusion: 'failure' });
    const next = await stage.run({ workflow: EXAMPLES.gate, ...event, runId: 1003 });
    assert.equal(next.job('work'), 'success');
    const claim = next.log.outputs('coordinate/coordinate', 'coordinate');
    assert.equal(claim['status'], 'taken_over');
    assert.equal(claim['previous-run-id'], '1001');
    const [, takenOver] = (await stage.record()).history;
    assert.equal(takenOver?.runId, '1003');
    assert.equal(takenOver?.cause, 'dead');
  }),
  scenario(
    'guard a merge: not while a run owns the pull request, nor while its owner is stale; once that run is over it merges',
    async (stage) => {
      await stage.hold(1001);
      const owner = await stage.start({ workflow: EXAMPLES.gate, ...(await opened(stage)), runId: 1001 });
      await stage.atWork(1001);
      const main = await stage.repository.head('main');
      const merge = async (runId: number): ReturnType<typeof stage.run> =>
        stage.run({ workflow: EXAMPLES.merge, ...(await labeled(stage, 'merge')), runId });
      const whileOwned = await merge(1002);
      assert.equal(whileOwned.job('merge'), 'failure');
      assert.equal(whileOwned.step('merge', 'Is anybody at work?'), 'success');
      assert.equal(whileOwned.step('merge', 'Merge'), 'skipped');
      const path = recordPath(17);
      const text = (await stage.repository.readFile('runner-coord-state', path)) ?? '';
      await stage.repository.writeFile(
        'runner-coord-state',
        path,
        text.replace(/"(claimed|updated)At": "2/g, '"$1At": "1'),
      );
      const whileStale = await merge(1003);
      assert.equal(whileStale.log.outputs('merge', 'guard')['error'], 'stale_runner');
      assert.equal(whileStale.step('merge', 'Merge'), 'skipped');
      assert.equal(await stage.repository.head('main'), main);
      await stage.letGo(1001);
      await owner.ended;
      assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
      const free = await merge(1004);
      assert.equal(free.log.outputs('merge', 'guard')['status'], 'no_owner_record');
      assert.equal(free.job('merge'), 'success');
      assert.equal(await stage.repository.head('main'), (await stage.repository.pullRequest(17)).headRefOid);
    },
  ),
  scenario('guard a merge: an owner whose run is over and who never released is in nobody’s way', async (stage) => {
    await stage.hold(1001);
    const lost = await stage.start({ workflow: EXAMPLES.gate, ...(await opened(stage)), runId: 1001 });
    await stage.atWork(1001);
    lost.signal('SIGKILL');
    await lost.ended;
    assert.equal((await stage.record()).activeRun?.runId, '1001');
    const run = await stage.run({ workflow: EXAMPLES.merge, ...(await labeled(stage, 'merge')), runId: 1002 });
    assert.equal(run.log.outputs('merge', 'guard')['status'], 'dead_runner');
    assert.equal(run.job('merge'), 'success');
    assert.equal(await stage.repository.head('main'), (await stage.repository.pullRequest(17)).headRefOid);
  }),
  scenario('guard a merge: what was pushed after the check is not merged', async (stage) => {
    await stage.hold(1001);
    const text = await readFile(join(packageRoot(), EXAMPLES.merge.file), 'utf8');
    const workflow = { text: withPauseBefore(text, 'Merge') };
    const run = await stage.start({ workflow, ...(await labeled(stage, 'merge')), runId: 1001 });
    await stage.atWork(1001);
    const main = await stage.repository.head('main');
    await stage.repository.pushToPullRequest(17);
    await stage.letGo(1001);
    await run.ended;
    assert.equal(run.log.outputs('merge', 'guard')['status'], 'no_owner_record');
    assert.equal(run.step('merge', 'Merge'), 'failure');
    assert.match(run.log.readable, /the head moved/);
    assert.equal(await stage.repository.head('main'), main);
  }),
];
