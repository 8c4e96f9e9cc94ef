import { expect, test } from '@jest/globals';
import { playInOrder } from './in-order.js';

test('ten processes in line are served in the order of their coming, without a gap', async () => {
  const { joined, served, events, atOnce, pauses } = await playInOrder();
  expect(served).toHaveLength(10);
  expect(served).toEqual(joined);
  expect(atOnce).toBe(1);
  // Each release is the hand-over to the next; nothing is written beside them.
  expect(events).toEqual([...served.map(() => 'handover'), 'release']);
  // A look every 5 s or so, and a reading: on a busy machine a process takes seconds to start and to end.
  expect(Math.min(...pauses)).toBeGreaterThan(0);
  expect(mean(pauses)).toBeLessThan(10_000);
}, 240_000);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
