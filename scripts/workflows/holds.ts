import assert from 'node:assert/strict';
import { commented, dispatched, EXAMPLES, issueOf, labeled, opened, scenario, type Scenario } from './scenario.js';
import { recordPath, type ActRun, type RunOptions, type Stage } from './stage.js';

/** Persons who hold a pull request, by the button and by a comment. */

const HOUR_MS = 3_600_000;

/** The job of takeover.yml that the button calls. */
const DONE = 'by-hand/takeover';

type Told = Partial<Pick<RunOptions, 'actor'>> & { readonly command: string; readonly [input: string]: string };

function press(stage: Stage, runId: number, { actor = 'octocat', ...inputs }: Told): Promise<ActRun> {
  // The example leaves scopes to takeover.yml itself, which is the same job without a caller.
  const workflow = inputs['scope'] === undefined ? EXAMPLES.button : { file: '.github/workflows/takeover.yml' };
  return stage.run({ workflow, ...dispatched({ pr: '17', reason: 'I look at it', ...inputs }), runId, actor });
}

function comment(stage: Stage, runId: number, body: string, actor = 'octocat'): Promise<ActRun> {
  // What the association says of them is not asked.
  const association = actor === 'stranger' ? 'MEMBER' : 'NONE';
  const payload = commented(association, issueOf(stage, 17), body);
  return stage.run({ workflow: EXAMPLES.hold, event: 'issue_comment', payload, runId, actor });
}

/** One run of an agent that claims plainly. */
async function agent(stage: Stage, runId: number): Promise<ActRun> {
  return stage.run({ workflow: EXAMPLES.gate, ...(await opened(stage)), runId });
}

async function owner(stage: Stage): Promise<string | undefined> {
  return (await stage.record()).activeRun?.runId;
}

/** How long the hold lasts, from its beginning or from when it was renewed. */
async function lastsMs(stage: Stage): Promise<number> {
  const { activeRun } = await stage.record();
  assert.ok(activeRun?.expiresAt != null && activeRun.detached);
  return Date.parse(activeRun.expiresAt) - Date.parse(activeRun.updatedAt);
}

