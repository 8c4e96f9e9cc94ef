import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';
import { failureWith } from './memory-store.js';
import { lineOf, MINUTE_MS, owned, readingsFail, sentBy } from './waiter.js';

/** Somebody cancels the job, or presses Ctrl-C, while a step waits. */

const AT = 62_000;

function stopped(table: Bench, atMs = AT): AbortSignal {
  const stop = new AbortController();
  table.clock.at(atMs, () => stop.abort());
  return stop.signal;
}

describe('a step that is stopped while it waits', () => {
  test.each(['claim', 'ensure'] as const)('leaves the line at once (%s)', async (command) => {
    const table = owned(bench());
    const outcome = await table.wait(request(command), 30 * MINUTE_MS, { stop: stopped(table) });
    expect(endOf(outcome)).toBe(command === 'claim' ? 'conflict active_run_exists' : 'conflict ownership_lost');
    expect(outcome).not.toMatchObject({ mayHaveWritten: true });
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(lineOf(table.store)).toEqual([]);
    expect(table.clock.monotonic()).toBeLessThanOrEqual(AT + 5_000);
    expect(table.warnings).toEqual([]);
  });

  test('before it began to wait leaves as well', async () => {
    const table = owned(bench());
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS, { stop: AbortSignal.abort() });
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(sentBy(table)).toEqual(['join', 'leave']);
    expect(table.clock.sleeps).toEqual([]);
  });

  test('takes what was handed over by then', async () => {
    const table = owned(bench(), AT - 1);
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS, { stop: stopped(table) });
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(sentBy(table)).toEqual(['join']);
  });

  test('takes what is handed over while it leaves', async () => {
    const table = owned(bench());
    table.store.writes.push(
      (proceed) => proceed(),
      (proceed) => {
        table.store.act(rivals('release'));
        return proceed();
      },
    );
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS, { stop: stopped(table) });
    expect(endOf(outcome)).toBe('ok claimed_new');
    expect(ownedBy(outcome)).toBe(true);
    expect(sentBy(table)).toEqual(['join', 'leave']);
  });

  test('that cannot leave says until when its place counts, and that it is to be reckoned with', async () => {
    const table = owned(bench(0));
    const failure = failureWith({
      code: 'permission_denied',
      problem: 'GitHub refuses the token',
      retry: { kind: 'never' },
    });
    table.store.reads.push(
      (proceed) => proceed(),
      () => ({ kind: 'failed', failure }),
    );
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS, { stop: stopped(table) });
    expect(outcome).toMatchObject({ kind: 'conflict', code: 'active_run_exists', mayHaveWritten: true });
    expect(table.warnings).toEqual([
      'This step could not leave the line: GitHub refuses the token. Its place counts until 2026-11-22T08:41:00.000Z.',
    ]);
    expect(lineOf(table.store)).toEqual(['1001']);
  });

  test.each([
    [3_000, 3_000],
    [60_000, 5_000],
  ])('with a timeout of %i ms takes no longer for it than %i ms', async (timeoutMs, leavingMs) => {
    const table = owned(bench());
    table.store.reads.push((proceed) => proceed());
    readingsFail(table, 50);
    await table.wait(request('claim'), 30 * MINUTE_MS, { stop: stopped(table), timeoutMs });
    // Here a sleep that was begun is slept out.
    expect(table.clock.monotonic()).toBeLessThanOrEqual(AT + 5_000 + leavingMs);
    expect(table.warnings).toHaveLength(1);
  });

  test('in the moment in which it lets others go first leaves, too', async () => {
    const table = owned(bench(0.8));
    const { store, clock } = table;
    const third = { ...request('claim').run, runId: '3003' };
    store.act(request('claim', { run: third, line: { action: 'wait', placeMs: 60 * MINUTE_MS } }));
    const stop = new AbortController();
    store.liveness = () => {
      const isOver = clock.monotonic() > 0;
      if (isOver) clock.at(clock.monotonic() + 1_000, () => stop.abort());
      return { value: isOver ? 'dead' : 'alive', warning: null };
    };
    const outcome = await table.wait(request('claim', { supersede: 'dead' }), 30 * MINUTE_MS, { stop: stop.signal });
    expect(outcome.kind).toBe('conflict');
    expect(lineOf(store)).not.toContain('1001');
    expect(clock.monotonic()).toBeLessThan(MINUTE_MS);
  });

  // GitHub may hang just then, and nobody is left to wait for it.
  test('in the middle of a look that hangs leaves at once', async () => {
    const table = owned(bench());
    const stop = new AbortController();
    table.store.looks.push(() => {
      stop.abort();
      return new Promise(() => undefined);
    });
    const outcome = await table.wait(request('claim'), 30 * MINUTE_MS, { stop: stop.signal });
    expect(endOf(outcome)).toBe('conflict active_run_exists');
    expect(lineOf(table.store)).toEqual([]);
  });
});
