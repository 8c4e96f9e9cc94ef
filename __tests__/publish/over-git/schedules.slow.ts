import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createCast, explore, type Cast } from './cast.js';
import type { Actor } from './schedule.js';

/** Every order in which two publishers, a taker and a releaser can act, over git's own server. */

let cast: Cast;
beforeAll(async () => {
  cast = await createCast();
});
afterAll(() => cast.server.remove());

test.each<[string, (cast: Cast) => readonly Actor[]]>([
  ['a publisher, a taker and a releaser', ({ one, taker, releaser }) => [one, taker, releaser]],
  ['two publishers and a taker', ({ one, two, taker }) => [one, two, taker]],
  ['two publishers and a releaser', ({ one, two, releaser }) => [one, two, releaser]],
  // What may happen between a reading and git's word is in those of three.
  [
    'all four, each reading at once',
    ({ one, two, taker, releaser }) => [{ ...one, readsAtOnce: true }, { ...two, readsAtOnce: true }, taker, releaser],
  ],
  ['all four', ({ one, two, taker, releaser }) => [one, two, taker, releaser]],
])(
  '%s',
  async (name, of) => {
    const { schedules, answers } = await explore(cast.server, of(cast), (count) => {
      if (count % 20 === 0) process.stdout.write(`${name}: ${String(count)} so far, ${new Date().toISOString()}\n`);
    });
    process.stdout.write(`${name}: ${String(schedules)} schedules, ${answers.join(', ')}\n`);
    expect(answers).toContain('one published');
  },
  4 * 3_600_000,
);
