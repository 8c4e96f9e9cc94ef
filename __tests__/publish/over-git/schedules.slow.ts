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
  ['all four', ({ one, two, taker, releaser }) => [one, two, taker, releaser]],
])(
  '%s',
  async (name, of) => {
    const { schedules, answers } = await explore(cast.server, of(cast));
    process.stdout.write(`${name}: ${String(schedules)} schedules, ${answers.join(', ')}\n`);
    expect(answers).toContain('one published');
  },
  4 * 3_600_000,
);
