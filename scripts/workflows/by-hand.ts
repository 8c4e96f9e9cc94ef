import assert from 'node:assert/strict';
import { dispatched, EXAMPLES, labeled, opened, scenario, type Scenario } from './scenario.js';
import type { StoredRecord } from '../../support/world.js';
import { recordPath, type ActRun, type Stage } from './stage.js';

/** What people do to an owner: take over, evict, signal, cancel, close. */

const TAKEOVER = { file: '.github/workflows/takeover.yml' } as const;

const CALLER = `
on: pull_request
permissions: {}
jobs:
  takeover:
    permissions: { contents: write, actions: write, pull-requests: read }
    uses: org/runner-coord/.github/workflows/takeover.yml@v1
    with:
      pr: '17'
      reason: REASON
      command: COMMAND
  after:
    needs: takeover
    runs-on: ubuntu-latest
    steps:
      - id: seen
        env:
          OUTPUTS: \${{ toJSON(needs.takeover.outputs) }}
        run: |
          { echo 'outputs<<END'; echo "$OUTPUTS"; echo END; } >> "$GITHUB_OUTPUT"
`;

/** A run that holds the pull request and works until it is let go. */
async function ownerAtWork(stage: Stage): Promise<ActRun> {
  await stage.hold(1001);
  const owner = await stage.start({ workflow: EXAMPLES.publish, ...(await labeled(stage, 'fix')), runId: 1001 });
  await stage.atWork(1001);
  return owner;
}

