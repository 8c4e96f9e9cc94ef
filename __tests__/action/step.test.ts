import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  badGateway,
  badGatewayAfterApplying,
  isMutation,
  isQuery,
  isRest,
  neverAnswers,
} from '../../support/local-github/index.js';
import { runStepInProcess } from '../../support/in-process.js';
import type { StepOptions, StepResult } from '../../support/runner.js';
import { createWorld, type World } from '../../support/world.js';

/** The shell from the sources: what main, post and the report do around a decision. Rules are tested elsewhere. */

const TARGET = { repo: 'acme/widgets', pr: 17, scope: null };

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.repository.openPullRequest({ number: 18 });
  for (const id of [1001, 1002])
    world.repository.addRun({ id, status: 'in_progress', conclusion: null, runAttempt: 1 });
});
afterEach(async () => {
  expect(world.github.violations).toEqual([]);
  await world.close();
});

const step = (command: string, options: StepOptions = {}): Promise<StepResult> =>
  runStepInProcess(world.github, { ...options, with: { command, ...options.with } });
const keeping = { 'release-on-exit': 'true' };

/** What main would have left had it been killed in its first write. */
function pendingState(main: StepResult): object {
  return { ...(JSON.parse(main.state['coordination'] ?? '{}') as object), phase: 'pending', tenure: null };
}

