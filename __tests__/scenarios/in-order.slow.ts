import { expect, test } from '@jest/globals';
import { playInOrder } from './in-order.js';

/**
 * How often ten waiters are served in the order of their coming, and how long the next one takes to begin:
 * `npx jest --selectProjects covered --testMatch '<rootDir>/__tests__/scenarios/in-order.slow.ts'`. A round takes about 40 s.
 */

const ROUNDS = Number(process.env['ROUNDS'] ?? 20);

test(
  'rounds of ten',
  async () => {
    const pauses: number[] = [];
    let inOrder = 0;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const { joined, served, pauses: own, events } = await playInOrder();
      const isInOrder = served.join() === joined.join() && events.filter((event) => event === 'handover').length === 10;
      if (isInOrder) inOrder += 1;
      pauses.push(...own);
      process.stderr.write(
        `round ${String(round)}: ${isInOrder ? 'in order' : `${joined.join()} as ${served.join()}`}, `,
      );
      process.stderr.write(`${seconds(mean(own))} from a release to the next one’s start\n`);
    }
    process.stderr.write(`${String(inOrder)} of ${String(ROUNDS)} in order; on average ${seconds(mean(pauses))}, `);
    process.stderr.write(`at most ${seconds(Math.max(...pauses))}\n`);
    expect(inOrder).toBe(ROUNDS);
    expect(mean(pauses)).toBeLessThanOrEqual(6_000);
  },
  ROUNDS * 240_000,
);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
