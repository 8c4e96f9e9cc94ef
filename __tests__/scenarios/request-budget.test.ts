import { describe, expect, test } from '@jest/globals';
import { minutesAgo, recordOf } from '../../support/records.js';
import { someId, type StepOptions } from '../../support/runner.js';
import {
  CANCEL,
  COMMIT,
  FIRST_CLAIM,
  LIVENESS,
  onStage,
  PERMISSION,
  READ,
  READ_ONLY_TOKEN,
  WITHOUT_JITTER,
} from '../support/scenario.js';

const free = recordOf({ owner: null });
const mine = recordOf();
const another = recordOf({ owner: { runId: '990' } });
const signalled = recordOf({ owner: { runId: '990' }, signals: [{ runId: '990', fencingToken: 1 }] });
const unasked = { 'takeover-permission': 'none' };
const evict = { evict: 'true', 'fencing-token': '1' };
const foreign = { 'require-active-owner': 'false' };

interface Cost {
  readonly name: string;
  readonly command: string;
  /** `null` is a repository without a state branch. */
  readonly planted: Record<string, unknown> | null;
  readonly costs: readonly string[];
  readonly inputs?: Readonly<Record<string, string>>;
  /** Whether the planted owner's run is over. */
  readonly over?: boolean;
  /** Options of the step beside those that say who asks. */
  readonly options?: StepOptions;
}

/** What a command costs in the quiet case, in requests of GitHub: the budget of the contract, section 6. */
const budget: readonly Cost[] = [
  { name: 'first claim', command: 'claim', planted: null, costs: FIRST_CLAIM },
  { name: 'first takeover', command: 'takeover', planted: null, costs: FIRST_CLAIM },
  { name: 'first ensure', command: 'ensure', planted: null, costs: FIRST_CLAIM },
  { name: 'claim', command: 'claim', planted: free, costs: [READ, COMMIT] },
  { name: 'refresh', command: 'claim', planted: mine, costs: [READ, COMMIT] },
  {
    name: 'claim of a later attempt',
    command: 'claim',
    planted: mine,
    options: { attempt: 2 },
    costs: [READ, COMMIT],
  },
  { name: 'refused claim', command: 'claim', planted: another, inputs: { supersede: 'never' }, costs: [READ] },
  { name: 'refused claim that asks for life', command: 'claim', planted: another, costs: [READ, LIVENESS] },
  { name: 'superseding claim', command: 'claim', planted: another, over: true, costs: [READ, LIVENESS, COMMIT] },
  { name: 'claim after a signal, without a question', command: 'claim', planted: signalled, costs: [READ, COMMIT] },
  { name: 'assert', command: 'assert', planted: mine, costs: [READ] },
  { name: 'assert with a token', command: 'assert', planted: mine, inputs: { 'fencing-token': '1' }, costs: [READ] },
  { name: 'assert without a branch', command: 'assert', planted: null, costs: [READ] },
  { name: 'lost assert', command: 'assert', planted: another, costs: [READ] },
  { name: 'strict assert', command: 'assert', planted: mine, inputs: { strict: 'true' }, costs: [READ, COMMIT] },
  { name: 'ensure of the owner', command: 'ensure', planted: mine, costs: [READ] },
  { name: 'ensure', command: 'ensure', planted: free, costs: [READ, COMMIT] },
  {
    name: 'ensure of a later attempt',
    command: 'ensure',
    planted: mine,
    options: { attempt: 2 },
    costs: [READ, COMMIT],
  },
  {
    name: 'ensure of what another workflow run of the run id holds',
    command: 'ensure',
    planted: mine,
    options: { runId: 1002 },
    inputs: { 'run-id': '1001' },
    costs: [READ, COMMIT],
  },
  { name: 'superseding ensure', command: 'ensure', planted: another, over: true, costs: [READ, LIVENESS, COMMIT] },
  { name: 'status', command: 'status', planted: mine, costs: [READ] },
  { name: 'check that asks for life', command: 'check', planted: another, costs: [READ, LIVENESS] },
  { name: 'check of a dead owner', command: 'check', planted: another, over: true, costs: [READ, LIVENESS] },
  { name: 'check of the owner by itself', command: 'check', planted: mine, costs: [READ] },
  { name: 'check of a signalled owner', command: 'check', planted: signalled, costs: [READ] },
  { name: 'check of a free one', command: 'check', planted: free, costs: [READ] },
  { name: 'release', command: 'release', planted: mine, costs: [READ, COMMIT] },
  { name: 'release of nothing', command: 'release', planted: free, costs: [READ] },
  { name: 'eviction', command: 'release', planted: another, inputs: evict, costs: [READ, PERMISSION, COMMIT] },
  { name: 'signal-exit', command: 'signal-exit', planted: mine, costs: [READ, COMMIT] },
  {
    name: 'foreign signal-exit',
    command: 'signal-exit',
    planted: another,
    inputs: foreign,
    costs: [READ, PERMISSION, COMMIT],
  },
  { name: 'takeover', command: 'takeover', planted: another, costs: [READ, PERMISSION, COMMIT] },
  {
    name: 'takeover on a re-run by two actors',
    command: 'takeover',
    planted: another,
    options: { triggeringActor: 'hubot' },
    costs: [READ, PERMISSION, PERMISSION, COMMIT],
  },
  {
    name: 'takeover without a permission check',
    command: 'takeover',
    planted: another,
    inputs: unasked,
    costs: [READ, COMMIT],
  },
  {
    name: 'takeover that cancels, and asks for the run before it does',
    command: 'takeover',
    planted: another,
    inputs: { ...unasked, 'cancel-superseded': 'true' },
    costs: [READ, COMMIT, LIVENESS, CANCEL],
  },
];

