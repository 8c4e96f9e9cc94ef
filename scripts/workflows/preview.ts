import assert from 'node:assert/strict';
import { EXAMPLES, opened, scenario, type Scenario } from './scenario.js';
import type { ActRun, Stage } from './stage.js';

/** A preview that is deployed and torn down, as a scope of the pull request. */

const SCOPE = 'preview';

async function deploy(stage: Stage, runId: number): Promise<ActRun> {
  return stage.start({ workflow: EXAMPLES.preview, ...(await opened(stage)), runId });
}

async function closed(stage: Stage, runId: number): Promise<ActRun> {
  const payload = await stage.pullRequestEvent('closed');
  return stage.start({ workflow: EXAMPLES.preview, event: 'pull_request_target', payload, runId });
}

export const PREVIEW: readonly Scenario[] = [
  scenario('preview: closed while a deploy runs, the teardown waits for it and comes last', async (stage) => {
    await stage.hold(1001);
    const deploying = await deploy(stage, 1001);
    await stage.atWork(1001);
    // Whoever works on the pull request itself is in nobody's way.
    const other = await stage.run({ workflow: EXAMPLES.minimal, ...(await opened(stage)), runId: 1002 });
    assert.equal(other.job('fix'), 'success');
    await stage.repository.closePullRequest(17, 'merged');
    const teardown = await closed(stage, 1003);
    await stage.until('the teardown stands in line', async () =>
      (await stage.line(17, SCOPE))[0] === '1003' ? true : null,
    );
    assert.deepEqual(
      (await stage.marks()).map(({ runId }) => runId),
      [1001],
    );
    await stage.letGo(1001);
    await Promise.all([deploying.ended, teardown.ended]);
    assert.equal(deploying.job('deploy'), 'success');
    assert.equal(deploying.job('teardown'), 'skipped');
    assert.equal(teardown.job('teardown'), 'success');
    assert.equal(teardown.job('deploy'), 'skipped');
    const [one, two] = [...(await stage.marks())].sort((a, b) => a.start - b.start);
    assert.deepEqual([one?.args, two?.args], ['deploy 17', 'teardown 17']);
    assert.ok(one?.end != null && two !== undefined && one.end <= two.start, 'both worked at the same time');
    assert.deepEqual(await stage.history(17, SCOPE), ['claim 1001', 'release 1001', 'handover 1003', 'release 1003']);
    assert.deepEqual(await stage.history(), ['claim 1002', 'release 1002']);

    const late = await deploy(stage, 1004);
    await late.ended;
    assert.equal(late.job('deploy'), 'failure');
    assert.equal(late.log.outputs('deploy', 'claim')['error'], 'pr_closed');
    assert.equal((await stage.marks()).length, 2);
  }),
];
