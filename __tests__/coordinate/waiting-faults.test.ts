import { describe, expect, test } from '@jest/globals';
import type { LookResult, ReadResult, WriteResult } from '../../src/store/state-store.js';
import { request } from '../core/samples.js';
import { applied, bench, endOf, ownedBy, rivals } from './bench.js';
import { failureWith } from './memory-store.js';
import { appliedUnseen } from './unseen.js';
import { lineOf, looksFail, MINUTE_MS, owned, readingsFail, sentBy, taking } from './waiter.js';

const limit = {
  code: 'rate_limited',
  retryAfterMs: 120_000,
  retry: { kind: 'after', ms: 120_000 },
} as const;
const forbidden = { code: 'permission_denied', retry: { kind: 'never' } } as const;

describe('a fault while waiting', () => {
  test('a permanent failure of the look leads to a reading, and one of that ends it', async () => {
    const table = owned(bench());
    const { wait, store } = table;
    looksFail(table, 1, { ...forbidden, passing: false });
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'failed', failure: failureWith(forbidden) }),
    );
    const outcome = await wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error permission_denied');
    expect(store.calls).toEqual(['read', 'write', 'look', 'read']);
    // Its place stands in line: the post step has to leave.
    expect(outcome).toMatchObject({ mayHaveWritten: true });
  });

  test('a failure at the very beginning ends it', async () => {
    const table = bench(0);
    readingsFail(table, 6);
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('error api_error');
    expect(outcome).toMatchObject({ mayHaveWritten: false });
  });

  test('looks that fail do not end it', async () => {
    const table = owned(bench(), MINUTE_MS);
    looksFail(table, 6);
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(table.lines[1]).toContain('; GitHub is down; ');
    expect(table.clock.monotonic()).toBeLessThan(MINUTE_MS + 6_000);
  });

  test('nor do readings that fail for a reason that passes', async () => {
    const table = owned(bench(0), MINUTE_MS);
    table.store.reads.push((proceed) => proceed());
    readingsFail(table, 6);
    expect(endOf(await table.wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(table.lines.some((line) => line.includes('; GitHub is down; '))).toBe(true);
  });

  test('a look that hangs does not use up more than the timeout of a step', async () => {
    const { wait, store, clock } = owned(bench(), MINUTE_MS);
    store.looks.push(
      taking<LookResult | Promise<LookResult>>(60 * MINUTE_MS, clock, (failure) => ({ kind: 'failed', failure })),
    );
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBeLessThan(2 * MINUTE_MS);
  });

  test('a look that hangs does not use up more than is left', async () => {
    const { wait, store, clock } = owned(bench());
    const hangs = taking<LookResult | Promise<LookResult>>(60 * MINUTE_MS, clock, (failure) => ({
      kind: 'failed',
      failure,
    }));
    store.looks.push(hangs, hangs, hangs);
    expect(endOf(await wait(request('claim'), 70_000))).toBe('conflict active_run_exists');
    expect(clock.monotonic()).toBe(70_000);
  });

  // The leaving has a time of its own, so that what was seen can be told; the post step has all the time of a step.
  test('a wait takes its time and five seconds at most, however slow GitHub is', async () => {
    const table = owned(bench());
    const { wait, store, clock, warnings } = table;
    const hangs = taking<ReadResult>(60 * MINUTE_MS, clock, (failure) => ({ kind: 'failed', failure }));
    store.reads.push((proceed) => proceed(), hangs, hangs);
    const outcome = await wait(request('claim'), MINUTE_MS, { timeoutMs: 20_000 });
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(clock.monotonic()).toBe(MINUTE_MS + 5_000);
    expect(warnings).toHaveLength(1);
  });

  test('a wait that is shorter than the joining ends with an error', async () => {
    const table = owned(bench());
    const { wait, store, clock } = table;
    store.reads.push(taking<ReadResult>(800, clock, (failure) => ({ kind: 'failed', failure })));
    store.writes.push(taking<WriteResult>(800, clock, (failure) => ({ kind: 'unknown', failure })));
    const outcome = await wait(request('claim'), 1_000);
    expect(endOf(outcome)).toBe('error deadline_exceeded');
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(clock.monotonic()).toBe(1_000);
  });

  test('a refusal that was seen is the answer, even if the leaving came to nothing', async () => {
    const table = owned(bench(0));
    const { wait, store, warnings } = table;
    store.reads.push((proceed) => proceed());
    readingsFail(table, 50);
    const outcome = await wait(request('claim'), 20_000);
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(lineOf(store)).toEqual(['1001']);
    expect(warnings).toEqual([
      'This step could not leave the line: GitHub is down. Its place counts until 2026-11-22T08:11:20.000Z.',
    ]);
  });

  // GitHub lengthens the limits of whoever does not wait as long as it says.
  test('a wait that GitHub asks for at a look is kept', async () => {
    const table = owned(bench(), MINUTE_MS);
    const { wait, store, clock } = table;
    store.looks.push(() => {
      expect(clock.monotonic()).toBe(5_000);
      return { kind: 'failed', failure: failureWith({ ...limit, passing: true }) };
    });
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBe(125_000);
  });

  test('and so is one at a reading', async () => {
    const table = owned(bench(), MINUTE_MS);
    const { wait, store, clock } = table;
    store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'failed', failure: failureWith({ ...limit, passing: true }) }),
    );
    expect(endOf(await wait(request('claim'), 30 * MINUTE_MS))).toBe('ok claimed_new');
    expect(clock.monotonic()).toBe(MINUTE_MS + 120_000);
  });

  test('one that is longer than the wait ends it', async () => {
    const table = owned(bench());
    looksFail(table, 1, limit);
    expect(endOf(await table.wait(request('claim'), MINUTE_MS))).toBe('conflict active_run_exists');
    expect(table.clock.monotonic()).toBe(MINUTE_MS);
    expect(table.store.calls.filter((call) => call === 'look')).toHaveLength(1);
  });

  test('a hand-over whose outcome stayed unknown is found by the next look, and not made twice', async () => {
    const table = owned(bench(0));
    const { wait, store, clock } = table;
    store.liveness = () => ({ value: clock.monotonic() < MINUTE_MS ? 'alive' : 'dead', warning: null });
    store.reads.push(
      (proceed) => proceed(),
      (proceed) => proceed(),
    );
    readingsFail(table, 6);
    store.writes.push((proceed) => proceed());
    appliedUnseen(table);
    const outcome = await wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok taken_over');
    expect(ownedBy(outcome)).toBe(true);
    expect(store.record?.fencingToken).toBe(2);
    expect(sentBy(table)).toEqual(['join', 'handover']);
    expect(applied(store)).toBe(1);
  });

  // One that ran out of time in the middle leaves nothing to the next one.
  test('each decision begins with a reading of its own, whatever became of the one before', async () => {
    const table = owned(bench());
    const { wait, store, clock } = table;
    let asked = 0;
    store.liveness = () => {
      asked += 1;
      // By the first look it joins; the second asks on the side, and what is read then takes all the time there is.
      if (asked === 3) clock.advance(MINUTE_MS);
      if (asked === 3) store.act(rivals('release'));
      return { value: asked === 1 ? 'alive' : 'dead', warning: null };
    };
    const outcome = await wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(sentBy(table)).toEqual(['join']);
    expect(store.calls.filter((call) => call === 'read')).toHaveLength(3);
  });

  // Whether it may go on is for whoever took it over to say, so there is nothing to wait for.
  test('what was won and lost again unseen ends it', async () => {
    const table = bench();
    appliedUnseen(table, () => table.store.act(rivals('takeover')));
    const outcome = await table.wait(request('ensure'), 30 * MINUTE_MS);
    expect(endOf(outcome)).toBe('conflict ownership_lost');
    expect(ownedBy(outcome)).toBe(false);
    expect(outcome).toMatchObject({ mayHaveWritten: true });
    expect(lineOf(table.store)).toEqual([]);
    expect(table.clock.monotonic()).toBeLessThan(MINUTE_MS);
  });

  test('an error of a step in line says that it may have written', async () => {
    const table = owned(bench());
    const { store, clock, wait } = table;
    clock.at(MINUTE_MS, () => store.commit('{'));
    expect(await wait(request('claim'), 30 * MINUTE_MS)).toMatchObject({
      kind: 'error',
      failure: { code: 'state_corrupt' },
      mayHaveWritten: true,
    });
    expect(clock.monotonic()).toBeLessThan(MINUTE_MS + 6_000);
  });
});
