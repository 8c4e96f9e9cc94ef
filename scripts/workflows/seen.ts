import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { withPauseBefore } from './rerun.js';
import { dispatched, EXAMPLES, labeled, scenario, type Scenario } from './scenario.js';
import type { ActRun, Stage } from './stage.js';

/** takeover.yml means the tenure that it saw, also when somebody claims between its look and its deed. */

const ACT_STEP = '${{ inputs.command }}';

const AFTER = `
  after:
    needs: takeover
    if: always()
    runs-on: ubuntu-latest
    steps:
      - id: seen
        env:
          OUTPUTS: \${{ toJSON(needs.takeover.outputs) }}
        run: |
          { echo 'outputs<<END'; echo "$OUTPUTS"; echo END; } >> "$GITHUB_OUTPUT"
`;

/** Starts takeover.yml, and comes back when it has looked and not yet acted. */
async function looked(stage: Stage, inputs: Readonly<Record<string, string>>, runId: number): Promise<ActRun> {
  const text = await readFile(join(packageRoot(), '.github', 'workflows', 'takeover.yml'), 'utf8');
  await stage.hold(runId);
  const workflow = { text: `${withPauseBefore(text, ACT_STEP)}${AFTER}` };
  const run = await stage.start({ workflow, ...dispatched(inputs), runId });
  await stage.atWork(runId);
  return run;
}

async function claimAndWork(stage: Stage, runId: number): Promise<ActRun> {
  await stage.hold(runId);
  const owner = await stage.start({ workflow: EXAMPLES.publish, ...(await labeled(stage, 'fix')), runId });
  await stage.atWork(runId);
  return owner;
}

function outputsOf(run: ActRun): Readonly<Record<string, string>> {
  return JSON.parse(run.log.outputs('after', 'seen')['outputs'] ?? '{}') as Record<string, string>;
}

export const SEEN: readonly Scenario[] = [
  scenario(
    'T9: evict where nobody owned at the first look evicts nobody, though somebody claims in between',
    async (stage) => {
      const run = await looked(stage, { pr: '17', reason: 'make room', command: 'evict' }, 1002);
      const owner = await claimAndWork(stage, 1001);
      await stage.letGo(1002);
      await run.ended;
      assert.equal(run.job('takeover'), 'success');
      assert.equal(run.step('takeover', ACT_STEP), 'skipped');
      const outputs = outputsOf(run);
      assert.deepEqual(
        [outputs['status'], outputs['owned'], outputs['error'], outputs['previous-run-id'], outputs['pr']],
        ['release_noop', 'false', '', '', '17'],
      );
      assert.match(run.log.summary('takeover'), /^⚪ Nobody owned acme\/widgets#17, so octocat evicted nobody\./);
      assert.equal((await stage.record()).activeRun?.runId, '1001');
      await stage.letGo(1001);
      await owner.ended;
      assert.equal(owner.job('fix'), 'success');
      assert.deepEqual(await stage.history(), ['claim 1001', 'publish 1001', 'release 1001']);
    },
  ),
  ...(['evict', 'signal-exit'] as const).map((command) =>
    scenario(`T9: ${command} of an owner that was seen leaves the next one alone`, async (stage) => {
      const first = await claimAndWork(stage, 1001);
      const run = await looked(stage, { pr: '17', reason: 'make room', command }, 1002);
      await stage.letGo(1001);
      await first.ended;
      const second = await claimAndWork(stage, 1003);
      await stage.letGo(1002);
      await run.ended;
      assert.equal(run.job('takeover'), 'failure');
      assert.equal(outputsOf(run)['error'], 'ownership_lost');
      await stage.letGo(1003);
      await second.ended;
      assert.equal(second.job('fix'), 'success');
      assert.deepEqual(
        await stage.history(),
        [1001, 1003].flatMap((runId) => ['claim', 'publish', 'release'].map((type) => `${type} ${String(runId)}`)),
      );
    }),
  ),
];
