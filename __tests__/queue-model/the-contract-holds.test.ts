import { expect, test } from '@jest/globals';
import { explore, type Exploration } from './explore.js';
import { THE_CONTRACT } from './rules.js';
import { world } from './worlds.js';

/**
 * Every story of a small queue, as the contract tells it; a failure shows the shortest one that breaks it. The greatest
 * world takes as long as all of these, and is in whole.slow.ts.
 */

const whatHappened = new Set<string>();
let worlds = 0;

function everyStory(...[others, faults, lastMoment]: [...Parameters<typeof world>, number]): Exploration {
  const exploration = explore(world(others, faults), { rules: THE_CONTRACT, lastMoment, wordComes: true });
  worlds += exploration.worlds;
  exploration.seen.forEach((label) => whatHappened.add(label));
  return exploration;
}

test('one that waits: every three faults, while places reach their end', () => {
  expect(everyStory(['first'], 3, 1).broken).toBeNull();
});

test('two that wait: every two faults, while places reach their end', () => {
  expect(everyStory(['first', 'second'], 2, 1).broken).toBeNull();
});

test('two that wait and one that takes over: every two faults', () => {
  expect(everyStory(['first', 'second', 'taker'], 2, 0).broken).toBeNull();
});

test('two that wait and one that takes over: every fault, while places reach their end', () => {
  expect(everyStory(['first', 'second', 'taker'], 1, 1).broken).toBeNull();
});

test('and there were many of them, in which everything happened that may happen', () => {
  expect(worlds).toBeGreaterThan(100_000);
  expect([...whatHappened]).toEqual(
    expect.arrayContaining([
      'first reads and wants a join',
      'first reads the past and answers owned',
      'first reads and wants a claim',
      'first reads and wants a hand-over to first',
      'first reads and wants a hand-over to second',
      'first, its time is up, reads and answers owned',
      'first, its time is up, reads and wants to be out of line',
      'first, its time is up, reads the past and ends',
      'first is killed, its post step reads and wants a hand-over to second',
      'first is killed, its post step reads and ends',
      'first writes a leave',
      'first writes a join, the answer is lost',
      'owner writes a hand-over to first and dies',
      'second writes a join and is killed',
      'taker writes a takeover, no answer yet',
      'a late write of taker lands',
      'GitHub says that owner is over',
      'time passes',
    ]),
  );
});
