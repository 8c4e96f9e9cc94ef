import { test } from '@jest/globals';
import { expectFewPushes, publishAllAtOnce } from './contention.js';

/** With 20 of them: contention.slow.ts. */
test('six publishers of six pull requests at once all land, with few pushes', async () => {
  expectFewPushes(await publishAllAtOnce(6));
}, 180_000);
