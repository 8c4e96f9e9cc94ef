import { describe, expect, test } from '@jest/globals';
import { badGateway, isQuery, type FaultAction } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import {
  expectOk,
  expectRefusal,
  LIVENESS,
  onFastStage,
  onStage,
  READ,
  TWENTY_TIMES_FASTER,
  WITHOUT_JITTER,
  type Stage,
} from '../support/scenario.js';
import { RECORD_PATH, STATE_BRANCH } from '../../support/world.js';

const owned = recordOf();
const env = TWENTY_TIMES_FASTER;

/** Does something as soon as so many queries have been answered: while a waiter is between two polls. */
function afterQueries({ github }: Stage, count: number, work: () => Promise<unknown>): void {
  let answered = 0;
  const after: FaultAction['after'] = (usual) => {
    answered += 1;
    if (answered === count) setTimeout(() => void work(), 20);
    return usual;
  };
  github.faults.always(isQuery(), { name: 'watched', after });
}

function pollsOf(stdout: string): string[] {
  return stdout.split('\n').filter((line) => line.startsWith('Waiting for '));
}

describe('a waiter', () => {
  test('gets the pull request after the owner released it, with a line a poll', () =>
    onFastStage(async (stage) => {
      const { step, plant, record, repository } = stage;
      await plant(owned);
      afterQueries(stage, 2, () => repository.writeFile(STATE_BRANCH, RECORD_PATH, released()));
      const claim = await step('claim', { runId: 1002, env, with: { 'wait-timeout': '5m' } });
      expectOk(claim, 'claimed_new', true);
      expect((await record())?.activeRun).toMatchObject({ runId: '1002', fencingToken: 2 });
      const polls = pollsOf(claim.stdout);
      expect(polls.length).toBeGreaterThanOrEqual(2);
      expect(polls[0]).toMatch(
        /^Waiting for acme\/widgets#17: run 1001 \(.*\) since .* \(for .*\).*; (5 min|4 min|\d+ s) left\.$/,
      );
    }));

  test('gets it once the owner is dead', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository, record } = stage;
      await plant(owned);
      afterQueries(stage, 1, () => {
        repository.updateRun(1001, { status: 'completed', conclusion: 'cancelled' });
        return Promise.resolve();
      });
      expectOk(await step('claim', { runId: 1002, env, with: { 'wait-timeout': '5m' } }), 'taken_over', true);
      expect((await record())?.history.at(-1)?.cause).toBe('dead');
    }));

  test('pays one query a poll, and one more where it asks whether the owner lives', () =>
    onFastStage(async ({ step, plant, asked, log }) => {
      await plant(owned);
      const never = await step('claim', { runId: 1002, env, with: { 'wait-timeout': '20s', supersede: 'never' } });
      expectRefusal(never, 'active_run_exists');
      const polls = pollsOf(never.stdout).length;
      expect(polls).toBeGreaterThan(1);
      const costs = asked();
      expect(new Set(costs)).toEqual(new Set([READ]));
      expect(costs.length - polls).toBeGreaterThanOrEqual(0);
      expect(costs.length - polls).toBeLessThanOrEqual(1);

      await step('claim', { runId: 1002, env, with: { 'wait-timeout': '20s' } });
      expect(asked().slice(0, 4)).toEqual([READ, LIVENESS, READ, LIVENESS]);
      expect(await log()).toHaveLength(1);
    }));

  test('of ensure gets it as well', () =>
    onFastStage(async (stage) => {
      const { step, plant, repository } = stage;
      await plant(owned);
      afterQueries(stage, 1, () => repository.writeFile(STATE_BRANCH, RECORD_PATH, released()));
      expectOk(await step('ensure', { runId: 1002, env, with: { 'wait-timeout': '5m' } }), 'claimed_new', true);
    }));

  test('is refused in the end, and told by whom', () =>
    onStage(async ({ step, plant, log }) => {
      await plant(owned);
      const started = performance.now();
      const claim = await step('claim', { runId: 1002, with: { 'wait-timeout': '1s' } });
      expectRefusal(claim, 'active_run_exists', 'run 1001', '"command: takeover"');
      expect(performance.now() - started).toBeGreaterThan(700);
      expect(performance.now() - started).toBeLessThan(4000);
      expect(pollsOf(claim.stdout).length).toBeGreaterThanOrEqual(1);
      expect(await log()).toHaveLength(1);
    }));

  test('does not wait for what waiting cannot change', () =>
    onStage(async ({ step, plant, repository, asked }) => {
      const patient = { 'wait-timeout': '1h' };
      await plant(recordOf({ signals: [{ runId: '1001', fencingToken: 1 }] }));
      expectRefusal(await step('claim', { runId: 1001, with: patient }), 'exit_signal_recorded');
      await repository.closePullRequest(17);
      expectRefusal(await step('claim', { runId: 1002, with: patient }), 'pr_closed');
      expectRefusal(await step('assert', { runId: 1002, with: patient }), 'ownership_lost');
      expect(asked()).toEqual([READ, READ, READ]);
    }));

  test('that is killed leaves nothing behind', () =>
    onFastStage(async (stage) => {
      const { step, plant, log } = stage;
      await plant(owned);
      let kill: () => void = () => undefined;
      afterQueries(stage, 2, () => {
        kill();
        return Promise.resolve();
      });
      const waiter = await step('claim', {
        runId: 1002,
        env,
        with: { 'wait-timeout': '1h', 'release-on-exit': 'true' },
        onStart: (child) => (kill = () => child.kill('SIGKILL')),
      });
      expect(waiter.signal).toBe('SIGKILL');
      await waiter.post({ env });
      expect(await log()).toHaveLength(1);
      expectOk(await step('assert', { runId: 1001 }), 'owner_confirmed', true);
    }));
});

