import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isPush, losesRaceAtUpdate } from '../../support/local-github/index.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { dispatched, EXAMPLES, labeled, scenario, type Scenario } from './scenario.js';
import type { ActRun, RunOptions, Stage } from './stage.js';

/** Jobs that publish what they did: by a step of the action, and by the command line in a step of their own. */

const BRANCH = 'refs/heads/pr-17';
const NAMES_THE_TAKER = /owned by run 1002 \(workflow "takeover", job "takeover", by octocat\)/;
const STILL_HERE = /Nothing was pushed; the commits are still in this checkout\./;

const STEP = `        id: publish
        uses: org/runner-coord@v1
        with:
          command: push
          fencing-token: \${{ steps.claim.outputs.fencing-token }}
`;

/** Git has what actions/checkout left, so the token of the command needs to read only. */
const COMMAND = `        id: publish
        env:
          GH_TOKEN: token-read-only
        run: |
          answer=$(runner-coord push --json)
          part() { node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$answer" "$1"; }
          echo "published-sha=$(part published-sha)" >> "$GITHUB_OUTPUT"
          echo "published-from=$(part published-from)" >> "$GITHUB_OUTPUT"
`;
const NOT_KEPT = 'persist-credentials: false # publishing has the token of its own step';

/** The example whose job publishes by a command of its script, with the credentials of the checkout. */
async function byCommand(): Promise<RunOptions['workflow']> {
  const text = await readFile(join(packageRoot(), EXAMPLES.publish.file), 'utf8');
  assert.ok(text.includes(STEP) && text.includes(NOT_KEPT), 'the example has no such step any more');
  return { text: text.replace(STEP, COMMAND).replace(NOT_KEPT, 'persist-credentials: true') };
}

const WAYS: readonly [string, () => Promise<RunOptions['workflow']>][] = [
  ['by a step of the action', () => Promise.resolve(EXAMPLES.publish)],
  ['by the command line in a run: step', byCommand],
];

/** A run that owns and has begun to work. */
async function atWork(stage: Stage, workflow: RunOptions['workflow']): Promise<ActRun> {
  await stage.hold(1001);
  const run = await stage.start({ workflow, ...(await labeled(stage, 'fix')), runId: 1001 });
  await stage.atWork(1001);
  return run;
}

async function finished(stage: Stage, run: ActRun): Promise<void> {
  await stage.letGo(1001);
  await run.ended;
}

/** A takeover by hand, whose run is over when this comes back. */
async function takenOver(stage: Stage): Promise<void> {
  const inputs = { pr: '17', reason: 'the first one goes in circles' };
  const workflow = { file: '.github/workflows/takeover.yml' };
  const run = await stage.run({ workflow, ...dispatched(inputs), runId: 1002 });
  assert.equal(run.job('takeover'), 'success');
}

/** The refused run is red and says who has it now; on the branch and in the record there is nothing of it. */
async function assertRefused(stage: Stage, run: ActRun, before: string | null): Promise<void> {
  assert.equal(run.step('fix', 'Your work'), 'success');
  assert.equal(run.step('fix', 'Publish'), 'failure');
  assert.equal(run.job('fix'), 'failure');
  assert.equal(run.job('look'), 'skipped');
  assert.match(run.log.readable, NAMES_THE_TAKER);
  assert.match(run.log.readable, STILL_HERE);
  assert.equal(await stage.repository.head('pr-17'), before);
  // Its post step leaves the new owner alone.
  assert.deepEqual(await stage.history(), ['claim 1001', 'takeover 1002']);
  assert.equal((await stage.record()).activeRun?.runId, '1002');
}

function pushesIn({ github }: Stage): number {
  return github.requests.filter((request) => isPush(BRANCH)(request)).length;
}

export const PUBLISH: readonly Scenario[] = WAYS.flatMap(([way, workflow]) => [
  scenario(`publish ${way}: branch and record move together, and a later job knows what it was`, async (stage) => {
    const before = await stage.repository.head('pr-17');
    const run = await stage.run({ workflow: await workflow(), ...(await labeled(stage, 'fix')), runId: 1001 });
    assert.equal(run.job('fix'), 'success');
    const [newest, below] = await stage.repository.log('pr-17');
    assert.equal(newest?.message.trim(), 'Fix what was found');
    assert.equal(below?.oid, before);
    assert.equal(await stage.repository.readFile('pr-17', 'agent.txt'), 'work of 1001\n');
    assert.deepEqual(await stage.history(), ['claim 1001', 'publish 1001', 'release 1001']);
    const event = (await stage.record()).history[1];
    assert.deepEqual({ ...event, from: before, to: newest?.oid, ref: BRANCH }, event);
    const { commands = [], results = [] } = stage.github.requests.findLast((sent) => isPush(BRANCH)(sent))?.git ?? {};
    assert.deepEqual(
      commands.map(({ ref }) => ref).sort(),
      [BRANCH, 'refs/heads/runner-coord-state'],
      'they were not one push',
    );
    assert.ok(results.every(({ ok }) => ok));
    const outputs = run.log.outputs('fix', 'publish');
    assert.deepEqual([outputs['published-sha'], outputs['published-from']], [newest?.oid, before]);
    assert.equal(run.job('look'), 'success');
    assert.match(run.log.readable, /Fix what was found/);
    assert.match(run.log.readable, /agent\.txt \| 1 \+/);
  }),
  scenario(`publish ${way}, taken over while it worked: refused, and nothing is sent`, async (stage) => {
    const run = await atWork(stage, await workflow());
    const before = await stage.repository.head('pr-17');
    await takenOver(stage);
    await finished(stage, run);
    await assertRefused(stage, run, before);
    assert.equal(pushesIn(stage), 0);
  }),
  scenario(`publish ${way}, taken over while its push is with the server: refused, nothing moves`, async (stage) => {
    const run = await atWork(stage, await workflow());
    const before = await stage.repository.head('pr-17');
    stage.github.faults.next(
      isPush(BRANCH),
      losesRaceAtUpdate(() => takenOver(stage)),
    );
    await finished(stage, run);
    await assertRefused(stage, run, before);
    assert.equal(pushesIn(stage), 1);
  }),
  scenario(`publish ${way}, somebody else has pushed: refused, what they pushed stays`, async (stage) => {
    const run = await atWork(stage, await workflow());
    const pushed = await stage.repository.pushToPullRequest(17);
    await finished(stage, run);
    assert.equal(run.step('fix', 'Publish'), 'failure');
    assert.equal(run.job('look'), 'skipped');
    assert.match(run.log.readable, /neither builds on nor is known to replace/);
    assert.equal(await stage.repository.head('pr-17'), pushed);
    assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
  }),
]);
