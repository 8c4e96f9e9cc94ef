import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { dispatched, EXAMPLES, opened, scenario, type Scenario } from './scenario.js';
import type { ActRun, Stage } from './stage.js';

/** Runs that wait in line. */

const CLAIM = 'Claim, and wait for it';

/** Starts the example, and comes back when it stands in line as the given number. */
export async function inLine(stage: Stage, runId: number, position: number): Promise<ActRun> {
  const run = await stage.start({ workflow: EXAMPLES.wait, ...(await opened(stage)), runId });
  await stage.until(`run ${String(runId)} stands in line`, async () => {
    if (run.exitCode !== null) throw new Error(`Run ${String(runId)} ended before it stood in line.`);
    return (await stage.line())[position - 1] === String(runId) ? true : null;
  });
  return run;
}

export async function ownerAtWork(stage: Stage): Promise<ActRun> {
  await stage.hold(1001);
  const owner = await stage.start({ workflow: EXAMPLES.gate, ...(await opened(stage)), runId: 1001 });
  await stage.atWork(1001);
  return owner;
}

/** The runs in the order in which they worked; no two of them at the same time. */
async function workedInTurn(stage: Stage): Promise<readonly number[]> {
  const marks = [...(await stage.marks())].sort((a, b) => a.start - b.start);
  for (const [index, { start }] of marks.entries()) {
    const end = index === 0 ? 0 : marks[index - 1]?.end;
    assert.ok(end != null && end <= start, 'two worked at the same time');
  }
  return marks.map(({ runId }) => runId);
}

export const LINE: readonly Scenario[] = [
  scenario('two wait in line: served in the order of coming, each by the release before it', async (stage) => {
    const owner = await ownerAtWork(stage);
    const first = await inLine(stage, 1002, 1);
    const second = await inLine(stage, 1003, 2);
    await stage.until('the second says where it stands', () =>
      /Waiting for acme\/widgets#17: second in line behind run 1002/.test(second.log.readable) ? true : null,
    );
    await stage.letGo(1001);
    await Promise.all([owner, first, second].map(({ ended }) => ended));
    assert.match(first.log.readable, /first in line/);
    for (const run of [first, second]) {
      assert.equal(run.job('polish'), 'success');
      assert.equal(run.log.outputs('polish', 'claim')['status'], 'claimed_new');
    }
    assert.deepEqual(await workedInTurn(stage), [1001, 1002, 1003]);
    assert.deepEqual(await stage.history(), [
      'claim 1001',
      'release 1001',
      'handover 1002',
      'release 1002',
      'handover 1003',
      'release 1003',
    ]);
    // The release and what it hands over are one write.
    const { history } = await stage.record();
    assert.deepEqual(await stage.line(), []);
    assert.equal(history[1]?.id, history[2]?.id);
    assert.equal(history[3]?.id, history[4]?.id);
  }),
  scenario(
    'in line, and the time is up: the run is refused, says where it stood, and leaves the line',
    async (stage) => {
      const owner = await ownerAtWork(stage);
      const text = (await readFile(join(packageRoot(), EXAMPLES.wait.file), 'utf8')).replace('t: 30m', 't: 8s');
      const run = await stage.run({ workflow: { text }, ...(await opened(stage)), runId: 1002 });
      assert.equal(run.step('polish', CLAIM), 'failure');
      const { owned, error } = run.log.outputs('polish', 'claim');
      assert.deepEqual([owned, error], ['false', 'active_run_exists']);
      assert.match(run.log.readable, /first in line/);
      assert.deepEqual(await stage.line(), []);
      await stage.letGo(1001);
      await owner.ended;
      assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
    },
  ),
  scenario('in line, and a person evicts the owner: the first in line has it at once', async (stage) => {
    const owner = await ownerAtWork(stage);
    const first = await inLine(stage, 1002, 1);
    const inputs = { pr: '17', reason: 'it hangs', command: 'evict' };
    const workflow = { file: '.github/workflows/takeover.yml' };
    const evicting = await stage.run({ workflow, ...dispatched(inputs), runId: 1003 });
    assert.equal(evicting.job('takeover'), 'success');
    assert.match(
      evicting.log.summary('takeover'),
      /^### ⚪ octocat evicted \[run 1001\].*\n\n\[Run 1002\].* has it now/,
    );
    await first.ended;
    assert.equal(first.job('polish'), 'success');
    await stage.letGo(1001);
    await owner.ended;
    assert.deepEqual(await stage.history(), ['claim 1001', 'evict 1003', 'handover 1002', 'release 1002']);
  }),
  scenario('in line, and a person holds and releases: the line is left standing, and goes on', async (stage) => {
    const owner = await ownerAtWork(stage);
    const first = await inLine(stage, 1002, 1);
    const press = (runId: number, command: string): Promise<ActRun> =>
      stage.run({ workflow: EXAMPLES.button, ...dispatched({ pr: '17', reason: 'my turn', command }), runId });
    await press(1003, 'hold');
    assert.deepEqual(await stage.line(), ['1002']);
    await press(1004, 'release-hold');
    await first.ended;
    assert.equal(first.job('polish'), 'success');
    await stage.letGo(1001);
    await owner.ended;
    assert.deepEqual(await stage.history(), [
      'claim 1001',
      'takeover person:octocat',
      'release person:octocat',
      'handover 1002',
      'release 1002',
    ]);
  }),
  scenario('in line, and cancelled: the post step leaves the line', async (stage) => {
    const owner = await ownerAtWork(stage);
    const run = await inLine(stage, 1002, 1);
    run.signal('SIGINT');
    await run.ended;
    assert.deepEqual(await stage.line(), []);
    await stage.letGo(1001);
    await owner.ended;
    assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
  }),
  scenario('in line, and the runner is lost: the release passes it over', async (stage) => {
    const owner = await ownerAtWork(stage);
    const lost = await inLine(stage, 1002, 1);
    const next = await inLine(stage, 1003, 2);
    lost.signal('SIGKILL');
    await lost.ended;
    await stage.letGo(1001);
    await Promise.all([owner.ended, next.ended]);
    assert.equal(next.job('polish'), 'success');
    assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001', 'handover 1003', 'release 1003']);
  }),
];
