import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exploreAll } from './explore.js';
import { applyPatch, loadPatched } from './patched-source.js';
import { PLANTED } from './planted.js';
import type { Coordinator } from './simulate.js';

/**
 * The checks can fail: the source is broken in many ways, each of which is a mistake that somebody could make, and each
 * is caught by the check that names it. The same explorer, the same programs and a copy that is loaded the same way, but unbroken, find nothing.
 */

describe.each(PLANTED)('planted fault: $fault', ({ fault, patches, caughtIn, caughtBy }) => {
  test(`is caught by the check "${caughtBy}"`, async () => {
    const broken = await loadPatched(patches);
    try {
      const { violations } = await exploreAll(caughtIn, broken, { mostViolations: 20 });
      const checks = new Set(violations.map(({ check }) => check));
      expect({ fault, checks: [...checks] }).toEqual({ fault, checks: expect.arrayContaining([caughtBy]) });
    } finally {
      await broken.remove();
    }
  });
});

describe('without a planted fault', () => {
  let sound: Coordinator & { remove: () => Promise<void> };
  beforeAll(async () => {
    sound = await loadPatched([]);
  });
  afterAll(() => sound.remove());

  test.each([...new Set(PLANTED.map(({ caughtIn }) => caughtIn))])('a copy shows nothing: $name', async (scenario) => {
    expect((await exploreAll(scenario, sound)).violations).toEqual([]);
  });
});

test('a patch that is not found, or found twice, is an error', () => {
  const patch = { file: 'x.ts', find: 'one', put: 'two' };
  expect(() => applyPatch('none', { ...patch, find: 'some' })).toThrow('stands there 0 times');
  expect(() => applyPatch('one and one', patch)).toThrow('stands there 2 times');
  expect(applyPatch('one', patch)).toBe('two');
});
