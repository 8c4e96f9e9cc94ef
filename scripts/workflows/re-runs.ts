import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { rerunOf } from './rerun.js';
import { dispatched, EXAMPLES, opened, scenario, type Scenario } from './scenario.js';
import type { ActRun, Stage } from './stage.js';

/**
 * "Re-run failed jobs": the claiming job is not run again, and its outputs are those of the first attempt. The gated job
 * asks for itself.
 */

interface Recipe {
  readonly name: string;
  readonly workflow: { readonly file: string };
  readonly event: (stage: Stage) => Promise<{ event: string; payload: object }>;
  /** The claiming job, the same as the log has it, and its step. */
  readonly claim: readonly [job: string, logged: string, step: string];
  readonly gated: string;
  /** What its work leaves in the history beside claim and release. */
  readonly leaves: readonly string[];
}

const RECIPES: readonly Recipe[] = [
  {
    name: 'gate-jobs',
    workflow: EXAMPLES.gate,
    event: opened,
    claim: ['coordinate', 'coordinate/coordinate', 'coordinate'],
    gated: 'work',
    leaves: [],
  },
  {
    name: 'fork-pull-request',
    workflow: EXAMPLES.fork,
    event: async (stage) => ({ ...(await opened(stage)), event: 'pull_request_target' }),
    claim: ['coordinate', 'coordinate/coordinate', 'coordinate'],
    gated: 'triage',
    leaves: [],
  },
  {
    name: 'manual-takeover',
    workflow: EXAMPLES.takeover,
    event: () => Promise.resolve(dispatched({ pr: '17', reason: 'I know better' })),
    claim: ['takeover', 'takeover/takeover', 'act'],
    gated: 'work',
    leaves: ['publish 1001 3'],
  },
];

/** The first attempt of run 1001, whose work fails and whose last job releases. */
async function failedAttempt(stage: Stage, { workflow, event, gated }: Recipe): Promise<ActRun> {
  await stage.fail(1001);
  const run = await stage.run({ workflow, ...(await event(stage)), runId: 1001 });
  assert.equal(run.job(gated), 'failure');
  assert.equal(run.job('release/coordinate'), 'success');
  await stage.heal(1001);
  return run;
}

/** A later attempt of it, as "Re-run failed jobs" starts it. */
async function again(stage: Stage, recipe: Recipe, first: ActRun, attempt: number): Promise<ActRun> {
  const [job, logged, step] = recipe.claim;
  const workflow = await readFile(join(packageRoot(), recipe.workflow.file), 'utf8');
  const text = rerunOf(workflow, { [job]: first.log.outputs(logged, step) });
  return stage.run({ workflow: { text }, ...(await recipe.event(stage)), runId: 1001, attempt });
}

const marksOf = async (stage: Stage, run: number): Promise<number> =>
  (await stage.marks()).filter(({ runId }) => runId === run).length;

export const RE_RUNS: readonly Scenario[] = RECIPES.map((recipe) =>
  scenario(
    `re-run of failed jobs (${recipe.name}): refused while another run owns, its own tenure once that is free`,
    async (stage) => {
      const first = await failedAttempt(stage, recipe);
      assert.equal(await marksOf(stage, 1001), 1);
      await stage.hold(1002);
      const other = await stage.start({ workflow: EXAMPLES.gate, ...(await opened(stage)), runId: 1002 });
      await stage.atWork(1002);

      const refused = await again(stage, recipe, first, 2);
      assert.equal(refused.job(recipe.gated), 'failure');
      assert.equal(refused.step(recipe.gated, 'Still ours?'), 'failure');
      assert.equal(refused.step(recipe.gated, 'Your work'), 'skipped');
      const answer = refused.log.outputs(recipe.gated, 'ours');
      assert.deepEqual([answer['owned'], answer['error']], ['false', 'ownership_lost']);
      assert.equal(await marksOf(stage, 1001), 1);
      // Its last job gives up nothing of the other run.
      assert.equal(refused.job('release/coordinate'), 'success');
      assert.equal((await stage.record()).activeRun?.runId, '1002');

      await stage.letGo(1002);
      await other.ended;
      assert.equal(other.job('work'), 'success');
      const granted = await again(stage, recipe, first, 3);
      assert.equal(granted.job(recipe.gated), 'success');
      assert.equal(granted.job('release/coordinate'), 'success');
      assert.equal(await marksOf(stage, 1001), 2);
      const { fencingToken, activeRun, history } = await stage.record();
      assert.equal(activeRun, null);
      assert.equal(fencingToken, 3);
      assert.deepEqual(
        history.map(({ type, runId, fencingToken: token }) => `${type} ${runId} ${String(token)}`),
        [
          'claim 1001 1',
          'release 1001 1',
          'claim 1002 2',
          'release 1002 2',
          'claim 1001 3',
          ...recipe.leaves,
          'release 1001 3',
        ],
      );
    },
  ),
);
