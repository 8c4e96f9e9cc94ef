import { describe, expect, test } from '@jest/globals';
import { request, runOf } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';

describe('a lost race', () => {
  test('to another pull request’s commit is no conflict: it is read and decided again', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.act(rivals('release'));
    store.writes.push((proceed) => {
      store.commitElsewhere();
      return proceed();
    });
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(store.calls).toEqual(['read', 'write', 'read', 'write']);
    expect(store.changes.map(({ expectedHead }) => Number(expectedHead))).toEqual([2, 3]);
    expect(applied(store)).toBe(1);
  });

  test('to another claim is never replayed', async () => {
    const { run, store } = bench();
    store.writes.push((proceed) => {
      store.act(rivals('claim'));
      return proceed();
    });
    const outcome = await run(request('claim'));
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls).toEqual(['read', 'write', 'read']);
    expect(store.record?.activeRun?.runId).toBe('2002');
    expect(applied(store)).toBe(0);
  });

  test('of a refresh to a takeover loses the tenure', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    store.writes.push((proceed) => {
      store.act(rivals('takeover'));
      return proceed();
    });
    expect(endOf(await run(request('assert', { strict: true })))).toBe('conflict ownership_lost');
  });

  test('of a refresh to an exit signal stops', async () => {
    const { run, store } = bench();
    store.act(request('claim'));
    store.writes.push((proceed) => {
      store.act(rivals('signal-exit', { requireActiveOwner: false, targetRunId: '1001' }));
      return proceed();
    });
    expect(endOf(await run(request('claim')))).toBe('conflict exit_signal_recorded');
  });

  test('of a takeover to another takeover takes over from that one, with the next token', async () => {
    const { run, store } = bench();
    store.act(rivals('claim'));
    store.writes.push((proceed) => {
      store.act(request('takeover', { run: runOf('3003') }));
      return proceed();
    });
    const outcome = await run(request('takeover'));
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(outcome).toMatchObject({ view: { replaced: { runId: '3003', fencingToken: 2 } } });
    expect(store.record).toMatchObject({ fencingToken: 3, previousRun: { runId: '3003', replacedByRunId: '1001' } });
    expect(store.calls.filter((call) => call === 'permission')).toHaveLength(1);
  });

  test('pauses longer, spread by chance, up to what four tries take', async () => {
    const { run, store, clock } = bench(0.5);
    for (let index = 0; index < 7; index += 1) {
      store.writes.push((proceed) => {
        store.commitElsewhere();
        return proceed();
      });
    }
    expect(endOf(await run(request('claim')))).toBe('ok claimed_new');
    expect(clock.sleeps).toEqual([100, 200, 400, 400, 400, 400, 400]);
  });

  test('again and again is given up after a limit, and nothing was written', async () => {
    const { run, store } = bench(0);
    const lose = (): void => {
      store.writes.push((proceed) => {
        lose();
        store.commitElsewhere();
        return proceed();
      });
    };
    lose();
    const outcome = await run(request('claim'), { budgetMs: 3_600_000 });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    // The last race may have been lost against a first delivery of the same write, so the post step has to look.
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(ownedBy(outcome)).toBe(false);
    expect(store.changes.length).toBeGreaterThan(5);
    expect(store.changes.length).toBeLessThan(50);
    expect(store.record).toBeNull();
  });

  test('never outlasts the deadline', async () => {
    const { run, store, clock } = bench(0.99);
    const lose = (): void => {
      store.writes.push((proceed) => {
        lose();
        store.commitElsewhere();
        return proceed();
      });
    };
    lose();
    const outcome = await run(request('claim'), { budgetMs: 10_000 });
    expect(endOf(outcome)).toBe('error deadline_exceeded');
    expect(clock.monotonic()).toBe(10_000);
  });
});