describe('main', () => {
  test('claims, and a refusal fails the step unless the user asked to go on', async () => {
    const claim = await step('claim');
    expect(claim).toMatchObject({ exitCode: 0, outputs: { owned: 'true', status: 'claimed_new' } });
    const refused = await step('claim', { runId: 1002 });
    expect(refused).toMatchObject({ exitCode: 1, outputs: { owned: 'false', error: 'active_run_exists' } });
    expect(refused.annotations.map(({ level }) => level)).toEqual(['error']);
    const goesOn = await step('claim', { runId: 1002, with: { 'on-conflict': 'continue' } });
    expect(goesOn).toMatchObject({ exitCode: 0, outputs: { owned: 'false', error: 'active_run_exists' } });
    expect(goesOn.annotations.map(({ level }) => level)).toEqual(['notice']);
  });

  test('names every bad input at once', async () => {
    const { outputs } = await step('clam', { with: { evict: 'maybe', timeout: '5', 'on-conflict': 'continue' } });
    expect(outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
    for (const name of ['command', 'evict', 'timeout']) expect(outputs['message']).toContain(`"${name}"`);
  });

  test('refuses an environment that no runner gives', async () => {
    const env = { GITHUB_RUN_ID: '10x', GITHUB_API_URL: 'nowhere' };
    const { outputs } = await step('claim', { env });
    expect(outputs['error']).toBe('invalid_input');
    for (const name of Object.keys(env)) expect(outputs['message']).toContain(name);
  });

  test('minds a run id of a sub-agent that cannot be one only where it goes by it', async () => {
    const env = { PI_SUBAGENT_RUN_ID: 'a\u0007b' };
    const { outputs } = await step('claim', { env });
    expect(outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
    expect(outputs['message']).toMatch(/PI_SUBAGENT_RUN_ID must be .*set the input "run-id"/);
    expect((await step('status', { env })).outputs).toMatchObject({ status: 'status', 'run-id': '1001' });
    expect((await step('claim', { env, with: { 'run-id': 'mine' } })).outputs['status']).toBe('claimed_new');
  });

  test('takes the run id from the input, else from the sub-agent, else from the workflow run', async () => {
    const env = { PI_SUBAGENT_RUN_ID: 'agent-7' };
    expect((await step('status', { env, with: { 'run-id': 'mine' } })).outputs['run-id']).toBe('mine');
    expect((await step('status', { env })).outputs['run-id']).toBe('agent-7');
    expect((await step('status')).outputs['run-id']).toBe('1001');
  });

  test('leaves the run ids of persons to them', async () => {
    const mine = await step('status', { with: { 'run-id': 'person:octocat' } });
    expect(mine.outputs).toMatchObject({ status: 'status', 'run-id': 'person:octocat' });
    const others = await step('claim', { with: { 'run-id': 'person:mona' } });
    expect(others.outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
    const restarted = await step('claim', {
      with: { 'run-id': 'person:octocat' },
      env: { GITHUB_TRIGGERING_ACTOR: 'mona' },
    });
    expect(restarted.outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
  });

  // Case T10: an earlier step of the job may have written anything into the environment.
  test('never acts as post, whatever the environment says', async () => {
    const before = await step('claim', { with: keeping });
    const env = { 'STATE_is-post': 'true', STATE_coordination: before.state['coordination'] ?? '' };
    const assert = await step('assert', { runId: 1002, env });
    expect(assert).toMatchObject({ exitCode: 1, outputs: { owned: 'false', error: 'ownership_lost' } });
    expect((await world.record())?.activeRun?.runId).toBe('1001');
  });

  test('needs a run id, but outside of Actions ensure has nothing to do without one', async () => {
    const outside = { GITHUB_RUN_ID: undefined, GITHUB_ACTIONS: undefined };
    expect((await step('claim', { env: outside })).outputs).toMatchObject({ owned: 'false', error: 'run_id_required' });
    const skipped = await step('ensure', { env: outside });
    expect(skipped).toMatchObject({ exitCode: 0, outputs: { owned: 'false', status: 'skipped_no_async_run_id' } });
    expect((await step('ensure', { env: { GITHUB_RUN_ID: undefined } })).outputs['error']).toBe('run_id_required');
    expect((await step('status', { env: outside })).outputs['status']).toBe('status');
  });

  test('says what is wrong with the event, or asks GitHub about it', async () => {
    const broken = { event: { name: 'push', payload: '{"after":' } };
    expect((await step('claim', broken)).outputs['error']).toBe('target_unresolved');
    expect((await step('claim', { ...broken, with: { pr: '17' } })).outputs['status']).toBe('claimed_new');
    expect((await step('claim', { env: { GITHUB_EVENT_PATH: undefined } })).outputs['error']).toBe('target_unresolved');

    const { headRefOid } = await world.repository.pullRequest(17);
    const push = { event: { name: 'push', payload: { ref: 'refs/heads/pr-17', after: headRefOid } } };
    expect((await step('status', push)).outputs['pr']).toBe('17');
    world.github.faults.next(isRest(/commits/), badGateway());
    expect((await step('status', push)).outputs['pr']).toBe('17');
    world.github.revokeToken('token-octocat');
    expect((await step('status', push)).outputs['error']).toBe('permission_denied');
  });

  test('tells a fork why its token is read-only', async () => {
    const repo = (name: string): unknown => ({ repo: { full_name: name } });
    const payload = { pull_request: { number: 17, head: repo('mallory/widgets'), base: repo('acme/widgets') } };
    const { outputs } = await step('claim', { token: 'token-reader', event: { name: 'pull_request', payload } });
    expect(outputs).toMatchObject({ owned: 'false', error: 'permission_denied' });
    expect(outputs['message']).toMatch(/fork.*pull_request_target or workflow_run/);
  });

  test('asks GitHub to cancel the owner that was taken over, and says what came of it', async () => {
    await step('claim');
    const cancelling = { 'cancel-superseded': 'true', reason: 'stuck' };
    const takeover = await step('takeover', { runId: 1002, with: cancelling });
    expect(takeover.outputs).toMatchObject({ owned: 'true', status: 'taken_over' });
    expect(takeover.stdout).toContain('GitHub was asked to cancel run 1001');
    expect(world.repository.run(1001)?.status).toBe('completed');
    const back = await step('takeover', { runId: 1001, with: { ...cancelling, 'run-id': 'by-hand' } });
    expect(back.outputs['status']).toBe('taken_over');
    const again = await step('takeover', { runId: 1001, with: { ...cancelling, 'run-id': 'sibling' } });
    expect(again.annotations.map(({ message }) => message).join()).toContain('another job of this very workflow run');
  });

  test('shows on the head of the pull request who owns it, and what post has made of that', async () => {
    const shown = { ...keeping, 'pr-status': 'true' };
    const { headRefOid } = await world.repository.pullRequest(17);
    const told = (): string[] => world.repository.statuses(headRefOid).map(({ state }) => state);
    const unasked = await step('claim', { with: shown });
    expect(unasked).toMatchObject({ exitCode: 0, outputs: { owned: 'true' } });
    expect(unasked.annotations.map(({ message }) => message).join()).toContain('statuses: write');
    const permissions = { contents: 'write', actions: 'write', 'pull-requests': 'write', statuses: 'write' } as const;
    world.github.issueToken('token-octocat', { login: 'octocat', permissions });
    expect((await unasked.post()).annotations).toEqual([]);
    const claim = await step('claim', { with: shown });
    expect(claim.annotations).toEqual([]);
    await step('assert', { with: { ...shown, strict: 'true' } });
    expect(told()).toEqual(['success', 'pending']);
    world.requestsSince();
    const again = await step('claim', { runId: 1002, with: { ...shown, supersede: 'never' } });
    expect(again.outputs['error']).toBe('active_run_exists');
    expect(world.requestsSince()).toHaveLength(1);
    await claim.post();
    expect(told()).toEqual(['success', 'pending', 'success']);
  });

  test('a summary that cannot be written is only a warning', async () => {
    const { exitCode, annotations } = await step('status', { env: { GITHUB_STEP_SUMMARY: undefined } });
    expect({ exitCode, annotations }).toEqual({ exitCode: 0, annotations: [] });
  });
});

describe('post', () => {
  test('releases what main held, with the outcome of the job, in one request', async () => {
    const main = await step('claim', { with: keeping });
    world.requestsSince();
    const post = await main.post({ jobStatus: 'failure' });
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(world.requestsSince().map(({ operation }) => operation)).toEqual(['createCommitOnBranch']);
    expect((await world.record())?.activeRun).toBeNull();
    expect((await world.record())?.history.at(-1)).toMatchObject({ type: 'release', outcome: 'failure' });
  });

  test('does nothing without release-on-exit, after a refusal, or after merely looking', async () => {
    const kept = await step('claim');
    const refused = await step('claim', { runId: 1002, with: keeping });
    const looked = await step('status', { with: keeping });
    expect(looked.outputs['owned']).toBe('true');
    world.requestsSince();
    for (const main of [kept, refused, looked]) await main.post();
    expect(world.requestsSince()).toEqual([]);
  });

  test('of a main that was killed before it saved anything does nothing, least of all what main would have done', async () => {
    const main = await step('claim', { with: keeping });
    await step('release');
    world.requestsSince();
    await main.post({ env: { STATE_coordination: '', 'STATE_is-post': '' } });
    expect(world.requestsSince()).toEqual([]);
  });

  test('leaves a successor alone', async () => {
    const main = await step('claim', { with: keeping });
    await step('takeover', { runId: 1002 });
    const post = await main.post();
    expect(post.exitCode).toBe(0);
    // Case O23: what the job did meanwhile, it did without owning the pull request, and somebody should look.
    expect(post.annotations.map(({ level }) => level)).toEqual(['warning']);
    expect(post.annotations[0]?.message).toMatch(/lost acme\/widgets#17 .*owned by run 1002 .* since \d{4}-/);
    expect((await world.record())?.activeRun?.runId).toBe('1002');
  });

  test('looks for a write whose outcome main did not learn, and releases only that', async () => {
    await step('status');
    world.github.faults.next(isRest('POST /repos/{owner}/{repo}/git/refs'), badGatewayAfterApplying());
    world.github.faults.nth(1, isQuery(), neverAnswers());
    const main = await step('claim', { with: { ...keeping, timeout: '1500ms' } });
    expect(main.outputs).toMatchObject({ owned: 'false', error: 'deadline_exceeded' });
    expect(main.outputs['message']).toContain('not known');
    expect((await world.record())?.activeRun?.runId).toBe('1001');
    await main.post();
    expect((await world.record())?.activeRun).toBeNull();
  });

  test('asks nothing where main had written nothing', async () => {
    world.github.faults.next(isQuery(), neverAnswers());
    const main = await step('claim', { with: { ...keeping, timeout: '300ms' } });
    expect(main.outputs['error']).toBe('deadline_exceeded');
    expect(main.state['coordination']).toBeUndefined();
    world.requestsSince();
    expect(await main.post()).toMatchObject({ exitCode: 0, annotations: [] });
    expect(world.requestsSince()).toEqual([]);
  });

  // Finding nothing is no proof that nothing lands later, so the head is moved.
  test('of a main that was killed in the middle of a write which never landed moves the head by one commit', async () => {
    await step('claim', { runId: 1002 });
    const main = await step('claim', { with: keeping });
    const state = { ...pendingState(await step('claim', { with: { ...keeping, pr: '18' } })), target: TARGET };
    const post = await main.post({ env: { STATE_coordination: JSON.stringify(state) } });
    expect(post).toMatchObject({ exitCode: 0, annotations: [] });
    expect(post.stdout).toContain('no tenure of it can begin any more');
    const record = await world.record();
    expect(record?.activeRun?.runId).toBe('1002');
    expect(record?.history.at(-1)).toMatchObject({ type: 'leave', runId: '1001' });
  });

  // Case O9, and what another step has renewed since is that step's.
  test('releases neither what its step only found, nor what another step has renewed since', async () => {
    const first = await step('claim', { with: keeping });
    const second = await step('claim', { with: keeping });
    expect(second.outputs['status']).toBe('refreshed');
    for (const main of [second, first]) {
      expect(await main.post()).toMatchObject({ exitCode: 0, annotations: [] });
      expect((await world.record())?.activeRun?.runId).toBe('1001');
    }
  });

  test('warns, and never fails, when it cannot release', async () => {
    const main = await step('claim', { with: keeping });
    const warned = async (env: Record<string, string>): Promise<string> => {
      const { exitCode, annotations } = await main.post({ env });
      expect({ exitCode, levels: annotations.map(({ level }) => level) }).toEqual({ exitCode: 0, levels: ['warning'] });
      return annotations[0]?.message ?? '';
    };
    expect(await warned({ STATE_coordination: '{"phase":' })).toContain('cannot be read');
    expect(await warned({ STATE_coordination: '{"phase":"held"}' })).toContain('cannot be read');
    expect(await warned({ GITHUB_RUN_ATTEMPT: 'x' })).toContain('GITHUB_RUN_ATTEMPT');
    // Case T6.
    expect(await warned({ 'INPUT_GITHUB-TOKEN': '' })).toMatch(/got no "github-token".*if: always\(\)/);
    world.github.revokeToken('token-octocat');
    expect(await warned({})).toContain('Not released');
    expect(await warned({ STATE_coordination: JSON.stringify(pendingState(main)) })).toContain('Not released');
    expect((await world.record())?.activeRun?.runId).toBe('1001');
  });

  test('falls back to reading when the branch moved', async () => {
    const main = await step('claim', { with: keeping });
    await step('claim', { runId: 1002, with: { pr: '18' } });
    world.requestsSince();
    await main.post();
    const operations = world.requestsSince().map(({ operation }) => operation);
    expect(operations).toEqual(['createCommitOnBranch', 'repository', 'createCommitOnBranch']);
    expect((await world.record())?.activeRun).toBeNull();
    expect((await world.record(18))?.activeRun?.runId).toBe('1002');
    expect(world.github.requests.filter(isMutation()).length).toBeGreaterThan(0);
  });
});
