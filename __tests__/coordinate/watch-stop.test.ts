import { describe, expect, test } from '@jest/globals';
import { HOURS, SECONDS, watchBench, wordOf } from './watching.js';

/** Whoever watches can be stopped at any moment, and leaves nothing behind. */

describe('stop', () => {
  test('before anything is asked', async () => {
    const { store, stop, watch } = watchBench();
    stop.abort();
    expect(wordOf(await watch({ confirmed: undefined as never }))).toBe('stopped');
    expect(store.timeline).toEqual([]);
  });

  test('in the middle of a sleep that nobody can end', async () => {
    const { store, clock, stop, watch } = watchBench();
    clock.sleep = () => new Promise(() => undefined);
    const ended = watch();
    await new Promise((resolve) => setImmediate(resolve));
    stop.abort();
    expect(wordOf(await ended)).toBe('stopped');
    expect(store.timeline).toEqual([]);
  });

  test('in the middle of a look that is not answered', async () => {
    const { store, stop, watch } = watchBench();
    store.looks.push(() => {
      queueMicrotask(() => stop.abort());
      return new Promise(() => undefined);
    });
    expect(wordOf(await watch())).toBe('stopped');
    expect(store.timeline).toEqual(['look 10500']);
  });

  test('leaves nothing behind on its signal', async () => {
    const { clock, stop, watch } = watchBench();
    let listeners = 0;
    const { signal } = stop;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    const seen: number[] = [];
    clock.at(30 * SECONDS, () => seen.push(listeners));
    clock.at(HOURS, () => seen.push(listeners));
    clock.at(HOURS, () => stop.abort());
    await watch();
    expect(seen[0]).toBeGreaterThan(0);
    expect(seen[1]).toBe(seen[0]);
  });
});

test('a bug ends the watch as what it is', async () => {
  const { store, watch } = watchBench();
  store.looks.push(() => {
    throw new TypeError('a bug');
  });
  await expect(watch()).rejects.toThrow(new TypeError('a bug'));
});
