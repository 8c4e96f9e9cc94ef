import { describe, expect, test } from '@jest/globals';
import { serverNow } from '../../src/time/server-time.js';
import { request } from '../core/samples.js';
import { bench, endOf, rivals } from './bench.js';

/** O14: GitHub's clock decides, and what has passed since its answer; the runner's own has no say. */

const GITHUB = Date.parse('2031-02-03T04:05:06.000Z');

describe('GitHub’s time', () => {
  test('goes on from the answer that told it', () => {
    const told = { serverMs: GITHUB, monotonicMs: 1_000 };
    expect(serverNow(told, 1_000)).toBe('2031-02-03T04:05:06.000Z');
    expect(serverNow(told, 2_500)).toBe('2031-02-03T04:05:07.500Z');
    expect(serverNow(told, 0)).toBe('2031-02-03T04:05:06.000Z');
  });

  test('is what a record is written with', async () => {
    const { run, store, clock } = bench();
    store.time = () => ({ serverMs: GITHUB, monotonicMs: clock.monotonic() });
    expect(await run(request('claim'))).toMatchObject({
      view: {
        now: '2031-02-03T04:05:06.000Z',
        record: { activeRun: { claimedAt: '2031-02-03T04:05:06.000Z' }, history: [{ at: '2031-02-03T04:05:06.000Z' }] },
      },
    });
  });

  test('has gone on by what the questions took', async () => {
    const { run, store, clock } = bench();
    store.act(rivals('claim'));
    store.time = () => ({ serverMs: GITHUB, monotonicMs: clock.monotonic() });
    store.liveness = () => {
      clock.advance(4_000);
      return { value: 'dead', warning: null };
    };
    expect(await run(request('claim', { supersede: 'dead' }))).toMatchObject({
      view: { record: { activeRun: { claimedAt: '2031-02-03T04:05:10.000Z' } } },
    });
  });

  test.each([-45, 45])('decides what is stale, though the runner’s clock is %s minutes wrong', async (minutes) => {
    const { run, store, clock } = bench();
    store.time = () => ({ serverMs: Date.parse(clock.now()) + minutes * 60_000, monotonicMs: clock.monotonic() });
    await run(rivals('claim'));
    clock.advance(1_000);
    expect(endOf(await run(request('check')))).toBe('ok fresh_runner');
    expect(endOf(await run(request('claim', { supersede: 'stale' })))).toBe('conflict active_run_exists');
    clock.advance(31 * 60_000);
    expect(endOf(await run(request('check')))).toBe('conflict stale_runner');
    expect(endOf(await run(request('claim', { supersede: 'stale' })))).toBe('ok taken_over');
  });

  test('of a saved record is what main saw of the difference', async () => {
    const { run, store, clock } = bench();
    store.act(request('claim'));
    const known = { ...store.snapshotAt(0), time: { serverMs: GITHUB, monotonicMs: clock.monotonic() } };
    clock.advance(2_000);
    expect(await run(request('release', { fencingToken: 1 }), { known })).toMatchObject({
      view: { record: { previousRun: { replacedAt: '2031-02-03T04:05:08.000Z' } } },
    });
  });
});
