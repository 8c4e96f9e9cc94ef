import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Rule } from '../../scripts/torture/history.js';
import { plantFault, type PlantedFault } from '../../scripts/torture/planted.js';
import { playRound } from '../../scripts/torture/round.js';
import { packageRoot } from '../../support/local-github/package-root.js';

/**
 * The torture finds faults in real processes of the built action. Here are the faults that a few seconds show; the
 * others need longer rounds: `npm run torture -- --plant NAME`.
 */

/** Chance decides how soon a fault shows; what does not show in so many rounds would be a torture that cannot fail. */
const MOST_ROUNDS = 8;

test.each<[PlantedFault, Rule]>([
  ['skip-expected-head', 'lost change'],
  ['replay-stale-decision', 'lost change'],
  ['unknown-is-success', 'owned'],
])(
  '%s is found',
  async (fault, rule) => {
    const dist = await plantFault(fault, join(packageRoot(), 'dist'));
    try {
      const found = new Set<Rule>();
      for (let round = 1; round <= MOST_ROUNDS && !found.has(rule); round += 1) {
        const { violations } = await playRound({
          seconds: 3,
          runs: 5,
          prs: 1,
          seed: round,
          dist,
          progress: () => undefined,
        });
        for (const violation of violations) found.add(violation.rule);
      }
      expect([...found]).toContain(rule);
    } finally {
      await rm(dist, { recursive: true, force: true });
    }
  },
  120_000,
);
