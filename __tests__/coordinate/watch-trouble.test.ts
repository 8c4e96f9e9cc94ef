import { describe, expect, test } from '@jest/globals';
import type { StoreFailure } from '../../src/store/state-store.js';
import type { Deadline } from '../../src/time/deadline.js';
import { failureWith } from './memory-store.js';
import { countOf, DOWN, limited, MINUTES, REFUSED, SECONDS, watchBench, wordOf } from './watching.js';

/** What a watch makes of answers that are missing or refused. */

describe('a failure that passes', () => {
  test.each<readonly [string, StoreFailure]>([
    ['a failed answer', DOWN],
    ['a refused token', REFUSED],
    ['a record that somebody broke', failureWith({ code: 'state_corrupt', retry: { kind: 'never' } })],
    ['a pull request that is not shown', failureWith({ code: 'pr_not_found', retry: { kind: 'never' } })],
  ])('ends nothing: %s', async (_what, failure) => {
    const { store, clock, watchFor, troubles } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(failure));
    clock.at(75 * SECONDS, () => store.fail(null));
    await watchFor(10 * MINUTES);
    expect(troubles).toHaveLength(2);
    expect(troubles[0]).toContain('acme/widgets#17');
    expect(troubles[0]).toContain(failure.problem);
    expect(troubles[1]).toBe('GitHub confirms again that this run owns acme/widgets#17.');
    expect(store.statuses.at(-1)).toBe(304);
  });

  test('of the look alone is made up for by an assert', async () => {
    const { store, watchFor, troubles } = watchBench();
    store.lookFailure = DOWN;
    await watchFor(10 * MINUTES);
    expect(countOf(store, 'read')).toBe(countOf(store, 'look'));
    expect(countOf(store, 'read')).toBeGreaterThan(50);
    expect(troubles).toEqual([]);
  });

  test('is asked about again after 1 s, then more and more rarely', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(REFUSED));
    await watch();
    const looks = store.timeline.filter((entry) => entry.startsWith('look')).map((entry) => Number(entry.slice(5)));
    const pauses = looks.slice(2).map((at, index) => (at - (looks[index + 1] ?? NaN)) / SECONDS);
    expect(pauses.slice(0, 6)).toEqual([1.05, 2.1, 4.2, 8.4, 10.5, 10.5]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10.5);
  });

  test('is as short-lived the next time', async () => {
    const { store, clock, watchFor } = watchBench();
    for (const at of [15, 55]) {
      clock.at(at * SECONDS, () => store.fail(REFUSED));
      clock.at((at + 10) * SECONDS, () => store.fail(null));
    }
    await watchFor(70 * SECONDS);
    const looks = store.timeline.filter((entry) => entry.startsWith('look')).map((entry) => Number(entry.slice(5)));
    const pauses = looks.slice(1).map((at, index) => (at - (looks[index] ?? NaN)) / SECONDS);
    expect(pauses).toEqual([10.5, 1.05, 2.1, 4.2, 10.5, 10.5, 10.5, 1.05, 2.1, 4.2]);
  });

  test('tells a person what is the matter and what follows, once', async () => {
    const { store, clock, watchFor, troubles } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(REFUSED));
    clock.at(80 * SECONDS, () => store.fail({ ...REFUSED, problem: 'GitHub answered 403' }));
    await watchFor(100 * SECONDS);
    expect(troubles).toEqual([
      'Whether this run still owns acme/widgets#17 was last confirmed 11 s ago: GitHub answered 401. Check the token. ' +
        'Meanwhile it is asked again. Without an answer the ownership counts as lost in 1 min.',
      expect.stringContaining('GitHub answered 403. Check the token. Meanwhile it is asked again.'),
    ]);
  });
});

