import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { PLANTED_PUSH_FAULTS, plantPushFault, type PlantedPushFault } from '../../scripts/torture-publish/planted.js';
import { playRound } from '../../scripts/torture-publish/round.js';
import type { Rule } from '../../scripts/torture-publish/story.js';

/** Rounds find faults in real pushes. More of them: `npm run torture:publish -- --plant NAME`. */

/** Chance decides how soon a fault shows; what does not show in so many rounds would be a torture that cannot fail. */
const MOST_ROUNDS = 60;

let folder: string | null = null;

afterEach(async () => {
  if (folder !== null) await rm(folder, { recursive: true, force: true });
  folder = null;
});

test.each<[PlantedPushFault, readonly Rule[]]>([
  ['no-ancestor', ['lost commit']],
  ['no-lease-on-state', ['parent']],
  ['replays-the-decision', ['tenure', 'record']],
  ['unknown-is-refused', ['hidden push']],
  ['without-atomic', ['half landed']],
  ['one-after-the-other', ['half landed']],
])(
  '%s is found',
  async (fault, rules) => {
    const dist = await plantPushFault(fault);
    folder = dist;
    const found = new Set<Rule>();
    for (let seed = 500; seed < 500 + MOST_ROUNDS && !rules.some((rule) => found.has(rule)); seed += 1) {
      const { violations } = await playRound(seed, dist);
      for (const { rule } of violations) found.add(rule);
    }
    expect(rules.filter((rule) => found.has(rule))).not.toEqual([]);
  },
  900_000,
);

test('every planted fault still finds its place in the sources', async () => {
  for (const fault of Object.keys(PLANTED_PUSH_FAULTS) as PlantedPushFault[]) {
    await rm(await plantPushFault(fault), { recursive: true, force: true });
  }
});
