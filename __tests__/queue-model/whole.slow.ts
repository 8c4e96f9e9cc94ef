import { expect, test } from '@jest/globals';
import { explore } from './explore.js';
import { THE_CONTRACT } from './rules.js';
import { world } from './worlds.js';

/** The greatest world of the queue, which takes as long as all of the others: `npm run test:planted`. */
test('two that wait and one that takes over: every two faults, while places reach their end', () => {
  const around = { rules: THE_CONTRACT, lastMoment: 1, wordComes: true };
  expect(explore(world(['first', 'second', 'taker'], 2), around).broken).toBeNull();
}, 300_000);
