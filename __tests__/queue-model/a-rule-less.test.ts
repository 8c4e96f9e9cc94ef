import { expect, test } from '@jest/globals';
import { explore } from './explore.js';
import { INVARIANTS } from './invariants.js';
import { MISSING_RULES } from './missing-rules.js';
import { without } from './rules.js';
import { world } from './worlds.js';

/** What each safety rule is good for: without it, an invariant is broken. */

test.each(MISSING_RULES)(
  'without $rule: $breaks is broken',
  ({ rule, breaks, others, faults, wordComes, endsWith }) => {
    const invariants = INVARIANTS.filter(({ name }) => name === breaks);
    const around = { rules: without(rule), lastMoment: 1, wordComes };
    const { broken } = explore(world(others, faults), around, invariants);
    expect(broken?.invariant).toBe(breaks);
    expect(broken?.trace.slice(-endsWith.length)).toEqual(endsWith);
  },
);

test('and there is no invariant that cannot be broken', () => {
  const names = INVARIANTS.map(({ name }) => name).sort();
  expect([...new Set(MISSING_RULES.map(({ breaks }) => breaks))].sort()).toEqual(names);
});
