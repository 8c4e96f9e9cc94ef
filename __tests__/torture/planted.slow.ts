import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import type { Rule } from '../../scripts/torture/history.js';
import { PLANTED, plantFault, type PlantedFault } from '../../scripts/torture/planted.js';
import { playRound } from '../../scripts/torture/round.js';

/**
 * The torture finds faults in real processes of the action. Here are the faults that a few seconds show; the others need
 * longer rounds: `npm run torture -- --plant NAME`.
 */

/** Chance decides how soon a fault shows; what does not show in so many rounds would be a torture that cannot fail. */
const MOST_ROUNDS = 8;

let folder: string | null = null;

afterEach(async () => {
  if (folder !== null) await rm(folder, { recursive: true, force: true });
  folder = null;
});

test.each<[PlantedFault, Rule]>([
  ['skip-expected-head', 'lost change'],
  ['replay-stale-decision', 'lost change'],
  ['unknown-is-success', 'owned'],
  ['attempts-are-one', 'attempt'],
  ['forgets-the-line', 'line'],
  ['serves-the-last', 'line'],
  ['release-what-was-found', 'post'],
  ['assert-without-token', 'answer'],
  ['ref-created-by-status', 'acknowledged write'],
  ['old-name-owns', 'moved'],
  ['clock-of-the-runner', 'clock'],
])(
  '%s is found',
  async (fault, rule) => {
    const dist = await plantFault(fault);
    folder = dist;
    const found = new Set<Rule>();
    for (let round = 1; round <= MOST_ROUNDS && !found.has(rule); round += 1) {
      const progress = (): void => undefined;
      const { violations } = await playRound({ seconds: 12, runs: 6, prs: 1, seed: round, dist, progress });
      for (const violation of violations) found.add(violation.rule);
    }
    expect([...found]).toContain(rule);
  },
  300_000,
);

test('every planted fault still finds its place in the sources', async () => {
  for (const fault of Object.keys(PLANTED) as PlantedFault[]) {
    await rm(await plantFault(fault), { recursive: true, force: true });
  }
});