describe('wait-timeout holds within a second', () => {
  test('on a server that never answers', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(owned);
      let began = Number.NaN;
      const before = (): 'hang' => {
        if (Number.isNaN(began)) began = performance.now();
        return 'hang';
      };
      github.faults.always(isQuery(), { name: 'silence', before });
      const claim = await step('claim', { runId: 1002, with: { 'wait-timeout': '2s' } });
      const took = performance.now() - began;
      expectRefusal(claim, 'deadline_exceeded', 'within 2 s');
      expect(took).toBeGreaterThan(1000);
      expect(took).toBeLessThan(3000);
    }));

  test('on a server that stops answering after the first poll', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(owned);
      github.faults.nth(1, isQuery(), { name: 'silence', before: () => 'hang' });
      const claim = await step('claim', { runId: 1002, env: WITHOUT_JITTER, with: { 'wait-timeout': '5s' } });
      expect(claim.outputs['owned']).toBe('false');
      expect(claim.milliseconds).toBeLessThan(7000);
    }));
});

test('one bad answer between two polls does not end the waiting', () =>
  onFastStage(async ({ step, plant, github, repository }) => {
    await plant(owned);
    github.faults.nth(1, isQuery(), {
      ...badGateway(),
      before: async (request) => {
        await repository.writeFile(STATE_BRANCH, RECORD_PATH, released());
        return badGateway().before?.(request);
      },
    });
    expectOk(await step('claim', { runId: 1002, env, with: { 'wait-timeout': '5m' } }), 'claimed_new', true);
  }));

/** What run 1001 leaves when it releases the planted record. */
function released(): string {
  const { activeRun, history, ...rest } = owned;
  const [claim] = history as Record<string, unknown>[];
  const release = { ...claim, type: 'release', id: 'release-1001' };
  expect(activeRun).toMatchObject({ runId: '1001' });
  return JSON.stringify({ ...rest, activeRun: null, history: [claim, release] });
}
