import { describe, expect, test } from '@jest/globals';
import type { ErrorCode } from '../../src/core/answer.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';
import { failureWith } from './memory-store.js';

const rateLimited = (ms: number): ReturnType<typeof failureWith> =>
  failureWith({ code: 'rate_limited', problem: 'used up', retry: { kind: 'after', ms } });

describe('a permanent failure', () => {
  test.each<ErrorCode>(['permission_denied', 'pr_not_found', 'invalid_input', 'api_error'])(
    '%s of a reading ends after one call',
    async (code) => {
      const { run, store, clock } = bench();
      store.reads.push(() => ({ kind: 'failed', failure: failureWith({ code, retry: { kind: 'never' } }) }));
      const outcome = await run(request('claim'));
      expect(endOf(outcome)).toBe(`error ${code}`);
      expect(outcome).toMatchObject({ mayHaveWritten: false, failure: { problem: 'GitHub is down', advice: 'Wait.' } });
      expect(store.calls).toEqual(['read']);
      expect(clock.sleeps).toEqual([]);
    },
  );

  test('of a write ends after one call, and nobody owns', async () => {
    const { run, store } = bench();
    const failure = failureWith({ code: 'permission_denied', retry: { kind: 'never' } });
    store.writes.push(() => ({ kind: 'failed', failure }));
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('error permission_denied');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls).toEqual(['read', 'write']);
    expect(store.record).toBeNull();
  });
});

describe('a passing failure', () => {
  test('of a reading is tried again', async () => {
    const { run, store, clock } = bench(0.5);
    store.reads.push(
      () => ({ kind: 'failed', failure: failureWith() }),
      () => ({ kind: 'failed', failure: failureWith() }),
    );
    expect(endOf(await run(request('claim')))).toBe('ok claimed_new');
    expect(store.calls).toEqual(['read', 'read', 'read', 'write']);
    expect(clock.sleeps).toEqual([250, 500]);
  });

  test('of a write that was surely not applied is decided again on a fresh reading', async () => {
    const { run, store } = bench();
    store.writes.push(() => {
      store.act(rivals('claim'));
      return { kind: 'failed', failure: failureWith() };
    });
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(store.calls).toEqual(['read', 'write', 'read']);
  });

  test('of a write that was applied all the same is found by its id, and not made twice', async () => {
    const { run, store } = bench();
    store.writes.push((proceed) => {
      proceed();
      return { kind: 'failed', failure: rateLimited(5_000) };
    });
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(store.calls).toEqual(['read', 'write', 'read']);
    expect(applied(store)).toBe(1);
  });

  test('that does not pass ends after a few tries', async () => {
    const { run, store } = bench(0);
    for (let index = 0; index < 50; index += 1) store.reads.push(() => ({ kind: 'failed', failure: failureWith() }));
    const outcome = await run(request('assert'), { budgetMs: 3_600_000 });
    expect(endOf(outcome)).toBe('error api_error');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls.length).toBeGreaterThan(2);
    expect(store.calls.length).toBeLessThan(20);
  });

  test('that eats the time ends with the deadline, and says what was the matter', async () => {
    const { run, store, clock } = bench();
    for (let index = 0; index < 50; index += 1) {
      store.reads.push(() => {
        clock.advance(3_000);
        return { kind: 'failed', failure: failureWith() };
      });
    }
    const outcome = await run(request('claim'), { budgetMs: 8_000 });
    expect(endOf(outcome)).toBe('error deadline_exceeded');
    expect(outcome).toMatchObject({
      mayHaveWritten: false,
      failure: {
        problem: expect.stringMatching(/8 s.*GitHub is down/) as unknown,
        advice: expect.stringMatching(/timeout/) as unknown,
      },
    });
    expect(clock.monotonic()).toBeLessThan(8_000 + 3_000);
  });

  test('a request that the deadline cut off does not hide what was the matter before', async () => {
    const { run, store, clock } = bench();
    store.reads.push(() => ({ kind: 'failed', failure: failureWith({ problem: 'the remote is another one' }) }));
    store.reads.push(() => {
      clock.advance(10_000);
      return { kind: 'failed', failure: failureWith({ problem: 'GitHub did not answer in time' }) };
    });
    const outcome = await run(request('claim'), { budgetMs: 8_000 });
    expect(outcome).toMatchObject({
      failure: { code: 'deadline_exceeded', problem: expect.stringContaining('the remote is another one') as unknown },
    });
  });

  test('no request is made without time', async () => {
    const { run, store } = bench();
    expect(endOf(await run(request('claim'), { budgetMs: 0 }))).toBe('error deadline_exceeded');
    expect(store.calls).toEqual([]);
  });
});

describe('a wait that GitHub asks for', () => {
  test('is kept to the millisecond where it fits', async () => {
    const { run, store, clock } = bench();
    store.reads.push(() => ({ kind: 'failed', failure: rateLimited(30_000) }));
    expect(endOf(await run(request('claim')))).toBe('ok claimed_new');
    expect(clock.sleeps).toEqual([30_000]);
  });

  test.each([60_000, 3_600_000])('of %s ms is refused at once where it does not fit', async (ms) => {
    const { run, store, clock } = bench();
    store.reads.push(() => ({ kind: 'failed', failure: rateLimited(ms) }));
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('error rate_limited');
    expect(store.calls).toEqual(['read']);
    expect(clock.sleeps).toEqual([]);
  });

  test('before a write that was not applied is kept too, and then it is decided again', async () => {
    const { run, store, clock } = bench();
    store.writes.push(() => ({ kind: 'failed', failure: rateLimited(5_000) }));
    expect(endOf(await run(request('claim')))).toBe('ok claimed_new');
    expect(clock.sleeps).toEqual([5_000]);
    expect(store.calls).toEqual(['read', 'write', 'read', 'write']);
    expect(applied(store)).toBe(1);
  });
});
