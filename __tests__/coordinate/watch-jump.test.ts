import { describe, expect, test } from '@jest/globals';
import { hasJumped, momentOf, passedSince } from '../../src/time/moment.js';
import { rivals } from './bench.js';
import { DayClock } from './day-clock.js';
import { countOf, DOWN, HOURS, MINUTES, SECONDS, watchBench, wordOf, type WatchBench } from './watching.js';

/** Time that is left out: a laptop that slept, a machine that was stopped, a clock that was put right. */

/** Whoever sleeps at that moment is woken up an hour later. */
function stopMachineAt({ clock }: WatchBench, atMs: number, countsOn: boolean): void {
  clock.at(atMs, () => (countsOn ? clock.pass(HOURS) : clock.jump(HOURS)));
}

describe.each([
  ['stands still', false],
  ['counts on', true],
])('after the sleep of a machine whose monotonic clock %s', (_how, countsOn) => {
  // Within the nap that the machine's sleep was in the middle of.
  const wakesUp = (countsOn ? 14.2 : 14.5) * SECONDS;
  const awake = (clock: DayClock): number => clock.monotonic() - (countsOn ? HOURS : 0);

  test('it looks at once, and goes on', async () => {
    const bench = watchBench();
    const { store, clock, watchFor, troubles } = bench;
    stopMachineAt(bench, 14.2 * SECONDS, countsOn);
    const seen: number[] = [];
    store.looks.push(
      (go) => go(),
      (go) => {
        seen.push(awake(clock));
        return go();
      },
    );
    await watchFor((countsOn ? HOURS : 0) + 5 * MINUTES);
    expect(seen).toEqual([wakesUp]);
    expect(troubles).toEqual([]);
    expect(countOf(store, 'read')).toBe(0);
  });

  test('it learns at once what was lost meanwhile', async () => {
    const bench = watchBench();
    const { store, clock, watch } = bench;
    clock.at(14 * SECONDS, () => store.act(rivals('takeover')));
    stopMachineAt(bench, 14.2 * SECONDS, countsOn);
    expect(wordOf(await watch())).toBe('lost conflict ownership_lost');
    expect(awake(clock)).toBe(wakesUp);
  });

  test('it does not give up before the network is back', async () => {
    const bench = watchBench();
    const { store, clock, watchFor, troubles } = bench;
    clock.at(14 * SECONDS, () => store.fail(DOWN));
    stopMachineAt(bench, 14.2 * SECONDS, countsOn);
    clock.at((countsOn ? HOURS : 0) + 40 * SECONDS, () => store.fail(null));
    await watchFor((countsOn ? HOURS : 0) + 5 * MINUTES);
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toContain('was last confirmed 1 h ago');
  });

  test('it gives up where the network does not come back in time', async () => {
    const bench = watchBench();
    const { store, clock, watch } = bench;
    clock.at(14 * SECONDS, () => store.fail(DOWN));
    stopMachineAt(bench, 14.2 * SECONDS, countsOn);
    const end = await watch();
    expect(end).toMatchObject({ kind: 'unreachable', sinceMs: expect.closeTo(HOURS + 64 * SECONDS, -3) as unknown });
    // What somebody may take to answer, from when the machine was awake again.
    expect(awake(clock)).toBeGreaterThan(74 * SECONDS);
    expect(awake(clock)).toBeLessThanOrEqual(75 * SECONDS);
    expect(countOf(store, 'look')).toBeGreaterThan(3);
  });

  test('it does not believe an answer that was under way, and asks again', async () => {
    const bench = watchBench();
    const { store, clock, watch } = bench;
    store.looks.push(
      (go) => go(),
      async (go) => {
        const answer = go();
        store.act(rivals('takeover'));
        if (countsOn) await clock.pass(HOURS);
        else clock.jump(HOURS);
        return answer;
      },
    );
    expect(wordOf(await watch())).toBe('lost conflict ownership_lost');
    expect(awake(clock)).toBe(21 * SECONDS);
  });

  test('it asks once more where a request was under way and failed', async () => {
    const bench = watchBench();
    const { store, clock, watchFor, troubles } = bench;
    store.looks.push(
      (go) => go(),
      async () => {
        if (countsOn) await clock.pass(HOURS);
        else clock.jump(HOURS);
        store.readFailure = DOWN;
        return { kind: 'failed', failure: DOWN };
      },
    );
    clock.at((countsOn ? HOURS : 0) + 40 * SECONDS, () => {
      store.readFailure = null;
    });
    await watchFor((countsOn ? HOURS : 0) + 5 * MINUTES);
    expect(troubles).toHaveLength(2);
  });
});

