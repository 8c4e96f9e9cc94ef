import { describe, expect, test } from '@jest/globals';
import { actorsOf, readEnvironment, type Environment } from '../../src/environment/environment.js';
import type { CoordinationInputs } from '../../src/inputs/inputs.js';
import { requestOf, reservedForSomebodyElse, runOf, unusableRunId } from '../../src/inputs/request-of.js';
import { NO_END, type Command, type Term } from '../../src/core/request.js';
import { OWNER, PUBLICATION } from '../core/samples.js';

const INPUTS: CoordinationInputs = {
  ...{ command: 'claim', repo: null, pr: null, scope: null, 'run-id': null, 'target-run-id': '990', reason: 'why' },
  ...{ 'fencing-token': 4, 'require-existing': true, 'require-open': false, 'require-active-owner': true },
  ...{ evict: true, supersede: 'stale', 'stale-after': 1000, 'wait-timeout': 5000 },
  ...{ detached: true, 'expires-after': 7000 },
  ...{
    'takeover-permission': 'write',
    'takeover-actors': [],
    'cancel-superseded': false,
    'pr-status': false,
    'on-conflict': 'fail',
  },
  ...{
    'release-on-exit': false,
    'guard-push': false,
    strict: true,
    ref: { source: 'HEAD', branch: null },
    'working-directory': null,
    'board-dir': null,
    since: 60_000,
    'older-than': 60_000,
    'dry-run': false,
    'state-branch': 'state',
    'github-token': 'token',
    timeout: 60_000,
  },
};

const INSIDE = { insideActions: true };

function environment(variables: NodeJS.ProcessEnv): Environment {
  const answer = readEnvironment(variables);
  if (!answer.ok) throw new Error(answer.failure.problem);
  return answer.environment;
}

const asking = { run: OWNER, reason: 'why' };
const superseding = { requireOpen: false, supersede: 'stale', staleAfterMs: 1000 };
const term = { detached: true, expiresAfterMs: 7000, byDefault: false };
const line = { action: 'wait', placeMs: 65_000 };

// Each request carries what its rules need and nothing else.
test.each<[Command, object]>([
  ['claim', { ...asking, ...superseding, term, line }],
  ['takeover', { ...asking, requireOpen: false, term }],
  ['assert', { ...asking, requireOpen: false, fencingToken: 4, requireExisting: true, strict: true }],
  ['push', { ...asking, requireOpen: false, fencingToken: 4, publication: PUBLICATION }],
  ['ensure', { ...asking, ...superseding, fencingToken: 4, term, line }],
  [
    'release',
    { ...asking, fencingToken: 4, evict: true, targetRunId: '990', jobOutcome: null, begunBy: null, writes: [] },
  ],
  ['signal-exit', { ...asking, fencingToken: 4, requireActiveOwner: true, targetRunId: '990' }],
  ['check', { ...asking, targetRunId: '990', staleAfterMs: 1000 }],
  ['status', asking],
])('%s', (command, rest) => {
  const publication = command === 'push' ? PUBLICATION : null;
  expect(requestOf({ ...INPUTS, command }, OWNER, INSIDE, publication)).toEqual({ command, ...rest });
});

test('a push is asked for a commit, or it is a mistake of ours', () => {
  expect(() => requestOf({ ...INPUTS, command: 'push' }, OWNER, INSIDE, null)).toThrow('asked for a commit');
});

const HOUR_MS = 3_600_000;

// Section 5: a hold always has an end, and outside of Actions every tenure is one.
describe('how long a tenure lasts', () => {
  test.each<[string, boolean, Partial<CoordinationInputs>, Term]>([
    ['in a job', true, {}, NO_END],
    ['in a job, detached', true, { detached: true }, { detached: true, expiresAfterMs: 8 * HOUR_MS, byDefault: true }],
    ['in a job, with an end', true, { 'expires-after': 5 }, { detached: false, expiresAfterMs: 5, byDefault: false }],
    [
      'in a job, both',
      true,
      { detached: true, 'expires-after': 8 * HOUR_MS },
      { detached: true, expiresAfterMs: 8 * HOUR_MS, byDefault: false },
    ],
    ['outside', false, {}, { detached: true, expiresAfterMs: HOUR_MS, byDefault: true }],
    ['outside, detached', false, { detached: true }, { detached: true, expiresAfterMs: HOUR_MS, byDefault: true }],
    ['outside, with an end', false, { 'expires-after': 5 }, { detached: true, expiresAfterMs: 5, byDefault: false }],
  ])('%s', (_name, insideActions, given, expected) => {
    const nothing = { detached: false, 'expires-after': null };
    for (const command of ['claim', 'takeover', 'ensure'] as const) {
      const request = requestOf({ ...INPUTS, ...nothing, ...given, command }, OWNER, { insideActions }, null);
      expect(request).toMatchObject({ term: expected });
    }
  });
});

