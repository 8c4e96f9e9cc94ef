import { describe, expect, test } from '@jest/globals';
import type { ReadResult, WriteResult } from '../../src/store/state-store.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';
import { failureWith } from './memory-store.js';
import { MINUTE_MS, owned, taking } from './waiter.js';

describe('a fault while waiting', () => {
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
      store.act(rivals('release'));
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
      store.act(rivals('release'));
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
        store.act(rivals('release'));
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
        store.act(rivals('release'));
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
    expect(applied(store)).toBe(1);
  });

  // A look that ran out of time in the middle leaves nothing to the next one.
  test('each look begins with a reading of its own, whatever became of the one before', async () => {
    const { wait, store, clock } = bench();
    store.act(rivals('claim'));
    let asked = 0;
    store.liveness = () => {
      asked += 1;
      if (asked === 2) {
        clock.advance(MINUTE_MS);
        store.act(rivals('release'));
      }
      return { value: asked === 2 ? 'unknown' : 'alive', warning: null };
    };
    const outcome = await wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(store.calls.filter((call) => call === 'read' || call === 'write')).toEqual([
      'read',
      'read',
      'read',
      'write',
    ]);
  });

  test('what was won and lost again unseen is no answer to the looks after it', async () => {
    const { wait, store } = bench();
    store.writes.push((proceed) => {
      proceed();
      store.act(rivals('takeover'));
      return { kind: 'unknown', failure: failureWith({ passing: true }) };
    });
    let looks = 0;
    store.reads.push(function look(proceed) {
      looks += 1;
      if (looks === 4) store.act(rivals('release'));
      store.reads.push(look);
      return proceed();
    });
    const outcome = await wait(request('ensure'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(store.record?.fencingToken).toBe(3);
  });
});
