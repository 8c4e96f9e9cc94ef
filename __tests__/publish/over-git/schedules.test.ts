import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCast, explore, type Cast } from './cast.js';
import type { Actor } from './schedule.js';

/** Every order in which few of them can act, over git's own server. All four together are in schedules.slow.ts. */

let cast: Cast;
beforeAll(async () => {
  cast = await createCast();
});
afterAll(() => cast.server.remove());

test.each<[string, (cast: Cast) => readonly Actor[], readonly string[]]>([
  [
    'two publishers',
    ({ one, two }) => [one, two],
    ['one head_moved', 'one published', 'two head_moved', 'two published'],
  ],
  [
    'a publisher and a taker',
    ({ one, taker }) => [one, taker],
    ['one ownership_lost', 'one published', 'taker taken_over'],
  ],
  [
    'a publisher and a releaser',
    ({ one, releaser }) => [one, releaser],
    ['one ownership_missing', 'one published', 'releaser released'],
  ],
])(
  '%s: what landed, landed by the owner of that moment, and everybody was told the truth',
  async (_name, of, answers) => {
    const explored = await explore(cast.server, of(cast));
    expect(explored.answers).toEqual(answers);
    expect(explored.schedules).toBeGreaterThan(3);
  },
  120_000,
);