describe('a failure that does not pass', () => {
  test.each([DOWN, REFUSED])('is the end after 2 min without a confirmation: %j', async (failure) => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(failure));
    const end = await watch();
    expect(end).toMatchObject({ kind: 'unreachable', failure: { code: failure.code, problem: failure.problem } });
    // Confirmed last by the look at 10.5 s; the last try comes shortly before the end.
    expect(clock.monotonic()).toBeGreaterThanOrEqual(130 * SECONDS);
    expect(clock.monotonic()).toBeLessThanOrEqual(131 * SECONDS);
    expect(end).toMatchObject({ sinceMs: expect.closeTo(2 * MINUTES, -3) as unknown });
    const last = Number(store.timeline.at(-1)?.split(' ')[1]);
    expect(last).toBeGreaterThan(clock.monotonic() - 2 * SECONDS);
  });

  test('counts from when the last confirmation was asked for: it may have been late', async () => {
    const { store, clock, watch } = watchBench();
    store.looks.push(async (go) => {
      const answer = go();
      await clock.pass(50 * SECONDS);
      store.fail(DOWN);
      return answer;
    });
    expect(wordOf(await watch())).toMatch(/^unreachable (?:api_error|deadline_exceeded)$/);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(130 * SECONDS);
    expect(clock.monotonic()).toBeLessThanOrEqual(131 * SECONDS);
  });

  test('is the end even where no request is ever answered', async () => {
    const { store, clock, watch } = watchBench();
    type Time = Pick<Deadline, 'remainingMs'>;
    const hangs = async (_go: unknown, { remainingMs }: Time): Promise<{ kind: 'failed'; failure: StoreFailure }> => {
      await clock.pass(Math.min(15 * SECONDS, remainingMs));
      return { kind: 'failed', failure: DOWN };
    };
    clock.at(15 * SECONDS, () => {
      store.look = (known, deadline) => hangs(known, deadline);
      store.read = (deadline) => hangs(null, deadline);
    });
    expect(wordOf(await watch())).toBe('unreachable deadline_exceeded');
    expect(clock.monotonic()).toBeGreaterThan(129 * SECONDS);
    expect(clock.monotonic()).toBeLessThanOrEqual(131 * SECONDS);
  });

  test('that takes the whole answer of GitHub is a loss at once', async () => {
    for (const code of ['state_branch_foreign', 'state_unsupported', 'target_moved'] as const) {
      const { store, clock, watch } = watchBench();
      clock.at(15 * SECONDS, () => store.fail(failureWith({ code, retry: { kind: 'never' } })));
      expect(wordOf(await watch())).toBe(`lost error ${code}`);
      expect(clock.monotonic()).toBe(21 * SECONDS);
    }
  });
});

describe('a rate limit', () => {
  test('is waited out where there is time, and nothing is asked meanwhile', async () => {
    const { store, clock, watchFor } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(limited(MINUTES)));
    clock.at(60 * SECONDS, () => store.fail(null));
    await watchFor(2 * MINUTES);
    expect(store.timeline.slice(0, 4)).toEqual(['look 10500', 'look 21000', 'look 81000', 'look 91500']);
  });

  test('on looks that lasts too long costs readings, at a slower pace, until it is over', async () => {
    const { store, clock, watchFor, troubles } = watchBench();
    clock.at(15 * SECONDS, () => {
      store.lookFailure = limited(20 * MINUTES);
    });
    clock.at(16 * MINUTES, () => {
      store.lookFailure = null;
    });
    await watchFor(22 * MINUTES);
    expect(countOf(store, 'read')).toBeGreaterThan(30);
    expect(countOf(store, 'read')).toBeLessThanOrEqual(40);
    const limitedAt = 21 * SECONDS;
    const looks = store.timeline.filter((entry) => entry.startsWith('look')).map((entry) => Number(entry.slice(5)));
    expect(looks.filter((at) => at > limitedAt && at < limitedAt + 20 * MINUTES)).toEqual([]);
    expect(looks.at(-1)).toBeGreaterThan(limitedAt + 20 * MINUTES);
    expect(troubles).toEqual([]);
  });

  test('on everything that lasts too long is asked about no more, and is the end', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => store.fail(limited(20 * MINUTES)));
    expect(wordOf(await watch())).toBe('unreachable rate_limited');
    expect(store.timeline).toEqual(['look 10500', 'look 21000', 'read 21000']);
    expect(clock.monotonic()).toBe(130.5 * SECONDS);
  });
});