export const BY_HAND: readonly Scenario[] = [
  scenario('takeover.yml refuses without a reason and asks nothing of GitHub', async (stage) => {
    const runs = await Promise.all([
      stage.run({ workflow: TAKEOVER, ...dispatched({ pr: '17', reason: '' }), runId: 1002 }),
      stage.run({ workflow: TAKEOVER, ...dispatched({ pr: '17', reason: ' \t ' }), runId: 1003 }),
      stage.run({ workflow: { text: CALLER.replace('REASON', "'  '") }, ...(await opened(stage)), runId: 1004 }),
      stage.run({
        workflow: { text: CALLER.replace('REASON', 'it hangs').replace('COMMAND', 'claim') },
        ...(await opened(stage)),
        runId: 1005,
      }),
    ]);
    for (const { exitCode, log } of runs) {
      assert.equal(exitCode, 1);
      assert.deepEqual(
        log.steps.filter(({ stage: part }) => part === 'Main').map(({ result }) => result)[0],
        'failure',
      );
    }
    assert.equal(runs[0]?.job('takeover'), 'failure');
    assert.equal(runs[2]?.job('after'), 'skipped');
    assert.equal(stage.github.requests.length, 0);
  }),
  scenario('takeover.yml takes over with a reason and says who took over from whom', async (stage) => {
    const owner = await ownerAtWork(stage);
    const reason = 'it <b>hangs</b> | `really`';
    const run = await stage.run({ workflow: TAKEOVER, ...dispatched({ pr: '17', reason }), runId: 1002 });
    assert.equal(run.job('takeover'), 'success');
    const record = await stage.record();
    assert.equal(record.activeRun?.runId, '1002');
    const event = record.history[1];
    assert.deepEqual(
      [event?.type, event?.previousRunId, event?.reason, event?.actor],
      ['takeover', '1001', reason, 'octocat'],
    );
    const { serverUrl } = stage.github;
    const old = `[run 1001](${serverUrl}/acme/widgets/actions/runs/1001/attempts/1)`;
    const line = `### 🟢 octocat took [acme/widgets\\#17](${serverUrl}/acme/widgets/pull/17) over from ${old} (`;
    const summary = run.log.summary('takeover');
    assert.ok(summary.startsWith(line), `the page does not begin with: ${line}\n${summary}`);
    assert.match(summary, /\n\n\[Run 1002\]\(\S+\) \(takeover \/ takeover, by octocat\) owns it since /);
    await stage.letGo(1001);
    await owner.ended;
    assert.equal(owner.job('fix'), 'failure');
  }),
  scenario('takeover.yml: who may not write may not take over', async (stage) => {
    const owner = await ownerAtWork(stage);
    const inputs = { pr: '17', reason: 'mine' };
    const run = await stage.run({ workflow: TAKEOVER, ...dispatched(inputs), runId: 1002, actor: 'stranger' });
    assert.equal(run.job('takeover'), 'failure');
    assert.equal(run.log.outputs('takeover', 'act')['error'], 'takeover_forbidden');
    assert.deepEqual(await stage.history(), ['claim 1001']);
    await stage.letGo(1001);
    await owner.ended;
    assert.equal(owner.job('fix'), 'success');
  }),
  scenario('takeover.yml evicts: the pull request is free, the owner publishes nothing any more', async (stage) => {
    const owner = await ownerAtWork(stage);
    const text = CALLER.replace('REASON', 'nobody needs it').replace('COMMAND', 'evict');
    const run = await stage.run({ workflow: { text }, ...(await opened(stage)), runId: 1002 });
    const seen = JSON.parse(run.log.outputs('after', 'seen')['outputs'] ?? '{}') as Record<string, string>;
    assert.deepEqual(
      [seen['owned'], seen['status'], seen['owner-run-id'], seen['previous-run-id']],
      ['false', 'released', '', '1001'],
    );
    const record = await stage.record();
    assert.equal(record.activeRun, null);
    assert.equal(record.history[1]?.type, 'evict');
    assert.equal(record.history[1]?.reason, 'nobody needs it');
    await stage.letGo(1001);
    await owner.ended;
    assert.equal(owner.step('fix', 'Publish'), 'failure');
  }),
  scenario('takeover.yml signals the owner to exit: it publishes nothing any more, and shows why', async (stage) => {
    const owner = await ownerAtWork(stage);
    const inputs = { pr: '17', reason: 'make room', command: 'signal-exit' };
    const run = await stage.run({ workflow: TAKEOVER, ...dispatched(inputs), runId: 1002 });
    assert.equal(run.job('takeover'), 'success');
    const record = await stage.record();
    assert.equal(record.activeRun?.runId, '1001');
    assert.deepEqual(
      record.exitSignals.map(({ runId, reason }) => [runId, reason]),
      [['1001', 'make room']],
    );
    await stage.letGo(1001);
    await owner.ended;
    assert.equal(owner.step('fix', 'Publish'), 'failure');
    assert.match(owner.log.summary('fix'), /make room/);
    const nobody = await stage.run({ workflow: TAKEOVER, ...dispatched(inputs), runId: 1003 });
    assert.equal(nobody.step('takeover', 'Refuse to signal nobody'), 'failure');
  }),
  scenario('cancel-superseded: GitHub is asked to cancel the run that was replaced', async (stage) => {
    const owner = await ownerAtWork(stage);
    const inputs = { pr: '17', reason: 'it hangs', 'cancel-superseded': 'true' };
    const run = await stage.run({
      workflow: EXAMPLES.takeover,
      ...dispatched(inputs),
      runId: 1002,
      token: 'may-cancel',
    });
    assert.equal(run.job('takeover/takeover'), 'success');
    assert.equal(run.job('work'), 'success');
    assert.equal(stage.repository.run(1001)?.conclusion, 'cancelled');
    // The stand-in for the service interrupts the runner, so the agent ends though nobody let it go.
    await owner.ended;
    assert.equal(owner.step('fix', 'Publish'), 'skipped');
    assert.deepEqual(await stage.history(), ['claim 1001', 'takeover 1002', 'publish 1002', 'release 1002']);
  }),
  scenario('cancel-superseded without the permission: the takeover stands', async (stage) => {
    const owner = await ownerAtWork(stage);
    const inputs = { pr: '17', reason: 'it hangs', 'cancel-superseded': 'true' };
    const run = await stage.run({ workflow: TAKEOVER, ...dispatched(inputs), runId: 1002 });
    assert.equal(run.job('takeover'), 'success');
    assert.equal((await stage.record()).activeRun?.runId, '1002');
    assert.equal(stage.repository.run(1001)?.status, 'in_progress');
    assert.match(run.log.readable, /actions: write/);
    await stage.letGo(1001);
    await owner.ended;
  }),
  scenario('release-on-close.yml frees a closed pull request and leaves an open one alone', async (stage) => {
    const owner = await ownerAtWork(stage);
    const closed = async (runId: number): Promise<ActRun> =>
      stage.run({
        workflow: EXAMPLES.close,
        event: 'pull_request_target',
        payload: await stage.pullRequestEvent('closed'),
        runId,
        actor: 'stranger',
      });
    const opened = await closed(1002);
    assert.equal(opened.job('free/release-on-close'), 'success');
    assert.equal(opened.step('free/release-on-close', 'Evict the owner'), 'skipped');
    assert.equal((await stage.record()).activeRun?.runId, '1001');
    await stage.repository.closePullRequest(17, 'merged');
    const freed = await closed(1003);
    assert.equal(freed.job('free/release-on-close'), 'success');
    assert.equal((await stage.record()).activeRun, null);
    assert.deepEqual(await stage.history(), ['claim 1001', 'evict 1003']);
    await stage.letGo(1001);
    await owner.ended;
    assert.equal(owner.step('fix', 'Publish'), 'failure');
    const again = await closed(1004);
    assert.equal(again.job('free/release-on-close'), 'success');
    assert.equal(again.log.outputs('free/release-on-close', 'nobody')['status'], 'release_noop');
    assert.equal(again.step('free/release-on-close', 'Evict the owner'), 'skipped');
    assert.deepEqual(await stage.history(), ['claim 1001', 'evict 1003']);
  }),
  scenario('e2e.yml, our own test on GitHub: a race, a takeover, a release', async (stage) => {
    const event = { event: 'pull_request', payload: await stage.pullRequestEvent('synchronize') };
    const run = await stage.run({ workflow: { file: '.github/workflows/e2e.yml' }, ...event, runId: 1001 });
    for (const job of ['first', 'second', 'takeover', 'released', 'reusable/coordinate', 'answered'])
      assert.equal(run.job(job), 'success', job);
    const text = await stage.repository.readFile('runner-coord-e2e', recordPath(17));
    const { history } = JSON.parse(text ?? '') as StoredRecord;
    assert.deepEqual(
      history.map(({ type }) => type),
      ['claim', 'takeover', 'release'],
    );
    assert.equal(history[2]?.runId, '1001-third');
  }),
];
