import { describe, expect, test } from '@jest/globals';
import { request } from '../core/samples.js';
import { bench, endOf, ownedBy, rivals, type Bench } from './bench.js';

/** O10: a job knows the token of its tenure; a reading below it is from the past, and no answer. */

/** Token 1 was released, token 2 is this run's; the first reading, or so many of them, still show token 1. */
function lagging(readings = 1): Bench {
  const table = bench(0);
  const { store } = table;
  store.act(rivals('claim'));
  store.act(rivals('release'));
  store.act(request('claim'));
  for (let index = 0; index < readings; index += 1) {
    store.reads.push(() => ({ kind: 'read', snapshot: store.snapshotAt(1) }));
  }
  return table;
}

const asked = [
  request('release', { fencingToken: 2 }),
  request('assert', { fencingToken: 2 }),
  request('assert', { fencingToken: 2, requireExisting: true }),
  request('assert', { fencingToken: 2, strict: true }),
  request('ensure', { fencingToken: 2 }),
  request('signal-exit', { fencingToken: 2 }),
].map((given) => [given.command, given] as const);

describe('a reading below the token that is known', () => {
  test.each(asked)('%s reads on until it sees that token', async (_command, given) => {
    const { run, store } = lagging(3);
    const outcome = await run(given);
    expect(outcome.kind).toBe('ok');
    expect(store.calls.slice(0, 4)).toEqual(['read', 'read', 'read', 'read']);
  });

  test.each(asked)('%s ends with an error that names both, and never ok', async (_command, given) => {
    const { run, store } = lagging(50);
    const outcome = await run(given);
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({
      mayHaveWritten: false,
      failure: {
        problem: expect.stringMatching(/shows fencing token 1, but this step was given token 2/) as unknown,
        advice: expect.stringMatching(/not of this pull request.*set the state branch back/) as unknown,
      },
    });
    expect(ownedBy(outcome)).toBe(false);
    expect(store.calls).toEqual(Array.from({ length: store.calls.length }, () => 'read'));
    expect(store.calls.length).toBeLessThan(20);
  });

  test('a token that was never handed out ends the same way', async () => {
    const { run, store } = bench(0);
    store.act(request('claim'));
    expect(endOf(await run(request('assert', { fencingToken: 7 })))).toBe('error contention_exhausted');
    expect(store.record?.activeRun?.runId).toBe('1001');
  });

  test('never outlasts the deadline', async () => {
    const { run, clock } = lagging(50);
    expect(endOf(await run(request('assert', { fencingToken: 2 }), { budgetMs: 10_000 }))).toMatch(/^error/);
    expect(clock.monotonic()).toBeLessThanOrEqual(10_000);
  });
});

describe('a reading at or above it', () => {
  test('is believed at once: a lower token has lost', async () => {
    const { run, store } = lagging(0);
    expect(endOf(await run(request('assert', { fencingToken: 1 })))).toBe('conflict ownership_lost');
    expect(store.calls).toEqual(['read']);
  });
});

describe('an absent record', () => {
  test('counts as token 0 where the branch has no floor', async () => {
    const { run, store } = bench(0);
    store.commitElsewhere();
    const outcome = await run(request('release', { fencingToken: 1 }));
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({ failure: { problem: expect.stringMatching(/token 0.*token 1/) as unknown } });
  });

  // A sweep removed it, and raised the floor to its token.
  test.each([
    ['release', 'ok release_noop'],
    ['assert', 'conflict ownership_lost'],
    ['ensure', 'conflict ownership_lost'],
  ] as const)('counts as the floor: %s', async (command, word) => {
    const { run, store } = bench(0);
    store.commitElsewhere();
    store.tokenFloor = 5;
    expect(endOf(await run(request(command, { fencingToken: 5 })))).toBe(word);
    expect(store.calls).toEqual(['read']);
    expect(endOf(await run(request(command, { fencingToken: 6 })))).toBe('error contention_exhausted');
  });

  // A record that is there speaks for itself: the floor says nothing about its tenure.
  test.each(asked)('is not what a present record counts as: %s', async (_command, given) => {
    const { run, store } = bench(0);
    store.act(request('claim'));
    store.tokenFloor = 5;
    const outcome = await run({ ...given, fencingToken: 2 });
    expect(endOf(outcome)).toBe('error contention_exhausted');
    expect(outcome).toMatchObject({ failure: { problem: expect.stringMatching(/token 1.*given token 2/) as unknown } });
    expect(store.changes).toEqual([]);
  });

  test('gives its next tenure a token above the floor, and so does a record below it', async () => {
    const { run, store } = bench();
    store.tokenFloor = 5;
    expect(await run(request('claim'))).toMatchObject({ view: { record: { fencingToken: 6 } } });
    store.tokenFloor = 40;
    expect(await run(rivals('takeover'))).toMatchObject({ view: { record: { fencingToken: 41 } } });
    store.tokenFloor = 7;
    expect(await run(request('takeover'))).toMatchObject({ view: { record: { fencingToken: 42 } } });
  });
});
