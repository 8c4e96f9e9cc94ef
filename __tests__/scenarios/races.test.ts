import { expect, test } from '@jest/globals';
import { isQuery } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { addRun, COMMIT, expectOk, expectRefusal, onStage, READ } from '../support/scenario.js';

/** Ten workflow runs, each a process of its own; a barrier lets all of them read before any may write. */
const RACERS = Array.from({ length: 10 }, (_, index) => 3001 + index);
const PATIENCE = { timeoutMs: 30_000 };
const MOST_REQUESTS = 8;

test('ten runs claim one pull request of a repository without a state branch: one owner, nine clear refusals', () =>
  onStage(async ({ step, github, repository, log, record }) => {
    for (const id of RACERS) addRun(repository, id);
    const barrier = github.faults.barrier(RACERS.length, isQuery(), PATIENCE);

    const claims = await Promise.all(RACERS.map((runId) => step('claim', { runId })));

    expect(barrier).toMatchObject({ arrived: 10, timedOut: false });
    const winners = claims.filter(({ outputs }) => outputs['owned'] === 'true');
    const losers = claims.filter((claim) => !winners.includes(claim));
    expect(winners).toHaveLength(1);
    const owner = winners[0]?.outputs['run-id'] ?? '';
    for (const winner of winners) expectOk(winner, 'claimed_new', true);
    for (const loser of losers) expectRefusal(loser, 'active_run_exists', `run ${owner} (`);
    expect(await log()).toHaveLength(1);
    const stored = await record();
    expect(stored?.activeRun?.runId).toBe(owner);
    expect(stored?.history.map(({ type }) => type)).toEqual(['claim']);
  }));

test('ten runs claim ten pull requests on one branch: ten owners, at most eight requests each on average', () =>
  onStage(async ({ step, github, repository, plant, log, record, requestsSince }) => {
    await plant(recordOf());
    const pulls = RACERS.map((runId) => runId - 3000 + 100);
    for (const number of pulls) await repository.openPullRequest({ number });
    const barrier = github.faults.barrier(RACERS.length, isQuery(), PATIENCE);
    requestsSince();

    const claims = await Promise.all(
      RACERS.map((runId, index) => step('claim', { runId, with: { pr: String(pulls[index]) } })),
    );

    expect(barrier).toMatchObject({ arrived: 10, timedOut: false });
    for (const claim of claims) expectOk(claim, 'claimed_new', true);
    const requests = requestsSince().map(({ operation }) => operation);
    const average = requests.length / claims.length;
    console.info(`ten pull requests on one branch: ${average.toFixed(1)} requests a claim on average`);
    expect(average).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(new Set(requests)).toEqual(new Set([READ, COMMIT]));

    expect(await log()).toHaveLength(11);
    for (const [index, number] of pulls.entries()) {
      const stored = await record(number);
      expect(stored?.activeRun?.runId).toBe(String(RACERS[index]));
      expect(stored?.history).toHaveLength(1);
    }
  }));

test('ten runs take one pull request over from each other: every tenure has its own, rising token', () =>
  onStage(async ({ step, github, plant, repository, record }) => {
    await plant(recordOf());
    for (const id of RACERS) addRun(repository, id);
    github.faults.barrier(RACERS.length, isQuery(), PATIENCE);
    const settings = { 'takeover-permission': 'none' };

    const takeovers = await Promise.all(RACERS.map((runId) => step('takeover', { runId, with: settings })));

    for (const takeover of takeovers) expectOk(takeover, 'taken_over', true);
    const tokens = takeovers.map(({ outputs }) => Number(outputs['fencing-token'])).sort((one, other) => one - other);
    expect(tokens).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    const stored = await record();
    expect(stored?.history.map(({ fencingToken }) => fencingToken)).toEqual([1, ...tokens]);
    const last = takeovers.find(({ outputs }) => outputs['fencing-token'] === '11');
    expect(stored?.activeRun?.runId).toBe(last?.outputs['run-id']);
  }));
