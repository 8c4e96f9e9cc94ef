import { describe, expect, test } from '@jest/globals';
import type { ReadResult, StoreFailure, WriteResult } from '../../src/store/state-store.js';
import { COMMANDS } from '../../src/core/request.js';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import type { FakeClock } from './fake-clock.js';
import { failureWith, type Step } from './memory-store.js';

const MINUTE_MS = 60_000;

/** The rival owns, and lets go once so much time is over. */
function owned(table: Bench, untilMs = Infinity): Bench {
  const { store, clock } = table;
  store.act(rivals('claim'));
  const watch: Step<ReadResult> = (proceed) => {
    store.reads.push(watch);
    if (clock.monotonic() >= untilMs && store.record?.activeRun?.runId === '2002') {
      store.act(rivals('release', { id: 'let-go' }));
    }
    return proceed();
  };
  store.reads.push(watch);
  return table;
}

/** A request that takes so long, and is cut off where there is less time. */
function taking<R>(milliseconds: number, clock: FakeClock, cutOff: (failure: StoreFailure) => R): Step<R> {
  return (proceed, deadline) => {
    const enough = deadline.remainingMs > milliseconds;
    clock.advance(Math.min(milliseconds, deadline.remainingMs));
    return enough ? proceed() : cutOff(failureWith({ problem: 'GitHub did not answer in time', passing: true }));
  };
}

