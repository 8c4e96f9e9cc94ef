import { test } from '@jest/globals';
import { expectFewPushes, publishAllAtOnce } from './contention.js';

test('twenty publishers of twenty pull requests at once all land, with few pushes', async () => {
  const contention = await publishAllAtOnce(20);
  console.log(`${contention.seconds.toFixed(1)} s, pushes: ${contention.pushes.join(' ')}`);
  expectFewPushes(contention);
}, 600_000);
