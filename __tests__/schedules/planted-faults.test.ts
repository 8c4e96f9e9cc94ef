import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exploreAll } from './explore.js';
import type { Check } from './judge.js';
import { applyPatch, loadPatched, type Patch } from './patched-source.js';
import type { Scenario } from './scenario.js';
import type { Coordinator } from './simulate.js';
import { CALM, ONE_FAULT } from './small-scenarios.js';

/**
 * The checks can fail: the source is broken in five ways, each of which is a mistake that somebody could make, and each
 * is caught. The same explorer, the same programs and a copy that is loaded the same way, but unbroken, find nothing.
 */

interface Planted {
  readonly fault: string;
  readonly patches: readonly Patch[];
  readonly caughtIn: Scenario;
  readonly caughtBy: Check;
}

const REPLAYING = `
const replayed = new WeakMap();
function decideOnce(coordination, situation) {
  const decision = replayed.get(coordination) ?? decide(situation);
  if (decision.kind === 'write') replayed.set(coordination, decision);
  return decision;
}
function tenureName(`;

const PLANTED: readonly Planted[] = [
  {
    fault: 'skip the expected head',
    patches: [{ file: 'coordinate.ts', find: /expectedHead: snapshot\.head\b/, put: 'expectedHead: undefined' }],
    caughtIn: named(CALM, 'three runs claim at once'),
    caughtBy: 'one owner in a tenure',
  },
  {
    fault: 'replay a stale decision',
    patches: [
      { file: 'coordinate.ts', find: /\bdecision = decide\(/, put: 'decision = decideOnce(this, ' },
      { file: 'coordinate.ts', find: /\bfunction tenureName\(/, put: REPLAYING },
    ],
    caughtIn: named(CALM, 'three runs claim at once'),
    caughtBy: 'every commit follows from the record before it',
  },
  {
    fault: 'treat unknown as success',
    patches: [{ file: 'coordinate.ts', find: /case 'applied':/, put: "case 'unknown': case 'applied':" }],
    caughtIn: named(ONE_FAULT, 'two runs claim in a repository without a state branch'),
    caughtBy: 'an acknowledged change is on the branch exactly once',
  },
  {
    fault: 'release without the token',
    patches: [{ file: 'core/decide.ts', find: /if \(!meansTenure\(request, active\)\)/, put: 'if (false)' }],
    caughtIn: named(CALM, 'a run is signalled, takes its own place again, and its other job releases the old tenure'),
    caughtBy: 'the history is linearizable',
  },
  {
    fault: 'trust a stale read',
    patches: [{ file: 'coordinate.ts', find: /this\.#isStale\(read\.snapshot\)/, put: 'false' }],
    caughtIn: named(ONE_FAULT, 'the owner releases, another run claims and a neighbour commits'),
    caughtBy: 'no answer from a past already left behind',
  },
];

describe.each(PLANTED)('planted fault: $fault', ({ fault, patches, caughtIn, caughtBy }) => {
  test(`is caught by the check "${caughtBy}"`, async () => {
    const broken = await loadPatched(patches);
    try {
      const { violations } = await exploreAll(caughtIn, broken, { mostViolations: 40 });
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

function named(scenarios: readonly Scenario[], name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`no such scenario: ${name}`);
  return scenario;
}
