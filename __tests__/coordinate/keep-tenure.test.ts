import { describe, expect, test } from '@jest/globals';
import { keepTenure, type KeepEnd, type Keeping } from '../../src/coordinate/keep-tenure.js';
import { NO_END, type Term } from '../../src/core/request.js';
import { NOW, OTHER, OWNER, request, viewOf } from '../core/samples.js';
import { failureWith } from './memory-store.js';
import { TARGET } from '../core/samples.js';
import { DayClock } from './day-clock.js';
import { WatchedStore } from './watched-store.js';
import { DOWN, HOURS, MINUTES, SECONDS } from './watching.js';

/** Run 1001 owns for an hour, and renews for as long as its program runs. */

const HOUR: Term = { detached: true, expiresAfterMs: HOURS, byDefault: true };

interface Table {
  readonly store: WatchedStore;
  readonly clock: DayClock;
  readonly warnings: string[];
  readonly keep: (changes?: Partial<Keeping>) => Promise<KeepEnd>;
  /** The same, until somebody stops it then. */
  readonly keepFor: (ms: number, changes?: Partial<Keeping>) => Promise<KeepEnd>;
  /** When it wrote, in minutes from the beginning. */
  readonly written: () => number[];
}

function tableWith(term: Term): Table {
  const clock = new DayClock();
  const store = new WatchedStore(TARGET, clock);
  const warnings: string[] = [];
  store.act(request('claim', { term }));
  let writes = 0;
  const context = {
    ...{ store, clock, stateBranch: 'runner-coord-state', repositoryId: 7 },
    newId: () => `write-${String((writes += 1))}`,
    warn: (line: string) => warnings.push(line),
    debug: () => undefined,
  };
  const stop = new AbortController();
  const keep: Table['keep'] = (changes = {}) => {
    const begun = viewOf(store.record, { now: clock.now() });
    return keepTenure(
      {
        ...{ run: OWNER, fencingToken: 1, view: () => begun },
        ...{ graceMs: 10 * SECONDS, timeoutMs: MINUTES, stop: stop.signal, ...changes },
      },
      context,
    );
  };
  return {
    ...{ store, clock, warnings, keep },
    keepFor: (ms, changes) => {
      clock.at(ms, () => stop.abort());
      return keep(changes);
    },
    written: () => store.changes.map(({ event }) => (Date.parse(event.at ?? '') - Date.parse(NOW)) / MINUTES),
  };
}

describe('a tenure with an end', () => {
  test('is renewed at half of it, again and again, by one reading and one commit each', async () => {
    const { store, keepFor, written, warnings } = tableWith(HOUR);
    expect(await keepFor(3 * HOURS - MINUTES)).toEqual({ kind: 'stopped' });
    expect(written().map(Math.round)).toEqual([30, 60, 90, 120, 150]);
    expect(store.calls).toEqual(Array.from({ length: 5 }, () => ['read', 'write']).flat());
    expect(store.changes.map(({ event }) => event.type)).toEqual(Array.from({ length: 5 }, () => 'refresh'));
    expect(store.record?.activeRun).toMatchObject({ fencingToken: 1, detached: true });
    const left = Date.parse(store.record?.activeRun?.expiresAt ?? '') - Date.parse(NOW);
    expect(Math.round(left / MINUTES)).toBe(210);
    expect(warnings).toEqual([]);
  });

  test('and none without one, about which nothing is asked', async () => {
    const { store, keepFor } = tableWith({ detached: false, expiresAfterMs: null, byDefault: true });
    expect(await keepFor(3 * HOURS)).toEqual({ kind: 'stopped' });
    expect(store.calls).toEqual([]);
  });

  test('that somebody has put off further stays so', async () => {
    const { store, clock, keepFor } = tableWith(HOUR);
    const term: Term = { detached: false, expiresAfterMs: 8 * HOURS, byDefault: false };
    clock.at(10 * MINUTES, () => store.act(request('claim', { term })));
    expect(await keepFor(7 * HOURS)).toEqual({ kind: 'stopped' });
    // Once it has asked it knows, and asks no more until half an hour before that end.
    expect(store.changes).toHaveLength(1);
    expect(store.record?.activeRun?.expiresAt).toBe(new Date(Date.parse(NOW) + 8 * HOURS + 10 * MINUTES).toISOString());
  });

  test('is renewed by what it had, where it was found in the middle', async () => {
    const { store, clock, keepFor, written } = tableWith(HOUR);
    await clock.pass(50 * MINUTES);
    expect(await keepFor(HOURS)).toEqual({ kind: 'stopped' });
    expect(written().map(Math.round)).toEqual([50]);
    const left = Date.parse(store.record?.activeRun?.expiresAt ?? '') - Date.parse(NOW);
    expect(Math.round(left / MINUTES)).toBe(110);
  });
});

