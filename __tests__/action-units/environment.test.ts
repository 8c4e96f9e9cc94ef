import { describe, expect, test } from '@jest/globals';
import {
  actorsOf,
  holderOf,
  readEnvironment,
  readEventPayload,
  type Environment,
} from '../../src/environment/environment.js';

const RUNNER = {
  GITHUB_ACTIONS: 'true',
  GITHUB_REPOSITORY: 'Acme/Widgets',
  GITHUB_REPOSITORY_ID: '7',
  GITHUB_SERVER_URL: 'https://github.com/',
  GITHUB_RUN_ID: '1001',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_WORKFLOW: 'agent',
  GITHUB_JOB: 'fix',
  GITHUB_ACTOR: 'octocat',
};

function environment(changes: NodeJS.ProcessEnv = {}): Environment {
  const answer = readEnvironment({ ...RUNNER, ...changes });
  if (!answer.ok) throw new Error(answer.failure.problem);
  return answer.environment;
}

test('what the record says of a run', () => {
  expect(holderOf(environment())).toEqual({
    repo: 'acme/widgets',
    repoId: 7,
    workflowRunId: 1001,
    workflow: 'agent',
    job: 'fix',
    actor: 'octocat',
    url: 'https://github.com/Acme/Widgets/actions/runs/1001/attempts/2',
  });
  expect(environment()).toMatchObject({ attempt: 2, insideActions: true, apiUrl: 'https://api.github.com' });
});

test('outside of Actions there is nothing to say', () => {
  const answer = readEnvironment({});
  if (!answer.ok) throw new Error(answer.failure.problem);
  expect(holderOf(answer.environment)).toBeNull();
  expect(answer.environment).toMatchObject({
    insideActions: false,
    attempt: 1,
    workflowRunId: null,
    repositoryId: null,
  });
});

// A record with a name that may not be stored would shut everybody out.
test.each([
  ['GITHUB_WORKFLOW', '👨\u200d👩\u200d👧 family', { workflow: '👨 👩 👧 family' }],
  ['GITHUB_WORKFLOW', 'a\u202eb', { workflow: 'a b' }],
  ['GITHUB_WORKFLOW', 'x'.repeat(300), { workflow: 'x'.repeat(200) }],
  ['GITHUB_JOB', '\u200b', { job: null }],
  ['GITHUB_ACTOR', 'some\u0007body', { actor: 'some body' }],
  ['GITHUB_REPOSITORY', 'widgets', { repo: null, url: null }],
  ['GITHUB_REPOSITORY', 'acme/\u212aiosk', { repo: null, url: null }],
  ['GITHUB_REPOSITORY', undefined, { repo: null, url: null }],
  ['GITHUB_RUN_ID', undefined, { repo: 'acme/widgets', workflowRunId: null, url: null }],
  ['GITHUB_SERVER_URL', 'https://ghes.test/ü', { repo: 'acme/widgets', url: null }],
])('%s is %j', (name, value, stored) => {
  expect(holderOf(environment({ [name]: value }))).toMatchObject(stored);
});

test.each([
  ['GITHUB_RUN_ID', 'x'],
  ['GITHUB_RUN_ID', '0'],
  ['GITHUB_RUN_ID', '9007199254740992'],
  ['GITHUB_RUN_ATTEMPT', '1.5'],
  ['GITHUB_REPOSITORY_ID', '-7'],
  ['GITHUB_API_URL', 'nowhere'],
  ['GITHUB_SERVER_URL', 'ftp://x'],
])('%s=%j is refused', (name, value) => {
  const answer = readEnvironment({ ...RUNNER, [name]: value });
  expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid_input' } });
  if (!answer.ok) expect(answer.failure.problem).toContain(name);
});

test('the run id of a sub-agent is not judged here', () => {
  expect(environment({ PI_SUBAGENT_RUN_ID: 'a\u0007b' }).subagentRunId).toBe('a\u0007b');
});

// Case O13: on a re-run both who started the run and who started it again have to be allowed.
describe('the actors', () => {
  test.each<[string | undefined, string | undefined, readonly string[], string | null]>([
    ['octocat', undefined, ['octocat'], 'octocat'],
    ['octocat', 'octocat', ['octocat', 'octocat'], 'octocat'],
    ['octocat', 'mona', ['octocat', 'mona'], 'mona'],
    [undefined, 'mona', ['mona'], 'mona'],
    [undefined, undefined, [], null],
  ])('%s, started again by %s', (actor, again, actors, recorded) => {
    const each = environment({ GITHUB_ACTOR: actor, GITHUB_TRIGGERING_ACTOR: again });
    expect(actorsOf(each)).toEqual(actors);
    expect(holderOf(each)?.actor).toBe(recorded);
  });
});

test('a GitHub Enterprise Server has its own addresses', () => {
  const { graphqlUrl } = environment({ GITHUB_API_URL: 'https://ghes.test/api/v3/' });
  expect(graphqlUrl).toBe('https://ghes.test/api/graphql');
});

test('a payload that cannot be read says why', () => {
  expect(readEventPayload(null)).toEqual({ ok: true, payload: null });
  const unread = readEventPayload('/nowhere/event.json');
  expect(unread.ok ? '' : unread.problem).toMatch(/\S/);
});