test('who does not wait stands in no line', () => {
  for (const command of ['claim', 'ensure'] as const) {
    expect(requestOf({ ...INPUTS, command, 'wait-timeout': 0 }, OWNER, INSIDE, null)).toMatchObject({ line: null });
  }
});

describe('the run', () => {
  const runner = { GITHUB_RUN_ID: '1001', GITHUB_RUN_ATTEMPT: '2', PI_SUBAGENT_RUN_ID: 'agent-7' };

  test.each<[string, string | null, NodeJS.ProcessEnv, string]>([
    ['the input first', 'mine', runner, 'mine'],
    ['then the sub-agent', null, runner, 'agent-7'],
    ['then the workflow run', null, { ...runner, PI_SUBAGENT_RUN_ID: ' ' }, '1001'],
    ['else none', null, {}, ''],
  ])('%s', (_name, runId, variables, expected) => {
    const run = runOf({ ...INPUTS, 'run-id': runId }, environment(variables));
    expect(run.runId).toBe(expected);
    expect(run.attempt).toBe(variables['GITHUB_RUN_ATTEMPT'] === undefined ? 1 : 2);
  });
});

// Only a step that goes by it has to have a good one.
describe('a run id of a sub-agent that cannot be one', () => {
  const broken = { GITHUB_RUN_ID: '1001', PI_SUBAGENT_RUN_ID: 'a\u0007b' };

  test.each<[Command, string | null, NodeJS.ProcessEnv, boolean]>([
    ['claim', null, broken, true],
    ['release', null, broken, true],
    ['claim', 'mine', broken, false],
    ['check', null, broken, false],
    ['status', null, broken, false],
    ['claim', null, { ...broken, PI_SUBAGENT_RUN_ID: 'agent-7' }, false],
    ['claim', null, { ...broken, PI_SUBAGENT_RUN_ID: ' ' }, false],
    ['claim', null, {}, false],
  ])('%s with the input %j in %j is refused: %s', (command, runId, variables, refused) => {
    const problem = unusableRunId({ ...INPUTS, command, 'run-id': runId }, environment(variables));
    expect(problem).toEqual(refused ? expect.stringMatching(/^PI_SUBAGENT_RUN_ID must be \S/) : null);
  });

  test('is never the run', () => {
    expect(runOf(INPUTS, environment(broken)).runId).toBe('1001');
  });
});

// Section 2: `person:<login>` is reserved, unless the login is the actor's.
describe('a run id of a person', () => {
  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['person:octocat', 'octocat', undefined, false],
    ['person:OctoCat', 'octocat', 'octocat', false],
    ['person:octocat', 'mona', undefined, true],
    ['person:octocat', 'octocat', 'mona', true],
    ['person:octocat', 'mona', 'octocat', true],
    ['person:octocat', undefined, undefined, true],
    ['Person:octocat', 'mona', undefined, true],
    ['person:', 'octocat', undefined, true],
    ['persona:octocat', 'mona', undefined, false],
    ['my person:octocat', 'mona', undefined, false],
    ['1001', 'mona', undefined, false],
  ])('%s in a run of %s, started again by %s, is somebody else’s: %s', (runId, actor, again, other) => {
    const variables = { GITHUB_ACTOR: actor, GITHUB_TRIGGERING_ACTOR: again };
    expect(
      reservedForSomebodyElse({ runId, attempt: 1, holder: null }, actorsOf(environment(variables))) !== null,
    ).toBe(other);
  });
});
