import { test } from '@jest/globals';
import { expectFewPushes, publishAllAtOnce } from './contention.js';

test('twenty publishers of twenty pull requests at once all land, with few pushes', async () => {
  const contention = await publishAllAtOnce(20);
  console.log(`${contention.seconds.toFixed(1)} s, pushes: ${contention.pushes.join(' ')}`);
  expectFewPushes(contention);
}, 600_000);

test('on shards they hardly meet', async () => {
  const contention = await publishAllAtOnce(20, 'runner-coord-state-{shard}');
  console.log(`${contention.seconds.toFixed(1)} s, pushes: ${contention.pushes.join(' ')}`);
  expectFewPushes(contention, { average: 3, worst: 3 });
}, 600_000);
