import { describe, expect, test } from '@jest/globals';
import {
  badGateway,
  combined,
  isMutation,
  isQuery,
  losesRaceBeforeCheck,
  meanwhile,
  servedFrom,
  type FaultAction,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { MARKER_PATH, markerOf, STATE_BRANCH } from '../../support/world.js';
import { expectOk, expectRefusal, onStage, WITHOUT_JITTER } from '../support/scenario.js';

/** Neighbours of the cases O10, O17 and O19: readings that fall behind what is known, and what may not be in them. */

const isCommit = isMutation('createCommitOnBranch');
const env = WITHOUT_JITTER;

describe('a record below the token that the caller was given is from the past, however high the floor is', () => {
  const given = { with: { 'fencing-token': '7' }, env };

  test.each([
    ['assert', 'owner_confirmed', true],
    ['ensure', 'owner_confirmed', true],
    ['release', 'released', false],
    ['signal-exit', 'exit_signal_recorded', false],
  ])('%s reads on', (command, status, owned) =>
    onStage(async ({ step, plant, github, repository }) => {
      await plant(recordOf({ owner: null, token: 3 }));
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 10 }));
      const past = await repository.snapshot();
      await plant(recordOf({ token: 7 }));
      github.faults.next(isQuery('repository'), servedFrom(repository, past));
      expectOk(await step(command, given), status, owned);
    }),
  );

  test.each(['assert', 'ensure', 'release', 'signal-exit'])('%s names both if it stays so', (command) =>
    onStage(async ({ step, plant, github, repository, record }) => {
      await plant(recordOf({ owner: null, token: 3 }));
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 10 }));
      const past = await repository.snapshot();
      await plant(recordOf({ token: 7 }));
      github.faults.always(isQuery('repository'), servedFrom(repository, past));
      expectRefusal(await step(command, given), 'contention_exhausted', 'token 3', 'token 7');
      expect((await record())?.activeRun?.runId).toBe('1001');
    }),
  );
});

describe('a branch that is gone or set back between a reading and the next try begins no tokens anew', () => {
  test('deleted: the claim fails, saying where it was', () =>
    onStage(async ({ step, plant, github, repository }) => {
      await plant(recordOf({ owner: null, token: 3, pr: 18 }), 18);
      const head = await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 10 }));
      const deletes = meanwhile(() => repository.deleteBranch(STATE_BRANCH));
      github.faults.next(isCommit, combined(deletes, badGateway()));
      expectRefusal(await step('claim', { env }), 'state_corrupt', 'is not there any more', head);
      expect(await repository.head(STATE_BRANCH)).toBeNull();
    }));

  test('set back below the floor: nothing is written', () =>
    onStage(async ({ step, plant, github, repository, record }) => {
      const old = await plant(recordOf({ owner: null, token: 3, pr: 18 }), 18);
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 10 }));
      const setsBack = meanwhile(async () => {
        await repository.deleteBranch(STATE_BRANCH);
        await repository.createBranch(STATE_BRANCH, old);
      });
      github.faults.next(isCommit, combined(setsBack, badGateway()));
      expectRefusal(await step('claim', { env }), 'contention_exhausted', 'token floor 0', '10');
      expect(await repository.head(STATE_BRANCH)).toBe(old);
      expect(await record()).toBeNull();
    }));
});

/** Two hours back, from the second answer on. */
function goesBack(): FaultAction {
  let answers = 0;
  return {
    name: 'Date goes back',
    after: (usual, { date }) => {
      answers += 1;
      if (answers === 1) return usual;
      return { ...usual, headers: { ...usual.headers, date: new Date(date.getTime() - 7_200_000).toUTCString() } };
    },
  };
}

