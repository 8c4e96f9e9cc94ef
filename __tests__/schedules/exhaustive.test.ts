import { describe, expect, test } from '@jest/globals';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import { exploreAll } from './explore.js';
import { CALM, ONE_FAULT, TWO_FAULTS } from './small-scenarios.js';

/** Every schedule of small programs. What is checked is in judge.ts; a failure prints the schedule that shows it. */

const code = { coordinate, coordinateWithWaiting };
let schedules = 0;

describe.each([
  ['every order of the requests', CALM],
  ['every order, and one fault at every request', ONE_FAULT],
  ['every order, and every two faults', TWO_FAULTS],
])('%s', (_, scenarios) => {
  test.each(scenarios)('$name', async (scenario) => {
    const exploration = await exploreAll(scenario, code);
    schedules += exploration.schedules;
    expect(exploration.violations).toEqual([]);
  });
});

test('and there were thousands of them', () => {
  expect(schedules).toBeGreaterThan(10_000);
});
