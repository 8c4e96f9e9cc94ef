import { describe, expect, test } from '@jest/globals';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import { exploreAll } from './explore.js';
import { wasToldFromThePast } from './judge.js';
import type { Agent, Scenario, Step } from './scenario.js';

/**
 * What `strict: true` is for. A read may show the past, so a default assert may confirm an ownership that is already
 * gone; a strict one commits on the head it read, and only the newest head takes a commit.
 */

const code = { coordinate, coordinateWithWaiting };

function scenariosWith(assert: Step): Scenario[] {
  const claimed: Agent = { name: 'a', steps: [{ command: 'claim' }] };
  const asserts: Agent = { name: 'a', steps: [assert], livesOn: true };
  const faults = ['stale'] as const;
  return [
    {
      name: 'after another run took over',
      before: [claimed, { name: 'b', steps: [{ command: 'takeover' }] }],
      agents: [asserts, { name: 'b', steps: [], livesOn: true }],
      faults,
      mostFaults: 3,
    },
    {
      name: 'while another run takes over and releases',
      before: [claimed],
      agents: [asserts, { name: 'b', steps: [{ command: 'takeover' }, { command: 'release' }], livesOn: true }],
      faults,
      mostFaults: 2,
    },
    {
      name: 'after the run was told to exit',
      before: [
        claimed,
        { name: 'b', steps: [{ command: 'signal-exit', requireActiveOwner: false, targetRunId: 'a' }] },
      ],
      agents: [asserts],
      faults,
      mostFaults: 3,
    },
  ];
}

/** In how many of all schedules a run was told that it owns what it did not own at any moment of its step. */
async function toldFromThePast(scenario: Scenario): Promise<{ readonly schedules: number; readonly times: number }> {
  let times = 0;
  const { schedules, violations } = await exploreAll(scenario, code, {
    watch: (played) => {
      times += played.operations.filter((operation) => wasToldFromThePast(operation, played)).length;
    },
  });
  expect(violations).toEqual([]);
  return { schedules, times };
}

describe('a default assert can be answered from the past', () => {
  test.each(scenariosWith({ command: 'assert', token: 'own' }))('$name', async (scenario) => {
    const { times } = await toldFromThePast(scenario);
    expect(times).toBeGreaterThan(0);
  });
});

describe('a strict assert cannot', () => {
  test.each(scenariosWith({ command: 'assert', token: 'own', strict: true }))('$name', async (scenario) => {
    const { schedules, times } = await toldFromThePast(scenario);
    expect(schedules).toBeGreaterThan(1);
    expect(times).toBe(0);
  });
});
