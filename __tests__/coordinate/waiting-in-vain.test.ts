import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/core/request.js';
import { request, runOf, WAITING } from '../core/samples.js';
import { bench, endOf, rivals, type Bench } from './bench.js';
import { lineOf, MINUTE_MS, owned, sentBy } from './waiter.js';

describe('waiting', () => {
  test.each(COMMANDS.filter((command) => command !== 'claim' && command !== 'ensure'))(
    '%s never waits',
    async (command) => {
      const { wait, store, clock } = owned(bench());
      store.permission = { value: 'denied', warning: null };
      const asked = command === 'check' ? request(command, { targetRunId: '1001' }) : request(command);
      const outcome = await wait(asked, 30 * MINUTE_MS);
      expect(outcome.kind).toBe(command === 'status' ? 'ok' : 'conflict');
      expect(clock.sleeps).toEqual([]);
    },
  );

  test('does not help a run that was told to exit', async () => {
    const { wait, store, clock } = bench();
    store.act(request('claim'));
    store.act(request('signal-exit'));
    for (const command of ['claim', 'ensure'] as const) {
      expect(endOf(await wait(request(command), 30 * MINUTE_MS))).toBe('conflict exit_signal_recorded');
    }
    expect(clock.sleeps).toEqual([]);
  });

  test('does not help an earlier attempt', async () => {
    const { wait, store, clock } = bench();
    const run = { ...request('claim').run, attempt: 2 };
    store.act(request('claim', { run }));
    for (const command of ['claim', 'ensure'] as const) {
      expect(endOf(await wait(request(command), 30 * MINUTE_MS))).toBe('conflict ownership_lost');
    }
    expect(clock.sleeps).toEqual([]);
  });

  test('does not help on a closed pull request', async () => {
    const { wait, store, clock } = owned(bench());
    store.pullRequest = { ...store.pullRequest, state: 'closed' as const };
    for (const command of ['claim', 'ensure'] as const) {
      expect((await wait(request(command), 30 * MINUTE_MS)).kind).toBe('conflict');
    }
    expect(clock.sleeps).toEqual([]);
  });
});

describe('a pull request that closes while somebody waits', () => {
  /** It closes after so much time. */
  function closing(atMs: number): Bench {
    const table = owned(bench());
    table.clock.at(atMs, () => {
      table.store.pullRequest = { ...table.store.pullRequest, state: 'merged' };
    });
    return table;
  }

  test.each([
    ['claim', null],
    ['claim', true],
    ['ensure', null],
    ['ensure', true],
  ] as const)('ends the waiting of %s (require-open: %s)', async (command, requireOpen) => {
    const table = closing(5 * MINUTE_MS);
    const outcome = await table.wait(request(command, { requireOpen }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict pr_closed');
    expect(table.clock.monotonic()).toBeGreaterThanOrEqual(5 * MINUTE_MS);
    expect(table.clock.monotonic()).toBeLessThanOrEqual(5 * MINUTE_MS + 35_000);
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(lineOf(table.store)).toEqual([]);
    expect(outcome).not.toMatchObject({ mayHaveWritten: true });
  });

  test.each(['claim', 'ensure'] as const)('is nothing to a %s with require-open: false', async (command) => {
    const { wait, store, clock } = closing(5 * MINUTE_MS);
    clock.at(8 * MINUTE_MS, () => store.act(rivals('release')));
    expect(endOf(await wait(request(command, { requireOpen: false }), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBeGreaterThanOrEqual(8 * MINUTE_MS);
    expect(store.calls).not.toContain('state of the pull request');
  });

  test('in the moment of the hand-over gets nothing, and gives it to the next', async () => {
    const table = owned(bench());
    const { wait, store, clock } = table;
    clock.at(10_000, () => store.act(request('claim', { run: runOf('3003'), line: WAITING })));
    clock.at(5 * MINUTE_MS, () => {
      store.act(rivals('release'));
      store.pullRequest = { ...store.pullRequest, state: 'closed' };
    });
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('conflict pr_closed');
    expect(sentBy(table)).toEqual(['join', 'handover']);
    expect(store.record).toMatchObject({ activeRun: { runId: '3003' }, fencingToken: 3, queue: [] });
  });
});

// The token is looked at before anything else, also before waiting.
describe('an ensure with a token', () => {
  test.each([
    ['of a tenure that is not the current one', 1],
    ['of the owner, which is another', 2],
  ])('%s', async (_name, fencingToken) => {
    const { wait, store, clock } = bench();
    store.act(request('claim', { run: runOf('3003') }));
    store.act(rivals('takeover'));
    const outcome = await wait(request('ensure', { fencingToken }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    if (fencingToken === 1) expect(clock.sleeps).toEqual([]);
  });

  test('of an earlier attempt of this workflow run waits', async () => {
    const table = bench();
    table.store.act(request('claim'));
    table.store.act(request('release'));
    owned(table, 2 * MINUTE_MS);
    const run = runOf('1001', 2);
    const outcome = await table.wait(request('ensure', { run, fencingToken: 1 }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(table.store.record).toMatchObject({ fencingToken: 3, activeRun: { runId: '1001', attempt: 2 } });
  });
});
