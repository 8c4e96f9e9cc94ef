import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { rivals } from './bench.js';
import { countOf, MINUTES, REFUSED, SECONDS, watchBench, wordOf } from './watching.js';

/** No promise of GitHub's says that an answer shows what was shown before: a watch has to put up with the past. */

describe('an answer from the past', () => {
  test('of a look is neither a loss nor a confirmation: a reading settles it', async () => {
    const { store, clock, watchFor } = watchBench();
    store.act(rivals('takeover'));
    store.act(request('takeover'));
    const past = store.commits.length - 2;
    clock.at(15 * SECONDS, () => store.looks.push(() => store.lookAt(past)));
    await watchFor(MINUTES);
    expect(store.timeline).toEqual([
      ...['look 10500', 'look 21000', 'read 21000'],
      ...['look 31500', 'look 42000', 'look 52500'],
    ]);
    // What was known of the record is known still.
    expect(store.statuses).toEqual([200, 200, 304, 304, 304]);
  });

  test('of both is no loss, though another run owned then', async () => {
    const { store, clock, watchFor, troubles } = watchBench();
    store.act(rivals('takeover'));
    store.act(request('takeover'));
    const past = store.commits.length - 2;
    clock.at(15 * SECONDS, () => {
      store.looks.push(() => store.lookAt(past));
      store.reads.push(
        ...Array.from({ length: 9 }, () => () => ({ kind: 'read', snapshot: store.snapshotAt(past) }) as const),
      );
    });
    await watchFor(2 * MINUTES);
    expect(troubles[0]).toContain('an older state of the branch');
    expect(troubles).toHaveLength(2);
  });

  test('of a reading does not confirm what a look has shown to be over', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => {
      const snapshot = store.snapshotAt(store.commits.length - 1);
      store.act(rivals('takeover'));
      store.reads.push(...Array.from({ length: 30 }, () => () => ({ kind: 'read', snapshot }) as const));
    });
    expect(wordOf(await watch())).toBe('lost conflict ownership_lost');
    expect(countOf(store, 'read')).toBe(31);
    expect(countOf(store, 'look')).toBe(2);
  });

  test('of a look does not confirm what an earlier look has shown to be over', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => {
      const past = store.commits.length - 1;
      store.act(rivals('takeover'));
      store.readFailure = REFUSED;
      store.looks.push(
        (go) => go(),
        () => store.lookAt(past),
      );
    });
    clock.at(80 * SECONDS, () => {
      store.readFailure = null;
    });
    expect(wordOf(await watch())).toBe('lost conflict ownership_lost');
    // No look is asked any more once one has shown another record.
    expect(countOf(store, 'look')).toBe(2);
    expect(countOf(store, 'read')).toBeGreaterThan(4);
  });

  test('of a look does not confirm what an earlier look has not found any more', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => {
      store.readFailure = REFUSED;
      store.looks.push(() => ({ kind: 'missing' }));
    });
    expect(wordOf(await watch())).toBe('unreachable permission_denied');
    expect(countOf(store, 'look')).toBe(2);
  });

  test('that shows no branch at all is no loss at once, and none is made of it if it comes back', async () => {
    const { store, clock, watchFor, troubles } = watchBench();
    const commits = [...store.commits];
    clock.at(15 * SECONDS, () => {
      store.commits.length = 0;
    });
    clock.at(60 * SECONDS, () => store.commits.push(...commits));
    await watchFor(3 * MINUTES);
    expect(troubles).toHaveLength(2);
    expect(store.statuses.at(-1)).toBe(304);
  });

  test('that shows no branch for ever is the end', async () => {
    const { store, clock, watch } = watchBench();
    clock.at(15 * SECONDS, () => {
      store.commits.length = 0;
    });
    expect(wordOf(await watch())).toMatch(/^unreachable (?:contention_exhausted|state_corrupt|deadline_exceeded)$/);
    expect(clock.monotonic()).toBeLessThanOrEqual(131 * SECONDS);
  });
});
