import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy } from './bench.js';
import { MINUTE_MS, owned } from './waiter.js';

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
});
