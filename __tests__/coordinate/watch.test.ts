import { describe, expect, test } from '@jest/globals';
import type { CoordinationRequest } from '../../src/core/request.js';
import { writeRecord } from '../../src/core/write-record.js';
import { active, request, runOf } from '../core/samples.js';
import { rivals } from './bench.js';
import { countOf, HOURS, MINUTES, SECONDS, watchBench, wordOf } from './watching.js';

/** What a watch asks while nothing happens, what it goes on through, and what ends it. */

describe('a quiet hour', () => {
  test('is at most 360 looks, all of them 304 after the first, and no reading', async () => {
    const { store, watchFor, troubles } = watchBench();
    await watchFor(HOURS);
    const [first, ...others] = store.statuses;
    expect(first).toBe(200);
    expect(new Set(others)).toEqual(new Set([304]));
    expect(store.statuses.length).toBeLessThanOrEqual(360);
    expect(store.statuses.length).toBeGreaterThan(300);
    expect(countOf(store, 'read')).toBe(0);
    expect(troubles).toEqual([]);
  });

  test.each([0, 0.5, 0.999])('has pauses that chance makes longer and never shorter (%d)', async (chance) => {
    const { store, clock, watchFor } = watchBench();
    clock.random = () => chance;
    await watchFor(10 * MINUTES);
    const times = store.timeline.map((entry) => Number(entry.split(' ')[1]));
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? NaN));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(10 * SECONDS);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(11 * SECONDS);
  });

  test('begins with an assert where nobody has just confirmed', async () => {
    const { store, watchFor } = watchBench();
    await watchFor(25 * SECONDS, { confirmed: undefined as never });
    expect(store.timeline.map((entry) => entry.split(' ')[0])).toEqual(['read', 'look', 'look']);
    expect(store.timeline[0]).toBe('read 0');
  });

  test('takes what a claim has written for what it looks for', async () => {
    const { store, watchFor, viewAfter } = watchBench();
    store.act(request('release'));
    await watchFor(25 * SECONDS, { confirmed: await viewAfter(request('claim')) });
    expect(store.timeline).toEqual(['look 10500', 'look 21000']);
    expect(store.statuses).toEqual([200, 304]);
  });

  test('looks oftener where a confirmation holds for less than the pause', async () => {
    const { store, watchFor } = watchBench();
    await watchFor(10.6 * SECONDS, { lostAfterMs: 4 * SECONDS });
    expect(store.timeline).toEqual(['look 2100', 'look 4200', 'look 6300', 'look 8400', 'look 10500']);
  });
});

test('a confirmation that holds for less than the shortest pause still leaves time to ask', async () => {
  const { store, watchFor } = watchBench();
  const budgets: number[] = [];
  store.looks.push((go, { remainingMs }) => {
    budgets.push(remainingMs);
    return go();
  });
  await watchFor(1.5 * SECONDS, { lostAfterMs: 500 });
  expect(budgets).toEqual([MINUTES]);
});

describe('ownership is lost', () => {
  test.each<readonly [string, CoordinationRequest, string]>([
    ['by a takeover', rivals('takeover'), 'lost conflict ownership_lost'],
    ['by an exit signal', request('signal-exit'), 'lost conflict exit_signal_recorded'],
    ['by the release of another job', request('release'), 'lost conflict ownership_missing'],
    ['by a later attempt', request('ensure', { run: runOf('1001', 2) }), 'lost conflict ownership_lost'],
  ])('%s, and nothing more is asked', async (_how, happened, word) => {
    const { store, clock, watch, troubles } = watchBench();
    clock.at(25 * SECONDS, () => store.act(happened));
    expect(wordOf(await watch())).toBe(word);
    const asked = [...store.timeline];
    expect(asked).toEqual(['look 10500', 'look 21000', 'look 31500', 'read 31500']);
    await clock.pass(HOURS);
    expect(store.timeline).toEqual(asked);
    expect(troubles).toEqual([]);
  });

  test('to the owner that it names', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(5 * SECONDS, () => store.act(rivals('takeover')));
    expect(await watch()).toMatchObject({
      kind: 'lost',
      outcome: { kind: 'conflict', view: { record: { activeRun: { runId: '2002' } } } },
    });
  });

  test('where nobody owns, also if the assert would let that pass', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(5 * SECONDS, () => store.act(request('release')));
    expect(wordOf(await watch({ request: request('assert') }))).toBe('lost ok no_owner_record');
  });

  test('to a tenure of the same run that the token does not mean', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(5 * SECONDS, () => {
      store.act(request('release'));
      store.act(request('claim'));
    });
    expect(wordOf(await watch({ request: request('assert', { fencingToken: 1 }) }))).toBe(
      'lost conflict ownership_lost',
    );
  });

  test('with the old name of the repository, at once', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(5 * SECONDS, () => {
      store.present = { ...store.target, repo: 'acme/gizmos' };
    });
    expect(wordOf(await watch())).toBe('lost error target_moved');
    expect(store.timeline).toEqual(['look 10500', 'read 10500']);
  });
});

describe('ownership goes on', () => {
  test('through commits for other pull requests, for nothing', async () => {
    const { store, clock, watchFor } = watchBench();
    for (let at = 1; at < 60; at += 1) clock.at(at * 7 * SECONDS, () => store.commitElsewhere());
    await watchFor(7 * MINUTES);
    expect(countOf(store, 'read')).toBe(0);
    expect(store.statuses.filter((status) => status === 200)).toHaveLength(1);
  });

  test('through a renewal by another step, for one reading', async () => {
    const { store, clock, watchFor } = watchBench();
    clock.at(25 * SECONDS, () => store.act(request('claim')));
    await watchFor(70 * SECONDS);
    expect(countOf(store, 'read')).toBe(1);
    // The text that the look showed is the one that was decided from: it is not asked for again.
    expect(store.statuses).toEqual([200, 304, 200, 304, 304, 304]);
  });

  test('through a record that says the same in another way', async () => {
    const { store, clock, watchFor } = watchBench();
    const same = JSON.stringify(store.record);
    clock.at(25 * SECONDS, () => store.commit(same));
    await watchFor(MINUTES);
    expect(countOf(store, 'read')).toBe(0);
    expect(store.statuses).toEqual([200, 304, 200, 304, 304]);
  });

  test('past the end of the tenure only by an assert, though the record is the same', async () => {
    const { store, clock, stop, watch } = watchBench();
    const { record } = store;
    if (record === null) throw new Error('no record');
    const expiresAt = new Date(Date.parse(clock.now()) + 25 * SECONDS).toISOString();
    store.commit(writeRecord({ ...record, activeRun: { ...active(), ...record.activeRun, expiresAt } }));
    clock.at(40 * SECONDS, () => stop.abort());
    await watch();
    expect(store.timeline.slice(0, 4)).toEqual(['look 10500', 'look 21000', 'look 31500', 'read 31500']);
  });

  test('without a commit, though the assert is strict', async () => {
    const { store, clock, watchFor } = watchBench();
    clock.at(5 * SECONDS, () => store.act(request('claim')));
    await watchFor(MINUTES, { request: request('assert', { strict: true }) });
    expect(countOf(store, 'read')).toBe(1);
    expect(store.changes).toEqual([]);
  });
});
