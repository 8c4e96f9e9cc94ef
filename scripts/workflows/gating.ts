import assert from 'node:assert/strict';
import { join } from 'node:path';
import { exists } from './act.js';
import { handedOnOutputs } from './interface.js';
import { commented, EXAMPLES, issueOf, opened, scenario, type Scenario } from './scenario.js';

/** Jobs that are gated on the reusable workflow. */

const PROBE = `
on: pull_request
permissions: {}
jobs:
  coordinate:
    permissions: { contents: write, actions: read, pull-requests: read }
    uses: org/runner-coord/.github/workflows/coordinate.yml@v1
    with:
      reason: to see what comes across
      on-conflict: ON_CONFLICT
  gated:
    needs: coordinate
    if: needs.coordinate.outputs.owned == 'true'
    runs-on: ubuntu-latest
    steps:
      - id: seen
        env:
          OUTPUTS: \${{ toJSON(needs.coordinate.outputs) }}
        run: |
          { echo 'outputs<<END'; echo "$OUTPUTS"; echo END; } >> "$GITHUB_OUTPUT"
  by-needs-alone:
    needs: coordinate
    runs-on: ubuntu-latest
    steps:
      - run: 'true'
`;

export const GATING: readonly Scenario[] = [
  scenario('two concurrent runs of a gated workflow: only the owner’s gated job runs', async (stage) => {
    await stage.hold(1001);
    await stage.hold(1002);
    const event = await opened(stage);
    const runs = await Promise.all(
      [1001, 1002].map((runId) => stage.start({ workflow: EXAMPLES.gate, ...event, runId })),
    );
    const ownerId = await stage.atWork(1001, 1002);
    const owner = runs.find(({ runId }) => runId === ownerId);
    const other = runs.find(({ runId }) => runId !== ownerId);
    assert.ok(owner && other);
    await other.ended;
    assert.equal(other.exitCode, 0);
    assert.equal(other.job('coordinate/coordinate'), 'success');
    assert.equal(other.job('work'), 'skipped');
    assert.equal(other.job('release/coordinate'), 'skipped');
    const refusal = other.log.outputs('coordinate/coordinate', 'coordinate');
    assert.equal(refusal['owned'], 'false');
    assert.equal(refusal['error'], 'active_run_exists');
    assert.equal(refusal['owner-run-id'], String(ownerId));
    assert.equal((await stage.record()).activeRun?.runId, String(ownerId));
    await stage.letGo(ownerId);
    await owner.ended;
    assert.equal(owner.exitCode, 0);
    assert.equal(owner.job('work'), 'success');
    assert.equal(owner.job('release/coordinate'), 'success');
    assert.deepEqual(
      (await stage.marks()).map(({ runId }) => runId),
      [ownerId],
    );
    assert.deepEqual(await stage.history(), [`claim ${String(ownerId)}`, `release ${String(ownerId)}`]);
    assert.equal((await stage.record()).activeRun, null);
  }),
  scenario('all outputs cross workflow_call', async (stage) => {
    const workflow = { text: PROBE.replace('ON_CONFLICT', 'continue') };
    const run = await stage.run({ workflow, ...(await opened(stage)), runId: 1001 });
    assert.equal(run.job('gated'), 'success');
    const seen = JSON.parse(run.log.outputs('gated', 'seen')['outputs'] ?? '{}') as Record<string, string>;
    assert.deepEqual(Object.keys(seen).sort(), [...(await handedOnOutputs())].sort());
    const record = await stage.record();
    const pull = await stage.repository.pullRequest(17);
    const { result, ...rest } = seen;
    assert.deepEqual(rest, {
      owned: 'true',
      status: 'claimed_new',
      error: '',
      message: rest['message'],
      repo: 'acme/widgets',
      pr: '17',
      scope: '',
      'run-id': '1001',
      'owner-run-id': '1001',
      'owner-url': `${stage.github.serverUrl}/acme/widgets/actions/runs/1001/attempts/1`,
      'previous-run-id': '',
      'claimed-at': record.activeRun?.claimedAt,
      'updated-at': record.activeRun?.updatedAt,
      'expires-at': '',
      'fencing-token': String(record.fencingToken),
      'exit-signaled': 'false',
      'queue-position': '',
      'head-sha': pull.headRefOid,
      'head-ref': pull.headRefName,
      'head-repo': 'acme/widgets',
      'is-fork': 'false',
      'pr-state': 'open',
      'state-branch': 'runner-coord-state',
      'state-path': 'pulls/0/17.json',
      'state-commit': await stage.repository.head('runner-coord-state'),
    });
    assert.deepEqual((JSON.parse(result ?? '') as { record: unknown }).record, record);
  }),
  scenario('on-conflict: a refusal is green and gates by `owned`, or fails and gates by `needs`', async (stage) => {
    await stage.hold(1001);
    const event = await opened(stage);
    const owner = await stage.start({ workflow: EXAMPLES.gate, ...event, runId: 1001 });
    await stage.atWork(1001);
    const probe = (policy: string): { text: string } => ({ text: PROBE.replace('ON_CONFLICT', policy) });
    const green = await stage.run({ workflow: probe('continue'), ...event, runId: 1002 });
    assert.equal(green.job('coordinate/coordinate'), 'success');
    assert.equal(green.job('gated'), 'skipped');
    assert.equal(green.job('by-needs-alone'), 'success');
    const red = await stage.run({ workflow: probe('fail'), ...event, runId: 1003 });
    assert.equal(red.job('coordinate/coordinate'), 'failure');
    assert.equal(red.log.outputs('coordinate/coordinate', 'coordinate')['owned'], 'false');
    assert.equal(red.job('gated'), 'skipped');
    assert.equal(red.job('by-needs-alone'), 'skipped');
    await stage.letGo(1001);
    await owner.ended;
  }),
  scenario('issue_comment: a member’s comment on a pull request starts the work, nothing else does', async (stage) => {
    const pull = issueOf(stage, 17);
    const run = (runId: number, payload: object): ReturnType<typeof stage.run> =>
      stage.run({ workflow: EXAMPLES.gate, event: 'issue_comment', payload, runId });
    const refused = await Promise.all([
      run(1001, commented('NONE', pull)),
      run(1002, commented('MEMBER', { number: 18 })),
      run(1003, commented('MEMBER', pull, 'nice')),
    ]);
    for (const { exitCode, log } of refused) {
      assert.equal(exitCode, 0);
      assert.deepEqual(log.jobs, []);
    }
    assert.equal(await stage.repository.head('runner-coord-state'), null);
    const member = await run(1004, commented('MEMBER', pull));
    assert.equal(member.job('work'), 'success');
    assert.deepEqual(
      (await stage.marks()).map(({ runId, args }) => [runId, args]),
      [[1004, '17']],
    );
    assert.deepEqual(await stage.history(), ['claim 1004', 'release 1004']);
  }),
  scenario('issue_comment on the pull request of a fork: its code is not run', async (stage) => {
    await stage.repository.openPullRequest({ number: 18, fork: 'forker/widgets' });
    const payload = commented('MEMBER', issueOf(stage, 18));
    const run = await stage.run({ workflow: EXAMPLES.gate, event: 'issue_comment', payload, runId: 1001 });
    assert.equal(run.exitCode, 0);
    const claim = run.log.outputs('coordinate/coordinate', 'coordinate');
    assert.deepEqual([claim['owned'], claim['is-fork'], claim['head-repo']], ['true', 'true', 'forker/widgets']);
    assert.equal(run.job('work'), 'skipped');
    assert.deepEqual(await stage.marks(), []);
    assert.equal(run.job('release/coordinate'), 'success');
    assert.deepEqual(await stage.history(18), ['claim 1001', 'release 1001']);
  }),
  scenario('the smallest example: one job claims, and releases when it ends', async (stage) => {
    const run = await stage.run({ workflow: EXAMPLES.minimal, ...(await opened(stage)), runId: 1001 });
    assert.equal(run.job('fix'), 'success');
    assert.deepEqual(await stage.history(), ['claim 1001', 'release 1001']);
  }),
  scenario(
    'a pull request of a fork: refused with a read-only token, coordinated from pull_request_target',
    async (stage) => {
      await stage.repository.openPullRequest({ number: 18, fork: 'forker/widgets', title: '$(touch "$HOME/pwned")' });
      const payload = await stage.pullRequestEvent('opened', {}, 18);
      const readOnly = await stage.run({
        workflow: EXAMPLES.gate,
        event: 'pull_request',
        payload,
        runId: 1001,
        token: 'read-only',
      });
      assert.equal(readOnly.job('coordinate/coordinate'), 'failure');
      assert.equal(readOnly.job('work'), 'skipped');
      assert.equal(readOnly.log.outputs('coordinate/coordinate', 'coordinate')['error'], 'permission_denied');
      assert.equal(await stage.repository.head('runner-coord-state'), null);
      const run = await stage.run({ workflow: EXAMPLES.fork, event: 'pull_request_target', payload, runId: 1002 });
      assert.equal(run.job('triage'), 'success');
      const [mark] = await stage.marks();
      assert.match(mark?.args ?? '', /^18 .*touch/);
      assert.equal(await exists(join(stage.folder, 'run-1002', 'home', 'pwned')), false);
      assert.deepEqual(await stage.history(18), ['claim 1002', 'release 1002']);
    },
  ),
];
