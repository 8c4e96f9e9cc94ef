import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../support/local-github/package-root.js';
import { agentProcesses, allowRounds, bringLongAgent, enough, pushByGit, said, untilSaid } from './long-agent.js';
import { dispatched, EXAMPLES, labeled, scenario, type Scenario } from './scenario.js';
import type { ActRun, RunOptions, Stage } from './stage.js';

/** Agents that work and push within one step, where no step of the action can ask in between. */

const EXEC = 'runner-coord exec --grace 30s -- ';
const WORK = 'Your work';
const REST = 'Publish the rest';

/** As the command line says it, in the step; the warning of the post step is worded otherwise. */
const NAMES_THE_TAKER =
  /runner-coord: error: run 1001 does not own .+ owned by run 1002 \(workflow "takeover", job "takeover", by octocat\)/;
const NO_HOOKS = [{ folder: '.git/hooks', hooks: [] }];

/** A run whose agent has pushed twice and goes on as soon as it may. */
async function pushedTwice(stage: Stage, workflow: RunOptions['workflow']): Promise<ActRun> {
  await bringLongAgent(stage);
  const owner = await stage.start({ workflow, ...(await labeled(stage, 'agent')), runId: 1001 });
  await allowRounds(stage, 1, 2);
  await untilSaid(stage, owner, /^pushed 2$/);
  return owner;
}

async function takenOver(stage: Stage): Promise<void> {
  const inputs = { pr: '17', reason: 'it goes in circles' };
  const workflow = { file: '.github/workflows/takeover.yml' };
  const run = await stage.run({ workflow, ...dispatched(inputs), runId: 1002 });
  assert.equal(run.job('takeover'), 'success');
}

/** The commits of the agent on the branch of the pull request, newest first. */
async function landed({ repository }: Stage): Promise<readonly string[]> {
  const messages = (await repository.log('pr-17')).map(({ message }) => message.trim());
  return messages.slice(0, messages.indexOf('An agent'));
}

/** The hooks that each checkout of a run had when its job was over. */
async function hooksLeft({ folder }: Stage, runId: number): Promise<readonly unknown[]> {
  const text = await readFile(join(folder, `left-${String(runId)}`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

/** Without `exec` nobody ends the agent: what keeps its later work off the branch is how it gets there. */
const UNWATCHED: readonly [string, (stage: Stage) => Promise<void>, readonly string[]][] = [
  ['that publishes', () => Promise.resolve(), ['publish 1001', 'publish 1001']],
  ['that pushes by git under the guard', pushByGit, []],
];

export const LONG_STEP: readonly Scenario[] = [
  scenario(
    'a long step under exec, taken over in the middle: the agent is ended, nothing more lands',
    async (stage) => {
      const owner = await pushedTwice(stage, EXAMPLES.agent);
      assert.equal((await agentProcesses(stage, 1001)).length, 2);
      await takenOver(stage);
      await owner.ended;
      assert.equal(owner.job('agent'), 'failure');
      assert.equal(owner.step('agent', WORK), 'failure');
      assert.equal(owner.step('agent', REST), 'skipped');
      assert.match(owner.log.readable, /exit status 76/);
      assert.match(owner.log.readable, NAMES_THE_TAKER);
      assert.deepEqual(await agentProcesses(stage, 1001), []);
      // The guard is gone with the job: an agent that lived on could push now.
      assert.deepEqual(await hooksLeft(stage, 1001), NO_HOOKS);
      await allowRounds(stage, 3);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.deepEqual(await landed(stage), ['Round 2', 'Round 1']);
      assert.deepEqual(await stage.history(), ['claim 1001', 'publish 1001', 'publish 1001', 'takeover 1002']);
    },
  ),
  ...UNWATCHED.map(([name, prepare, published]) =>
    scenario(`a long step ${name}, taken over in the middle: nothing more lands`, async (stage) => {
      const text = await readFile(join(packageRoot(), EXAMPLES.agent.file), 'utf8');
      assert.ok(text.includes(EXEC), 'the example does not run its agent under exec');
      await prepare(stage);
      const owner = await pushedTwice(stage, { text: text.replace(EXEC, '') });
      await takenOver(stage);
      await allowRounds(stage, 3, 4, 5);
      await untilSaid(stage, owner, /^(?:pushed|refused) 5$/);
      await enough(stage);
      await owner.ended;
      const rounds = (await said(stage, 1001)).filter((line) => /^(?:pushed|refused)/.test(line));
      assert.deepEqual(rounds, ['pushed 1', 'pushed 2', 'refused 3', 'refused 4', 'refused 5']);
      // The agent takes a refusal for nothing, so its step is green. The next one that publishes is not.
      assert.equal(owner.step('agent', WORK), 'success');
      assert.equal(owner.step('agent', REST), 'failure');
      assert.equal(owner.job('agent'), 'failure');
      assert.match(owner.log.readable, NAMES_THE_TAKER);
      assert.deepEqual(await landed(stage), ['Round 2', 'Round 1']);
      assert.deepEqual(await stage.history(), ['claim 1001', ...published, 'takeover 1002']);
    }),
  ),
  scenario('a long step that nobody disturbs: its work lands, it releases, and the guard is gone', async (stage) => {
    const owner = await pushedTwice(stage, EXAMPLES.agent);
    await enough(stage);
    await owner.ended;
    assert.equal(owner.job('agent'), 'success');
    assert.ok((await said(stage, 1001)).includes('guarded'), 'there was no guard while the agent worked');
    assert.deepEqual(await hooksLeft(stage, 1001), NO_HOOKS);
    assert.deepEqual(await landed(stage), ['The rest', 'Round 2', 'Round 1']);
    const published = ['publish 1001', 'publish 1001', 'publish 1001'];
    assert.deepEqual(await stage.history(), ['claim 1001', ...published, 'release 1001']);
    assert.equal((await stage.record()).activeRun, null);
  }),
  scenario('somebody pushes during a long step: its last push does not overwrite that', async (stage) => {
    const owner = await pushedTwice(stage, EXAMPLES.agent);
    const pushed = await stage.repository.pushToPullRequest(17);
    await enough(stage);
    await owner.ended;
    assert.equal(owner.step('agent', WORK), 'success');
    assert.equal(owner.step('agent', REST), 'failure');
    assert.equal(await stage.repository.head('pr-17'), pushed);
  }),
];
