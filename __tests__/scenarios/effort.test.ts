import { expect, test } from '@jest/globals';
import {
  badGateway,
  isMutation,
  isQuery,
  losesRaceBeforeCheck,
  type LocalGitHub,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import { STATE_BRANCH } from '../../support/world.js';
import { onStage, trailersOf, WITHOUT_JITTER, type Stage } from '../support/scenario.js';

const env = WITHOUT_JITTER;

/** What the trailers of the newest commit say of the effort, but for the time, which may be none where all is near. */
async function written({ repository }: Stage): Promise<string> {
  const trailers = await trailersOf(repository, STATE_BRANCH);
  expect(trailers['Coord-Milliseconds'] ?? '1').toMatch(/^[1-9]\d*$/);
  const told = ['Requests', 'Retries', 'Lost-Races'].flatMap((name) => {
    const count = trailers[`Coord-${name}`];
    return count === undefined ? [] : [`${name}: ${count}`];
  });
  return told.join(', ');
}

/** What the log of a step says that it took, without the time. */
function toldBy({ stdout }: StepResult): string | undefined {
  return /It took \d+\.\d s(.*)\n/.exec(stdout)?.[1];
}

test.each<readonly [string, (github: LocalGitHub) => void, [number, number, number], string]>([
  ['a quiet claim', () => undefined, [2, 0, 0], 'Requests: 2'],
  [
    'a claim that loses a race',
    ({ faults }) => faults.next(isMutation(), losesRaceBeforeCheck()),
    [4, 0, 1],
    'Requests: 4, Lost-Races: 1',
  ],
  [
    'a claim whose reading fails',
    ({ faults }) => faults.next(isQuery(), badGateway()),
    [3, 1, 0],
    'Requests: 3, Retries: 1',
  ],
])('%s tells what it took, in result, in its log and in its commit', (_name, prepare, counts, trailers) =>
  onStage(async (stage) => {
    const { step, plant, github, requestsSince } = stage;
    await plant(recordOf({ owner: null }));
    prepare(github);
    requestsSince();
    const claim = await step('claim', { runId: 1002, env });
    const [requests, retries, lostRaces] = counts;
    expect(requestsSince()).toHaveLength(requests);
    expect(claim.result).toMatchObject({ effort: { requests, retries, lostRaces, waitedMilliseconds: 0 } });
    const inWords = `requests: ${String(requests)}, retries: ${String(retries)}, lost races: ${String(lostRaces)}`;
    expect(toldBy(claim)).toBe(` (${inWords}).`);
    expect(await written(stage)).toBe(trailers);
  }),
);

test('the first claim in a repository makes the branch, and its post step takes one request', () =>
  onStage(async (stage) => {
    const claim = await stage.step('claim', { with: { 'release-on-exit': 'true' } });
    expect(claim.result).toMatchObject({ effort: { requests: 5, retries: 0, lostRaces: 0 } });
    expect(await written(stage)).toBe('Requests: 5');
    expect(toldBy(await claim.post())).toBe(' (requests: 1, retries: 0, lost races: 0).');
    expect(await written(stage)).toBe('Requests: 1');
  }));

test('what asks for nothing takes nothing', () =>
  onStage(async ({ step }) => {
    const unknown = await step('claim', { with: { 'run-id': 'person:mona' } });
    expect(unknown.result).toMatchObject({ owned: false, effort: null });
    expect(toldBy(unknown)).toBeUndefined();
  }));