test('a machine that sleeps again and again gets time for its network each time', async () => {
  const { store, clock, watchFor, troubles } = watchBench();
  for (let count = 1; count <= 5; count += 1) {
    clock.at(count * 2 * MINUTES, () => {
      clock.jump(HOURS);
      store.fail(DOWN);
    });
    clock.at(count * 2 * MINUTES + 30 * SECONDS, () => store.fail(null));
  }
  await watchFor(15 * MINUTES);
  expect(troubles).toHaveLength(10);
});

test('a sleep that a confirmation came after puts off no later end', async () => {
  const { store, clock, watch } = watchBench();
  clock.at(15 * SECONDS, () => clock.jump(HOURS));
  clock.at(17 * SECONDS, () => store.fail(DOWN));
  expect(wordOf(await watch({ lostAfterMs: 20 * SECONDS }))).toMatch(/^unreachable/);
  expect(clock.monotonic()).toBeLessThanOrEqual(36 * SECONDS);
});

test('a clock that jumps on and on does not keep alive what nobody confirms', async () => {
  const { store, clock, watch } = watchBench();
  clock.at(15 * SECONDS, () => store.fail(DOWN));
  const nap = clock.sleep.bind(clock);
  clock.sleep = async (milliseconds) => {
    await nap(milliseconds);
    if (clock.monotonic() > 15 * SECONDS) clock.jump(10 * SECONDS);
  };
  expect(wordOf(await watch())).toBe('unreachable api_error');
  expect(clock.monotonic()).toBeLessThan(2 * MINUTES);
  expect(countOf(store, 'look')).toBeLessThan(10);
});

test('a machine that wakes up late each time goes on as long as it is confirmed', async () => {
  const { clock, watchFor, troubles } = watchBench();
  const nap = clock.sleep.bind(clock);
  clock.sleep = (milliseconds) => nap(milliseconds + 6 * SECONDS);
  await watchFor(10 * MINUTES);
  expect(troubles).toEqual([]);
});

test.each([-HOURS, -3 * SECONDS, 3 * SECONDS])('a clock that is put right by %d ms changes nothing', async (by) => {
  const { store, clock, watchFor } = watchBench();
  clock.at(15 * SECONDS, () => clock.jump(by));
  await watchFor(MINUTES);
  const looks = store.timeline.map((entry) => Number(entry.slice(5)));
  expect(looks).toHaveLength(5);
  expect(looks[1]).toBe(21 * SECONDS - Math.max(0, by));
});

test('a clock that is set back while nothing is confirmed puts off nothing', async () => {
  const { store, clock, watch } = watchBench();
  clock.at(15 * SECONDS, () => store.fail(DOWN));
  clock.at(60 * SECONDS, () => clock.jump(-HOURS));
  expect(wordOf(await watch())).toBe('unreachable api_error');
  expect(clock.monotonic()).toBeLessThanOrEqual(131 * SECONDS);
});

describe('moments', () => {
  test('are as far apart as the clock that went further says', async () => {
    const clock = new DayClock();
    const then = momentOf(clock);
    await clock.pass(3_000);
    expect(passedSince(then, clock)).toBe(3_000);
    clock.jump(-10_000);
    expect(passedSince(then, clock)).toBe(3_000);
    clock.jump(20_000);
    expect(passedSince(then, clock)).toBe(13_000);
    expect(passedSince({ wallMs: Number.MAX_SAFE_INTEGER, monotonicMs: 9_000 }, clock)).toBe(0);
  });

  test.each([
    ['nothing', 0, 0, false],
    ['what was to be expected', 1_000, 0, false],
    ['5 s more', 6_000, 0, false],
    ['more than 5 s more', 6_001, 0, true],
    ['the clocks apart by 5 s', 0, 5_000, false],
    ['the clocks apart by more', 0, 5_001, true],
    ['a clock set back', 1_000, -HOURS, false],
  ])('show a jump by what passed in a second: %s', async (_what, passed, ahead, jumped) => {
    const clock = new DayClock();
    const then = momentOf(clock);
    await clock.pass(passed);
    clock.jump(ahead);
    expect(hasJumped(then, 1_000, clock)).toBe(jumped);
  });
});
