import { expect, test } from '@jest/globals';
import {
  isMutation,
  isQuery,
  isRest,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  servedFrom,
  type FaultAction,
  type Meanwhile,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  FIRST_CLAIM,
  LIVENESS,
  onStage,
  ONE_REF,
  READ,
  REF,
  WITHOUT_JITTER,
  type Stage,
} from '../support/scenario.js';
import { STATE_BRANCH } from '../../support/world.js';

const free = recordOf({ owner: null });
const env = WITHOUT_JITTER;

/** GitHub words a lost race in two ways: one when it checks, one when it updates the ref. */
const wordings: [string, (meanwhile?: Meanwhile) => FaultAction][] = [
  ['Expected branch to point to … but it did not', losesRaceBeforeCheck],
  ['Ref … is at … but expected …', losesRaceAtUpdate],
];

/** The history shows this step's claim exactly once. */
async function expectClaimedOnce({ record }: Stage, runId: string): Promise<void> {
  const claims = (await record())?.history.filter((event) => event.type === 'claim' && event.runId === runId);
  expect(claims).toHaveLength(1);
}

test.each(wordings)('"%s" because of another pull request is no conflict: the claim is made again', (_words, fault) =>
  onStage(async (stage) => {
    const { step, plant, github, asked, log } = stage;
    await plant(free);
    github.faults.next(isMutation(), fault());
    expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
    expect(asked()).toEqual([READ, COMMIT, READ, COMMIT]);
    expect(await log()).toHaveLength(3);
    await expectClaimedOnce(stage, '1002');
  }),
);

test.each(wordings)('"%s" because another run claimed first is decided anew, and refused', (_words, fault) =>
  onStage(async ({ step, plant, github, asked, log, record }) => {
    await plant(free);
    const rival = recordOf({ token: 2 });
    github.faults.next(
      isMutation(),
      fault(async () => void (await plant(rival))),
    );
    expectRefusal(await step('claim', { runId: 1002, env }), 'active_run_exists', 'run 1001');
    expect(asked()).toEqual([READ, COMMIT, READ, LIVENESS]);
    expect(await log()).toHaveLength(2);
    expect(await record()).toEqual(rival);
  }),
);

test('a takeover whose victim released in between becomes a claim', () =>
  onStage(async ({ step, plant, github, record }) => {
    await plant(recordOf({ token: 3 }));
    const victimReleases: Meanwhile = async () => expectOk(await step('release', { runId: 1001 }), 'released', false);
    github.faults.next(isMutation(), losesRaceBeforeCheck(victimReleases));
    const takeover = await step('takeover', { runId: 1002, env, with: { 'takeover-permission': 'none' } });
    expectOk(takeover, 'claimed_new', true);
    expect((await record())?.history.at(-1)).toMatchObject({ type: 'claim', previousRunId: null, fencingToken: 4 });
  }));

test('a release that was taken over in between releases nothing of the successor', () =>
  onStage(async ({ step, plant, github, record }) => {
    await plant(recordOf());
    const successor = recordOf({ owner: { runId: '1002' }, token: 2 });
    github.faults.next(
      isMutation(),
      losesRaceBeforeCheck(async () => void (await plant(successor))),
    );
    expectRefusal(await step('release', { env }), 'ownership_lost', 'run 1002');
    expect(await record()).toEqual(successor);
  }));

test('a reading from before the lost race is noticed and read again', () =>
  onStage(async (stage) => {
    const { step, plant, github, repository, asked } = stage;
    await plant(free);
    const past = await repository.snapshot();
    github.faults.next(isMutation(), losesRaceBeforeCheck());
    github.faults.nth(1, isQuery(), servedFrom(repository, past));
    expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
    expect(asked()).toEqual([READ, COMMIT, READ, READ, COMMIT]);
    await expectClaimedOnce(stage, '1002');
  }));

test('two runs that make the state branch at the same time: one makes it, the other uses it', () =>
  onStage(async ({ step, github, repository, asked, log, record }) => {
    await repository.openPullRequest({ number: 18 });
    const rival: Meanwhile = async () => {
      expectOk(await step('claim', { runId: 1002, with: { pr: '18' } }), 'claimed_new', true);
    };
    github.faults.next(isRest(REF), losesRaceBeforeCheck(rival));
    expectOk(await step('claim', { runId: 1001, env }), 'claimed_new', true);
    expect(asked()).toEqual([...FIRST_CLAIM, ...FIRST_CLAIM, ONE_REF, READ, COMMIT]);

    const commits = await log();
    expect(commits.map(({ message }) => message.split('\n')[0])).toEqual([
      'claim pull request 17 of acme/widgets by run 1001',
      'claim pull request 18 of acme/widgets by run 1002',
    ]);
    expect(commits.at(-1)?.parents).toEqual([]);
    expect(await repository.readFile(STATE_BRANCH, 'README.md')).not.toBeNull();
    expect((await record(17))?.activeRun?.runId).toBe('1001');
    expect((await record(18))?.activeRun?.runId).toBe('1002');
  }));

test('a state branch that goes away in between is no free pull request: its tokens would start again', () =>
  onStage(async ({ step, plant, github, repository, log }) => {
    await plant(free);
    github.faults.next(
      isMutation(),
      losesRaceBeforeCheck(() => repository.deleteBranch(STATE_BRANCH)),
    );
    const claim = await step('claim', { runId: 1002, env });
    expect(claim.exitCode).toBe(1);
    expect(claim.outputs['owned']).toBe('false');
    expect(await log()).toEqual([]);
  }));

test('trees and commits that lost the race for the branch leave nothing behind on it', () =>
  onStage(async ({ step, plant, github, asked, log }) => {
    github.faults.next(
      isRest(REF),
      losesRaceBeforeCheck(async () => void (await plant(recordOf()))),
    );
    expectRefusal(await step('claim', { runId: 1002, env }), 'active_run_exists', 'run 1001');
    expect(asked()).toEqual([...FIRST_CLAIM, ONE_REF, READ, LIVENESS]);
    expect(await log()).toHaveLength(1);
  }));
