import { describe, expect, test } from '@jest/globals';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import { exploreAll } from './explore.js';
import type { Agent, Scenario, Step } from './scenario.js';

/** What the schedules found: the smallest program of each, all of whose schedules have to keep every promise. */

const code = { coordinate, coordinateWithWaiting };
const claim: Step = { command: 'claim' };
const agent = (name: string, ...steps: Step[]): Agent => ({ name, steps, livesOn: true });

const FOUND: readonly { readonly promise: string; readonly scenario: Omit<Scenario, 'name'> }[] = [
  {
    // GitHub, a proxy or a client sends it twice: the first delivery is carried out, the second one loses the race to it.
    promise: 'a claim that is delivered twice is applied once, whichever delivery is answered',
    scenario: { agents: [agent('a', claim)], faults: ['second answer'], mostFaults: 1 },
  },
  {
    promise: 'a release that is delivered twice is a release, whichever delivery is answered',
    scenario: {
      before: [agent('a', claim)],
      agents: [agent('a', { command: 'release' })],
      faults: ['second answer'],
      mostFaults: 1,
    },
  },
  {
    promise: 'a claim that is delivered twice and then runs out of time says that it may have written',
    scenario: { agents: [agent('a', claim)], faults: ['second answer'], mostFaults: 1, timeoutMs: 150 },
  },
  {
    // One look of the waiting ends at its deadline with a write of unknown outcome; the next look has to settle it.
    promise: 'a waiting claim whose write is cut off by the deadline is applied once, and known to be',
    scenario: {
      before: [agent('a', claim)],
      agents: [agent('a', { command: 'release' }), agent('b', { ...claim, waitMs: 15_000 })],
      faults: ['answer lost'],
      mostFaults: 1,
      timeoutMs: 200,
      sleeps: 'instant',
    },
  },
  {
    promise: 'a waiting claim that ends with an error says that it may have written',
    scenario: {
      before: [agent('a', claim)],
      agents: [agent('a', { command: 'release' }), agent('b', { ...claim, waitMs: 13_000 })],
      faults: ['late'],
      mostFaults: 1,
      timeoutMs: 200,
      sleeps: 'instant',
    },
  },
  {
    promise: 'a waiting step never goes back behind what an earlier look of it has seen',
    scenario: {
      before: [agent('a', claim), agent('b', { command: 'takeover' })],
      agents: [agent('a', { command: 'ensure', waitMs: 10_000 }), agent('b')],
      faults: ['stale'],
      mostFaults: 1,
    },
  },
  {
    // Readings below the step's own token are doubted twice; what they show is seen all the same.
    promise: 'a step that doubts a reading does not go back behind it either',
    scenario: {
      before: [agent('a', claim), agent('b', { command: 'takeover' })],
      agents: [agent('b', { command: 'assert', token: 'own' })],
      faults: ['stale'],
      mostFaults: 3,
    },
  },
  {
    // The write is still under way when the pull request is seen closed; the refusal must not hide it.
    promise: 'a claim that is refused because the pull request closed has written nothing',
    scenario: {
      agents: [agent('a', claim)],
      faults: ['late'],
      mostFaults: 1,
      happenings: ['pull request closes'],
    },
  },
];

describe('found by schedules', () => {
  test.each(FOUND)('$promise', async ({ promise, scenario }) => {
    const { violations } = await exploreAll({ name: promise, ...scenario }, code, { mostViolations: 1 });
    expect(violations).toEqual([]);
  });
});
