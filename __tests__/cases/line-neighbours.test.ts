import { describe, expect, test } from '@jest/globals';
import {
  badGateway,
  delayed,
  isBy,
  isMutation,
  isQuery,
  isRest,
  landsLate,
  primaryRateLimit,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { LOOK, placeOf, recordWithLine, until, waiterOf } from '../support/line.js';
import { expectOk, onFastStage, onStage, TWENTY_TIMES_FASTER, type Stage } from '../support/scenario.js';

/** O18, O19 and their neighbours: what a hostile tester did to those in line. Each for itself, and most of the time idle: all at once. */

const env = TWENTY_TIMES_FASTER;
const patient = { 'wait-timeout': '30m', timeout: '20m' };

/** GitHub's time since the present tenure began. */
async function minutesSinceClaim({ github, record }: Stage): Promise<number> {
  return (github.clock.now().getTime() - Date.parse((await record())?.activeRun?.claimedAt ?? '')) / 60_000;
}

describe('looks that come to nothing do not blind who waits', () => {
  test.concurrent('a rate limit of REST alone', () =>
    onFastStage(async (stage) => {
      const { plant, step, github } = stage;
      await plant(recordOf());
      const waiter = await waiterOf(stage, { runId: 1002, env, with: { ...patient, 'wait-timeout': '2h' } });
      github.faults.add({ match: isRest(LOOK), action: primaryRateLimit({ resetInSeconds: 20 * 60 }), times: 1 });
      await new Promise((resolve) => setTimeout(resolve, 600));
      await step('release');
      expectOk(await waiter.ended, 'claimed_new', true);
      expect(await minutesSinceClaim(stage)).toBeLessThan(3);
    }),
  );

  test.concurrent('502 on and on of the contents alone', () =>
    onFastStage(async (stage) => {
      const { plant, step, github } = stage;
      await plant(recordOf());
      const waiter = await waiterOf(stage, { runId: 1002, env, with: { ...patient, 'wait-timeout': '10m' } });
      github.faults.always(isRest(LOOK), badGateway());
      await step('release');
      expectOk(await waiter.ended, 'claimed_new', true);
      expect(await minutesSinceClaim(stage)).toBeLessThan(3);
    }),
  );
});

test.concurrent.each([
  ['all permissions', { contents: 'write', actions: 'read', 'pull-requests': 'read' }],
  ['no permission to see runs', { contents: 'write', 'pull-requests': 'read' }],
] as const)('ten minutes of waiting cost next to nothing with %s', (_name, permissions) =>
  onFastStage(async ({ github, repository, step, plant }) => {
    await plant(recordOf());
    github.issueToken('token-waiter', { login: 'waiter', permissions });
    repository.setCollaborator('waiter', 'write');
    const inputs = { 'wait-timeout': '10m', timeout: '20m', 'github-token': 'token-waiter' };
    await step('claim', { runId: 1002, env, with: inputs });
    expect(github.requests.filter(isBy('waiter')).length).toBeGreaterThan(50);
    const { core, graphql } = github.points('token-waiter');
    expect(core + graphql).toBeLessThanOrEqual(12);
  }),
);

describe('the post step of a waiter that had handed over to another, and joined by that commit', () => {
  test.concurrent('does not take that commit for the end of a later write', () =>
    onFastStage(async (stage) => {
      const { plant, step, github, record } = stage;
      await plant(recordWithLine([placeOf(1003)], { signals: [{ runId: '1001', fencingToken: 1 }] }));
      const one = await waiterOf(stage, { runId: 1002, job: 'a', env, with: patient });
      expect((await record())?.activeRun?.runId).toBe('1003');
      const late = landsLate();
      let met = 0;
      github.faults.add({ match: (request) => isMutation()(request) && (met += 1) === 3, action: late, times: 1 });
      // Before it looks again, another job of its run has taken over and released.
      github.faults.next(isRest(LOOK), delayed(1500));
      expectOk(await step('takeover', { runId: 1002, job: 'b' }), 'taken_over', true);
      expectOk(await step('release', { runId: 1002, job: 'b' }), 'released', false);
      await until(() => met >= 3);
      await new Promise((resolve) => setTimeout(resolve, 300));
      one.kill('SIGKILL');
      await (await one.ended).post({ env: {} });
      await late.land().catch(() => undefined);
      expect((await record())?.activeRun).toBeNull();
    }),
  );
});

test.concurrent.each(['assert', 'release'])(
  'a wait-timeout takes nothing from the time of %s, which does not wait',
  (command) =>
    onStage(async ({ plant, step, github }) => {
      await plant(recordOf());
      github.faults.next(isQuery('repository'), delayed(1500));
      expect((await step(command, { with: { 'wait-timeout': '1s' } })).outputs['error']).toBe('');
    }),
);
