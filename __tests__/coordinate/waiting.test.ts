import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals } from './bench.js';
import { lineOf, MINUTE_MS, owned, sentBy } from './waiter.js';

describe('waiting', () => {
  test('not at all by default', async () => {
    const { wait, store, clock, lines } = owned(bench());
    expect(endOf(await wait(request('claim'), 0))).toBe('conflict active_run_exists');
    expect(store.calls).toEqual(['read']);
    expect(clock.sleeps).toEqual([]);
    expect(lines).toEqual([]);
  });

  test.each(['claim', 'ensure'] as const)('%s is handed the target by whoever releases it', async (command) => {
    const table = owned(bench(), 2 * MINUTE_MS);
    const { wait, store, clock } = table;
    const outcome = await wait(request(command), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(2 * MINUTE_MS);
    expect(clock.monotonic()).toBeLessThan(2 * MINUTE_MS + 6_000);
    expect(store.record).toMatchObject({ fencingToken: 2, activeRun: { runId: '1001' }, queue: [] });
    expect(store.record?.history.map(({ type }) => type)).toEqual(['claim', 'release', 'handover']);
    // Waiting costs one commit, which took the place.
    expect(sentBy(table)).toEqual(['join']);
  });

  test('costs a reading and a commit, then looks, and a reading where something has changed', async () => {
    const { wait, store, clock, lines } = owned(bench(), MINUTE_MS);
    await wait(request('claim', { requireOpen: false }), 30 * MINUTE_MS);
    const looks = clock.sleeps.map(() => 'look');
    expect(store.calls).toEqual(['read', 'write', ...looks, 'read']);
    expect(clock.sleeps).toEqual(looks.map(() => 5_000));
    expect(looks).toHaveLength(12);
    // The first look has nothing to compare with, and the last shows the release.
    expect(store.statuses).toEqual([200, ...looks.slice(2).map(() => 304), 200]);
    expect(lines).toHaveLength(12);
  });

  test('says where it stands, behind whom, and how long yet', async () => {
    const { wait, store, lines } = owned(bench(), MINUTE_MS);
    await wait(request('claim'), 30 * MINUTE_MS);
    expect(lines[0]).toMatch(/^Waiting for acme\/widgets#17: first in line; owned by run 2002 .*; 30 min left\.$/);
    expect(store.record?.activeRun?.runId).toBe('1001');
  });

  test.each([0, 0.999])('spreads the looks by a tenth (chance %s)', async (chance) => {
    const { wait, clock } = owned(bench(chance), MINUTE_MS);
    await wait(request('claim'), 30 * MINUTE_MS);
    for (const slept of clock.sleeps) expect(slept).toBeCloseTo(5_000 * (0.9 + chance / 5));
  });

  test('keeps its time, leaves the line and gives the refusal at the end', async () => {
    const table = owned(bench());
    const { wait, store, clock } = table;
    const outcome = await wait(request('claim'), 3 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(ownedBy(outcome)).toBe(false);
    expect(clock.monotonic()).toBe(3 * MINUTE_MS);
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(lineOf(store)).toEqual([]);
    expect(outcome).toMatchObject({ view: { record: store.record, stateCommit: store.head } });
    expect(outcome).not.toMatchObject({ mayHaveWritten: true });
  });

  test('takes what was handed over in its last moment', async () => {
    const table = owned(bench(), 3 * MINUTE_MS);
    const outcome = await table.wait(request('claim'), 3 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(sentBy(table)).toEqual(['join']);
  });

  test('ends once the owner is over', async () => {
    const table = owned(bench());
    const { wait, store, clock } = table;
    store.liveness = () => ({ value: clock.monotonic() < MINUTE_MS ? 'alive' : 'dead', warning: null });
    const outcome = await wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(ownedBy(outcome)).toBe(true);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(clock.monotonic()).toBeLessThanOrEqual(MINUTE_MS + 30_000);
    expect(sentBy(table)).toEqual(['join', 'handover']);
  });

  test('the one after the other, in the order of coming', async () => {
    const { wait, store, clock } = owned(bench(), 2 * MINUTE_MS);
    const other = { ...request('claim').run, runId: '3003' };
    store.act(request('claim', { run: other, line: { action: 'wait', placeMs: 60 * MINUTE_MS } }));
    clock.at(4 * MINUTE_MS, () => {
      expect(store.record?.activeRun?.runId).toBe('3003');
      store.act(request('release', { run: other }));
    });
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBeGreaterThanOrEqual(4 * MINUTE_MS);
    expect(store.record?.fencingToken).toBe(3);
  });

  test('says each warning once', async () => {
    const { wait, store, warnings, clock } = owned(bench());
    store.liveness = () => ({ value: 'unknown', warning: 'not visible' });
    clock.at(MINUTE_MS, () => store.act(rivals('claim')));
    clock.at(2 * MINUTE_MS, () => store.act(rivals('claim')));
    await wait(request('claim', { supersede: 'dead' }), 5 * MINUTE_MS);
    expect(warnings).toEqual(['not visible']);
  });
});