describe('time that goes back', () => {
  test('is no answer: no tenure begins two hours ago, to be stale at once', () =>
    onStage(async ({ step, plant, github, record }) => {
      await plant(recordOf({ owner: null, token: 3 }));
      github.faults.next(isCommit, losesRaceBeforeCheck());
      github.faults.always(isQuery(), goesBack());
      expectRefusal(await step('claim', { env }), 'api_error');
      expect((await record())?.activeRun).toBeNull();
    }));

  test('once is asked again, and the tenure begins now', () =>
    onStage(async ({ step, plant, github, record }) => {
      await plant(recordOf({ owner: null, token: 3 }));
      github.faults.next(isCommit, losesRaceBeforeCheck());
      github.faults.next(isQuery(), goesBack(), 2);
      expectOk(await step('claim', { env }), 'claimed_new', true);
      expect(Math.abs(Date.now() - Date.parse((await record())?.activeRun?.claimedAt ?? ''))).toBeLessThan(60_000);
      const stale = { supersede: 'stale', 'stale-after': '30m' };
      expectRefusal(await step('claim', { runId: 1002, with: stale }), 'active_run_exists');
    }));

  test.each(['3600', '3600, 3600', '3600.0', '-1', '99999999999', 'yes', '0, 3600', '2'])(
    'an answer of Age "%s" was kept by somebody, and shows nothing',
    (age) =>
      onStage(async ({ step, plant, github }) => {
        await plant(recordOf());
        github.faults.always(isQuery(), withAgeOf(age));
        expectRefusal(await step('assert', { env }), 'api_error');
        github.faults.clear();
        expectOk(await step('assert', { env }), 'owner_confirmed', true);
      }),
  );

  test.each(['0', '1', '01'])('an answer of Age "%s" was on the way', (age) =>
    onStage(async ({ step, plant, github }) => {
      await plant(recordOf());
      github.faults.always(isQuery(), withAgeOf(age));
      expectOk(await step('assert', { env }), 'owner_confirmed', true);
    }),
  );
});

function withAgeOf(age: string): FaultAction {
  return { name: `age ${age}`, after: (usual) => ({ ...usual, headers: { ...usual.headers, age } }) };
}

describe('PI_SUBAGENT_RUN_ID counts only where it is used', () => {
  const garbage = { PI_SUBAGENT_RUN_ID: 'a\u0007b' };

  test('an impossible one does not keep the post step from releasing', () =>
    onStage(async ({ step, record }) => {
      const claim = await step('claim', { with: { 'release-on-exit': 'true' } });
      const post = await claim.post({ env: { PI_SUBAGENT_RUN_ID: 'x'.repeat(201) } });
      expect(post.annotations).toEqual([]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('nor a step that names its run, or needs none', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOf());
      expectOk(await step('assert', { env: garbage, with: { 'run-id': '1001' } }), 'owner_confirmed', true);
      expect((await step('status', { env: garbage })).outputs).toMatchObject({ status: 'status', error: '' });
      expect((await step('check', { env: garbage })).outputs).toMatchObject({ status: 'fresh_runner', error: '' });
    }));

  test.each(['claim', 'assert', 'ensure', 'release', 'takeover', 'signal-exit'])(
    '%s goes by it, and says what is wrong',
    (command) =>
      onStage(async ({ step, asked }) => {
        expectRefusal(await step(command, { env: garbage }), 'invalid_input', 'PI_SUBAGENT_RUN_ID');
        expect(asked()).toEqual([]);
      }),
  );
});

test.each([
  ['below', 3],
  ['above', 6],
])('an active run whose token is %s the record’s is impossible', (_name, fencingToken) =>
  onStage(async ({ step, plant, log }) => {
    const sound = recordOf({ token: 5 });
    await plant({ ...sound, activeRun: { ...(sound['activeRun'] as object), fencingToken } });
    const before = await log();
    for (const command of ['assert', 'claim', 'takeover', 'release', 'check', 'status']) {
      expectRefusal(await step(command), 'state_corrupt', 'fencingToken');
    }
    expectRefusal(await step('assert', { with: { 'fencing-token': '3' } }), 'state_corrupt');
    expect(await log()).toEqual(before);
  }),
);