export const HOLDS: readonly Scenario[] = [
  scenario('O24: a hold by the button outlives its run; released, the agent’s next run gets in', async (stage) => {
    await stage.hold(1001);
    const first = await stage.start({ workflow: EXAMPLES.publish, ...(await labeled(stage, 'fix')), runId: 1001 });
    await stage.atWork(1001);
    const held = await press(stage, 1002, { command: 'hold', duration: '2h' });
    assert.equal(held.job(DONE), 'success');
    assert.equal(stage.repository.run(1002)?.status, 'completed');
    assert.equal(await owner(stage), 'person:octocat');
    assert.equal(await lastsMs(stage), 2 * HOUR_MS);
    assert.match(
      held.log.summary(DONE),
      /^### 🟢 octocat took \[acme\/widgets\\#17\]\S+ over from \[run 1001\].*\n\n\[octocat\]\S+ holds it since .*, held until 2/,
    );
    await stage.letGo(1001);
    await first.ended;
    assert.equal(first.step('fix', 'Publish'), 'failure');

    const refused = await agent(stage, 1003);
    assert.equal(refused.job('work'), 'skipped');
    const answer = refused.log.outputs('coordinate/coordinate', 'coordinate');
    assert.deepEqual([answer['error'], answer['owner-run-id']], ['active_run_exists', 'person:octocat']);

    const others = await press(stage, 1004, { command: 'release-hold', actor: 'stranger' });
    assert.equal(others.job(DONE), 'failure');
    assert.equal(await owner(stage), 'person:octocat');

    const released = await press(stage, 1005, { command: 'release-hold' });
    assert.match(
      released.log.summary(DONE),
      /^⚪ \[octocat\]\S+ released \[acme\/widgets\\#17\]\S+\. It is free now\./,
    );
    const granted = await agent(stage, 1006);
    assert.equal(granted.job('work'), 'success');
    assert.deepEqual(await stage.history(), [
      'claim 1001',
      'takeover person:octocat',
      'release person:octocat',
      'claim 1006',
      'release 1006',
    ]);
  }),
  scenario('O24: a hold that is not released ends by itself, and the agent’s next run gets in', async (stage) => {
    await press(stage, 1001, { command: 'hold' });
    assert.equal(await lastsMs(stage), 8 * HOUR_MS);
    assert.equal((await agent(stage, 1002)).job('work'), 'skipped');
    const path = recordPath(17);
    const text = (await stage.repository.readFile('runner-coord-state', path)) ?? '';
    const aged = text.replace(/"(claimed|updated|expires)At": "2/g, '"$1At": "1');
    await stage.repository.writeFile('runner-coord-state', path, aged);
    const granted = await agent(stage, 1003);
    assert.equal(granted.job('work'), 'success');
    assert.equal(granted.log.outputs('coordinate/coordinate', 'coordinate')['status'], 'claimed_new');
    assert.deepEqual(await stage.history(), [
      'claim person:octocat',
      'expired person:octocat',
      'claim 1003',
      'release 1003',
    ]);
  }),
  scenario('a hold takes permission where nobody owns, and names nobody else', async (stage) => {
    const stranger = await press(stage, 1001, { command: 'hold', actor: 'stranger' });
    assert.equal(stranger.job(DONE), 'failure');
    assert.equal(stranger.log.outputs(DONE, 'act')['error'], 'takeover_forbidden');
    assert.equal(await stage.repository.head('runner-coord-state'), null);
  }),
  scenario('evict ends somebody else’s hold of a scope, and hands over to nobody', async (stage) => {
    await press(stage, 1001, { command: 'hold', scope: 'deploy' });
    stage.repository.setCollaborator('hubot', 'write');
    const run = await press(stage, 1002, { command: 'evict', scope: 'deploy', actor: 'hubot' });
    assert.equal(run.job('takeover'), 'success');
    assert.match(
      run.log.summary('takeover'),
      /^### ⚪ hubot evicted \[octocat\]\S+ from \[acme\/widgets\\#17 \\\(scope deploy\\\)\].*\n\nIt is free now\./,
    );
    assert.deepEqual(await stage.history(17, 'deploy'), ['claim person:octocat', 'evict 1002']);
  }),
  scenario('hold-by-comment: who may write holds, holds on and releases', async (stage) => {
    const body = '/hold 30m `$(touch "$HOME/pwned")`; "x\'\r\nsecond=line\nEOF';
    const held = await comment(stage, 1001, body);
    assert.equal(held.job('hold'), 'success');
    assert.equal(await owner(stage), 'person:octocat');
    assert.equal(await lastsMs(stage), HOUR_MS / 2);
    assert.equal((await stage.record()).history[0]?.reason, '`$(touch "$HOME/pwned")`; "x\'');
    assert.equal((await agent(stage, 1002)).job('work'), 'skipped');

    const again = await comment(stage, 1003, '/hold');
    assert.equal(again.log.outputs('hold', 'Hold')['status'], 'refreshed');
    assert.equal(await lastsMs(stage), 8 * HOUR_MS);

    const other = await comment(stage, 1004, '/release', 'stranger');
    assert.equal(other.job('hold'), 'failure');
    assert.equal(other.log.outputs('hold', 'Release')['error'], 'ownership_lost');

    const released = await comment(stage, 1005, '/release done');
    assert.equal(released.job('hold'), 'success');
    assert.equal((await stage.record()).activeRun, null);
    assert.equal((await agent(stage, 1006)).job('work'), 'success');
  }),
  scenario('hold-by-comment: who may not write holds nothing, nor does what is no command', async (stage) => {
    const stranger = await comment(stage, 1001, '/hold 2h', 'stranger');
    assert.equal(stranger.job('hold'), 'failure');
    assert.equal(stranger.log.outputs('hold', 'Hold')['error'], 'takeover_forbidden');
    for (const [index, body] of ['/hold 2 hours', '/hold on', '/hold 0h', '/Hold'].entries()) {
      const run = await comment(stage, 1010 + index, body);
      assert.equal(run.job('hold'), body === '/Hold' ? 'success' : 'failure', body);
      assert.equal(run.step('hold', 'Hold'), 'skipped', body);
    }
    const plain = await comment(stage, 1020, '/releases are out');
    assert.equal(plain.job('hold'), 'success');
    assert.equal(plain.step('hold', 'Release'), 'skipped');
    const issue = {
      workflow: EXAMPLES.hold,
      event: 'issue_comment',
      payload: commented('OWNER', { number: 18 }, '/hold'),
    };
    assert.deepEqual((await stage.run({ ...issue, runId: 1021 })).log.jobs, []);
    assert.equal(await stage.repository.head('runner-coord-state'), null);
  }),
];