describe('a renewal that is refused is a loss', () => {
  test.each([
    ['taken over', request('takeover', { run: OTHER }), 'ownership_lost'],
    ['released', request('release'), 'ownership_lost'],
    ['told to exit', request('signal-exit'), 'exit_signal_recorded'],
  ])('%s meanwhile', async (_how, happened, code) => {
    const { store, clock, keep } = tableWith(HOUR);
    clock.at(10 * MINUTES, () => store.act(happened));
    const end = await keep();
    expect(end).toMatchObject({ kind: 'lost', outcome: { kind: 'conflict', code } });
    expect(Math.round(clock.monotonic() / MINUTES)).toBe(30);
    expect(store.changes).toEqual([]);
  });

  test('nor does it go on in a tenure that began anew', async () => {
    const { store, clock, keep } = tableWith(HOUR);
    clock.at(10 * MINUTES, () => store.act(request('release')));
    clock.at(11 * MINUTES, () => store.act(request('claim', { term: HOUR })));
    expect(await keep()).toMatchObject({ kind: 'lost', outcome: { code: 'ownership_lost' } });
    expect(store.record?.activeRun?.fencingToken).toBe(2);
  });
});

describe('a renewal that does not come through', () => {
  test('is tried every ten seconds, said once, and ends what is at work a grace before the end', async () => {
    const { store, clock, keep, warnings } = tableWith(HOUR);
    const graceMs = 90 * SECONDS;
    clock.at(20 * MINUTES, () => store.fail(failureWith({ retry: { kind: 'never' } })));
    const end = await keep({ graceMs });
    expect(end).toEqual({ kind: 'ends', at: new Date(Date.parse(NOW) + HOURS).toISOString() });
    const late = clock.monotonic() - (HOURS - graceMs);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(SECONDS);
    const tries = store.timeline.filter((entry) => entry.startsWith('read'));
    expect(tries.length).toBeGreaterThan(100);
    expect(tries.length).toBeLessThanOrEqual(172);
    expect(warnings).toEqual([expect.stringMatching(/^The tenure ends at .*: GitHub is down\. It is tried again\.$/)]);
  });

  test('takes no more time than is left', async () => {
    const { store, clock, keep } = tableWith(HOUR);
    clock.at(20 * MINUTES, () => store.fail(DOWN));
    expect(await keep({ timeoutMs: 2 * HOURS })).toMatchObject({ kind: 'ends' });
    expect(clock.monotonic()).toBeLessThanOrEqual(HOURS - 10 * SECONDS + SECONDS);
  });

  test('goes on as before once GitHub is back', async () => {
    const { store, clock, keepFor, written, warnings } = tableWith(HOUR);
    clock.at(20 * MINUTES, () => store.fail(DOWN));
    clock.at(50 * MINUTES, () => store.fail(null));
    expect(await keepFor(100 * MINUTES)).toEqual({ kind: 'stopped' });
    const [first = NaN, second = NaN, ...more] = written();
    expect(first).toBeGreaterThanOrEqual(50);
    expect(first).toBeLessThan(51);
    expect(Math.round(second - first)).toBe(30);
    expect(more).toEqual([]);
    expect(warnings).toHaveLength(1);
  });

  test('whose commit came through unseen counts as what it is', async () => {
    const { store, keepFor } = tableWith(HOUR);
    store.writes.push((proceed) => {
      proceed();
      return { kind: 'unknown', failure: DOWN };
    });
    expect(await keepFor(40 * MINUTES)).toEqual({ kind: 'stopped' });
    expect(store.record?.history.map(({ type }) => type)).toEqual(['claim', 'refresh']);
  });
});

describe('the end comes', () => {
  test('at once after a sleep of the machine that went past it, and nothing is asked', async () => {
    const { store, clock, keep } = tableWith(HOUR);
    clock.at(10 * MINUTES, () => clock.jump(2 * HOURS));
    expect(await keep()).toMatchObject({ kind: 'ends' });
    expect(clock.monotonic()).toBeLessThanOrEqual(10 * MINUTES + SECONDS);
    expect(store.calls).toEqual([]);
  });

  test('at once where less than the grace is left', async () => {
    const { clock, keep } = tableWith({ ...HOUR, expiresAfterMs: 20 * SECONDS });
    expect(await keep({ graceMs: 30 * SECONDS })).toMatchObject({ kind: 'ends' });
    expect(clock.monotonic()).toBe(SECONDS);
  });

  test('not after a shorter sleep: it is renewed as soon as it wakes up', async () => {
    const { store, clock, keepFor } = tableWith(HOUR);
    clock.at(10 * MINUTES, () => clock.jump(40 * MINUTES));
    expect(await keepFor(11 * MINUTES)).toEqual({ kind: 'stopped' });
    expect(store.changes).toHaveLength(1);
  });
});

test('an end that another command has set since is kept like one from the beginning', async () => {
  const { store, clock, keepFor, written } = tableWith(NO_END);
  let view = viewOf(store.record, { now: clock.now() });
  clock.at(10 * MINUTES, () => {
    store.act(request('claim', { term: { ...HOUR, byDefault: false } }), { now: clock.now() });
    view = viewOf(store.record, { now: clock.now() });
  });
  expect(await keepFor(60 * MINUTES, { view: () => view })).toEqual({ kind: 'stopped' });
  expect(written().map(Math.round)).toEqual([40]);
});