describe('waiting', () => {
  test('not at all by default', async () => {
    const { wait, store, clock, lines } = owned(bench());
    expect(endOf(await wait(request('claim'), 0))).toBe('conflict active_run_exists');
    expect(store.calls).toEqual(['read']);
    expect(clock.sleeps).toEqual([]);
    expect(lines).toEqual([]);
  });

  test.each(['claim', 'ensure'] as const)('%s asks until the target is free', async (command) => {
    const { wait, store, clock } = owned(bench(), 2 * MINUTE_MS);
    const outcome = await wait(request(command), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(2 * MINUTE_MS);
    expect(clock.monotonic()).toBeLessThan(3 * MINUTE_MS);
    expect(store.record?.fencingToken).toBe(2);
  });

  test('makes one reading a poll, and polls less and less often', async () => {
    const { wait, store, clock, lines } = owned(bench(0.5), 2 * MINUTE_MS);
    await wait(request('claim'), 30 * MINUTE_MS);
    expect(store.calls).toEqual([...clock.sleeps.map(() => 'read'), 'read', 'write']);
    expect(clock.sleeps.slice(0, 4)).toEqual([5_000, 7_500, 11_250, 16_875]);
    expect(Math.max(...clock.sleeps)).toBe(30_000);
    expect(lines).toHaveLength(clock.sleeps.length);
    expect(lines[0]).toMatch(/acme\/widgets#17.*run 2002.*30 min left/);
  });

  test.each([0, 0.999])('spreads the polls (chance %s)', async (chance) => {
    const { wait, clock } = owned(bench(chance), MINUTE_MS);
    await wait(request('claim'), 30 * MINUTE_MS);
    expect(clock.sleeps[0]).toBeCloseTo(5_000 * (0.75 + chance / 2));
  });

  test('keeps its deadline and gives the refusal at the end', async () => {
    const { wait, clock } = owned(bench());
    const outcome = await wait(request('claim'), 3 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(ownedBy(outcome)).toBe(false);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3 * MINUTE_MS - 1_000);
    expect(clock.monotonic()).toBeLessThanOrEqual(3 * MINUTE_MS);
  });

  test('each poll asks anew whether the owner is alive', async () => {
    const { wait, store, clock } = owned(bench());
    store.liveness = () => ({ value: clock.monotonic() < MINUTE_MS ? 'alive' : 'dead', warning: null });
    const outcome = await wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(clock.monotonic()).toBeLessThan(2 * MINUTE_MS);
  });

  test.each(COMMANDS.filter((command) => command !== 'claim' && command !== 'ensure'))(
    '%s never waits',
    async (command) => {
      const { wait, store, clock } = owned(bench());
      store.permission = { value: 'denied', warning: null };
      const outcome = await wait(request(command, { evict: true, targetRunId: '1001' }), 30 * MINUTE_MS);
      expect(outcome.kind).toBe(command === 'status' ? 'ok' : 'conflict');
      expect(clock.sleeps).toEqual([]);
    },
  );

  test('does not help a run that was told to exit', async () => {
    const { wait, store, clock } = bench();
    store.act(request('claim', { id: 'before' }));
    store.act(request('signal-exit', { id: 'signal' }));
    for (const command of ['claim', 'ensure'] as const) {
      expect(endOf(await wait(request(command), 30 * MINUTE_MS))).toBe('conflict exit_signal_recorded');
    }
    expect(clock.sleeps).toEqual([]);
  });

  test('does not help an earlier attempt', async () => {
    const { wait, store, clock } = bench();
    const run = { ...request('claim').run, attempt: 2 };
    store.act(request('claim', { id: 'later', run }));
    for (const command of ['claim', 'ensure'] as const) {
      expect(endOf(await wait(request(command), 30 * MINUTE_MS))).toBe('conflict ownership_lost');
    }
    expect(clock.sleeps).toEqual([]);
  });

  test('does not help on a closed pull request', async () => {
    const { wait, store, clock } = owned(bench());
    store.pullRequest = { ...store.pullRequest, open: false };
    for (const command of ['claim', 'ensure'] as const) {
      expect((await wait(request(command), 30 * MINUTE_MS)).kind).toBe('conflict');
    }
    expect(clock.sleeps).toEqual([]);
  });

  test('a permanent failure ends it', async () => {
    const { wait, store } = owned(bench());
    const failure = failureWith({ code: 'permission_denied', retry: { kind: 'never' } });
    store.reads.push(() => ({ kind: 'failed', failure }));
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('error permission_denied');
    expect(store.calls).toEqual(['read', 'read']);
  });

  test('a failure at the very beginning ends it', async () => {
    const { wait, store } = bench(0);
    for (let index = 0; index < 6; index += 1) {
      store.reads.push(() => ({ kind: 'failed', failure: failureWith({ passing: true }) }));
    }
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('error api_error');
  });

  test('a fault that passes does not end it', async () => {
    const { wait, store, lines } = bench();
    store.act(rivals('claim'));
    store.reads.push((proceed) => proceed());
    for (let index = 0; index < 6; index += 1) {
      store.reads.push(() => ({ kind: 'failed', failure: failureWith({ passing: true }) }));
    }
    store.reads.push((proceed) => {
      store.act(rivals('release', { id: 'let-go' }));
      return proceed();
    });
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(lines[1]).toContain('GitHub is down');
  });

  test('a look that hangs does not use up more than the timeout of a step', async () => {
    const { wait, store, clock } = bench();
    store.act(rivals('claim'));
    store.reads.push((proceed) => proceed());
    store.reads.push(taking<ReadResult>(60 * MINUTE_MS, clock, (failure) => ({ kind: 'failed', failure })));
    store.reads.push((proceed) => {
      store.act(rivals('release', { id: 'let-go' }));
      return proceed();
    });
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBeLessThan(2 * MINUTE_MS);
  });

  // One deadline ends the waiting and whatever hangs in it, the very first look included.
  test('a wait is kept to even where GitHub is too slow for it', async () => {
    const { wait, store, clock } = bench();
    store.reads.push(taking<ReadResult>(2_000, clock, (failure) => ({ kind: 'failed', failure })));
    store.writes.push(taking<WriteResult>(2_000, clock, (failure) => ({ kind: 'unknown', failure })));
    expect(endOf(await wait(request('claim'), 1_000, { timeoutMs: 60_000 }))).toBe('error deadline_exceeded');
    expect(clock.monotonic()).toBeLessThanOrEqual(1_000);
  });

  test('a refusal that was seen is the answer, even if the last look came to nothing', async () => {
    const { wait, store, clock } = bench();
    store.act(rivals('claim'));
    store.reads.push((proceed) => proceed());
    store.reads.push(() => {
      clock.advance(60_000);
      return { kind: 'failed', failure: failureWith({ passing: true }) };
    });
    expect(endOf(await wait(request('claim'), 20_000))).toBe('conflict active_run_exists');
  });

  // GitHub lengthens the limits of whoever does not wait as long as it says.
  test('a wait that GitHub asks for is kept while waiting, too', async () => {
    const { wait, store, clock } = bench();
    store.act(rivals('claim'));
    const failure = failureWith({
      code: 'rate_limited',
      passing: true,
      retryAfterMs: 120_000,
      retry: { kind: 'after', ms: 120_000 },
    });
    let limitedAt = Infinity;
    let askedAgainAt = Infinity;
    store.reads.push(
      (proceed) => proceed(),
      () => {
        limitedAt = clock.monotonic();
        return { kind: 'failed', failure };
      },
      (proceed) => {
        askedAgainAt = clock.monotonic();
        store.act(rivals('release', { id: 'let-go' }));
        return proceed();
      },
    );
    await wait(request('claim'), 30 * MINUTE_MS);
    expect(askedAgainAt - limitedAt).toBeGreaterThanOrEqual(120_000);
  });

  test('a claim whose outcome stayed unknown is found by the next look, and not asked for twice', async () => {
    const { wait, store } = bench(0);
    store.act(rivals('claim'));
    store.reads.push(
      (proceed) => proceed(),
      (proceed) => {
        store.act(rivals('release', { id: 'let-go' }));
        return proceed();
      },
    );
    for (let index = 0; index < 5; index += 1) {
      store.reads.push(() => ({ kind: 'failed', failure: failureWith({ passing: true }) }));
    }
    store.writes.push((proceed) => {
      proceed();
      return { kind: 'unknown', failure: failureWith({ passing: true }) };
    });
    const outcome = await wait(request('claim'), 30 * MINUTE_MS);
    expect(ownedBy(outcome)).toBe(true);
    expect(store.record?.fencingToken).toBe(2);
    expect(store.record?.history.filter(({ id }) => id === 'request-1')).toHaveLength(1);
  });
});