test.each(budget)('$name costs exactly $costs.length', ({ command, planted, inputs = {}, over, costs, options }) =>
  onStage(async ({ step, plant, asked, repository, github }) => {
    if (planted !== null) await plant(on(github.serverUrl, planted));
    if (over === true) repository.updateRun(1001, { status: 'completed', conclusion: 'success' });
    repository.setCollaborator('hubot', 'write');
    // The planted owner is workflow run 1001; whoever asks in its name must be it, everybody else is run 1002.
    const runId = planted === another || planted === signalled ? 1002 : 1001;
    await step(command, { runId, ...options, with: inputs });
    expect(asked()).toEqual(costs);
  }),
);

/** The record with a run of the stage's own server: only such a run can be cancelled. */
function on(serverUrl: string, planted: Record<string, unknown>): unknown {
  return JSON.parse(JSON.stringify(planted).replaceAll('https://github.test', serverUrl));
}

test('a first claim stays within five requests', () => {
  expect(FIRST_CLAIM.length).toBeLessThanOrEqual(5);
});

test.each([
  ['pull_request', { pull_request: { number: 17 } }],
  ['pull_request_review', { pull_request: { number: 17 } }],
  ['issue_comment', { issue: { number: 17, pull_request: {} } }],
  ['workflow_dispatch', { inputs: { 'pr-number': '17' } }],
  ['repository_dispatch', { client_payload: { pullRequest: 17 } }],
  ['merge_group', { merge_group: { head_ref: `refs/heads/gh-readonly-queue/main/pr-17-${'a'.repeat(40)}` } }],
])('finding the pull request in the event %s costs nothing', (name, payload) =>
  onStage(async ({ step, plant, asked }) => {
    await plant(mine);
    await step('assert', { event: { name, payload } });
    expect(asked()).toEqual([READ]);
  }),
);

describe('the post step', () => {
  const releasing = { 'release-on-exit': 'true' };
  /** Longer than what the runner can hand over to a post step, which is counted in bytes. */
  const long = recordOf({ owner: null, history: Array.from({ length: 40 }, () => wordy('接管'.repeat(200))) });

  test('costs exactly 1 when nothing else moved', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(free);
      const claim = await step('claim', { with: releasing });
      asked();
      await claim.post();
      expect(asked()).toEqual([COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('costs exactly 2 where the record was too long to be handed over: it has to be read', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(long);
      const claim = await step('claim', { with: releasing });
      expect(Buffer.byteLength(claim.state['coordination'] ?? '', 'utf8')).toBeLessThanOrEqual(24 * 1024);
      asked();
      await claim.post();
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('costs exactly 3 where another pull request has moved the branch: the first write loses', () =>
    onStage(async ({ step, plant, asked, record, repository }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(free);
      const claim = await step('claim', { with: releasing });
      await step('claim', { runId: 1002, with: { pr: '18' } });
      asked();
      await claim.post({ env: WITHOUT_JITTER });
      expect(asked()).toEqual([COMMIT, READ, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('costs exactly 2 where the record was too long and the branch has moved: it reads anyway', () =>
    onStage(async ({ step, plant, asked, repository }) => {
      await repository.openPullRequest({ number: 18 });
      await plant(long);
      const claim = await step('claim', { with: releasing });
      await step('claim', { runId: 1002, with: { pr: '18' } });
      asked();
      await claim.post();
      expect(asked()).toEqual([READ, COMMIT]);
    }));

  test.each([
    ['after a step that was not to release', free, {}],
    ['after a renewal', mine, releasing],
  ])('costs nothing %s', (_name, planted, inputs) =>
    onStage(async ({ step, plant, asked }) => {
      await plant(planted);
      const claim = await step('claim', { with: inputs });
      asked();
      await claim.post();
      expect(asked()).toEqual([]);
    }),
  );
});

function wordy(reason: string): Record<string, unknown> {
  const who = {
    runId: '990',
    attempt: 1,
    previousRunId: null,
    actor: 'octocat',
    workflow: 'agent',
    workflowRunId: 990,
  };
  return { type: 'claim', ...who, at: minutesAgo(9), reason, fencingToken: 1, id: someId() };
}

test('a token that may only read costs no more for being refused', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(free);
    await step('claim', { token: READ_ONLY_TOKEN });
    expect(asked()).toEqual([READ, COMMIT]);
  }));
