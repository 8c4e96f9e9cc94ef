import { describe, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import {
  CANCEL,
  COMMIT,
  FIRST_CLAIM,
  LIVENESS,
  onStage,
  PERMISSION,
  READ,
  READ_ONLY_TOKEN,
} from '../support/scenario.js';

const free = recordOf({ owner: null });
const mine = recordOf();
const another = recordOf({ owner: { runId: '990' } });

/** What a command costs in the quiet case, in requests of GitHub. `planted: null` is a repository without a branch. */
const budget = [
  { name: 'first claim', command: 'claim', planted: null, costs: FIRST_CLAIM },
  { name: 'claim', command: 'claim', planted: free, costs: [READ, COMMIT] },
  { name: 'refresh', command: 'claim', planted: mine, costs: [READ, COMMIT] },
  { name: 'refused claim', command: 'claim', planted: another, inputs: { supersede: 'never' }, costs: [READ] },
  { name: 'refused claim that asks for life', command: 'claim', planted: another, costs: [READ, LIVENESS] },
  { name: 'superseding claim', command: 'claim', planted: another, over: true, costs: [READ, LIVENESS, COMMIT] },
  { name: 'assert', command: 'assert', planted: mine, costs: [READ] },
  { name: 'lost assert', command: 'assert', planted: another, costs: [READ] },
  { name: 'strict assert', command: 'assert', planted: mine, inputs: { strict: 'true' }, costs: [READ, COMMIT] },
  { name: 'ensure of the owner', command: 'ensure', planted: mine, costs: [READ] },
  { name: 'ensure', command: 'ensure', planted: free, costs: [READ, COMMIT] },
  { name: 'status', command: 'status', planted: mine, costs: [READ] },
  { name: 'check', command: 'check', planted: mine, costs: [READ] },
  { name: 'release', command: 'release', planted: mine, costs: [READ, COMMIT] },
  { name: 'release of nothing', command: 'release', planted: free, costs: [READ] },
  {
    name: 'eviction',
    command: 'release',
    planted: another,
    inputs: { evict: 'true' },
    costs: [READ, PERMISSION, COMMIT],
  },
  { name: 'signal-exit', command: 'signal-exit', planted: mine, costs: [READ, COMMIT] },
  { name: 'takeover', command: 'takeover', planted: another, costs: [READ, PERMISSION, COMMIT] },
  {
    name: 'takeover without a permission check',
    command: 'takeover',
    planted: another,
    inputs: { 'takeover-permission': 'none' },
    costs: [READ, COMMIT],
  },
  {
    name: 'takeover that cancels',
    command: 'takeover',
    planted: another,
    inputs: { 'takeover-permission': 'none', 'cancel-superseded': 'true' },
    costs: [READ, COMMIT, CANCEL],
  },
];

test.each(budget)('$name costs exactly $costs.length', ({ command, planted, inputs, over, costs }) =>
  onStage(async ({ step, plant, asked, repository }) => {
    if (planted !== null) await plant(planted);
    if (over === true) repository.updateRun(1001, { status: 'completed', conclusion: 'success' });
    // The planted owner is workflow run 1001; whoever asks in its name must be it, everybody else is run 1002.
    const runId = planted === another ? 1002 : 1001;
    await step(command, { runId, ...(inputs === undefined ? {} : { with: inputs }) });
    expect(asked()).toEqual(costs);
  }),
);

describe('the post step', () => {
  test('costs exactly 1 when nothing else moved', () =>
    onStage(async ({ step, plant, asked, record }) => {
      await plant(free);
      const claim = await step('claim', { with: { 'release-on-exit': 'true' } });
      asked();
      await claim.post();
      expect(asked()).toEqual([COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('costs nothing after a step that was not to release', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(free);
      const claim = await step('claim');
      asked();
      await claim.post();
      expect(asked()).toEqual([]);
    }));
});

test('a token that may only read costs no more for being refused', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(free);
    await step('claim', { token: READ_ONLY_TOKEN });
    expect(asked()).toEqual([READ, COMMIT]);
  }));
