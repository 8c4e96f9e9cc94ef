import { afterEach, describe, expect, test } from '@jest/globals';
import { readInputs, type StepInputs } from '../../src/action/read-inputs.js';
import type { InputName } from '../../src/inputs/registry.js';
import { INPUT_DEFAULTS } from '../support/input-defaults.js';

const variable = (name: InputName): string => `INPUT_${name.toUpperCase()}`;
const GIVEN = { 'github-token': 'token' };

function read(given: Partial<Record<InputName, string>>): StepInputs {
  for (const [name, text] of Object.entries({ ...GIVEN, ...given })) process.env[variable(name as InputName)] = text;
  return readInputs('https://github.com');
}

afterEach(() => {
  for (const name of Object.keys(INPUT_DEFAULTS)) Reflect.deleteProperty(process.env, variable(name as InputName));
});

test('what nobody gave has its default', () => {
  const answer = read({});
  expect(answer).toEqual({
    ok: true,
    inputs: {
      ...{ command: 'claim', repo: null, pr: null, scope: null, 'run-id': null, 'target-run-id': null, reason: null },
      ...{ ref: { source: 'HEAD', branch: null }, 'working-directory': null },
      ...{ 'fencing-token': null, 'require-existing': true, 'require-open': null, 'require-active-owner': true },
      ...{ evict: false, supersede: 'dead', 'stale-after': 1_800_000, 'wait-timeout': 0 },
      ...{ detached: false, 'expires-after': null },
      ...{
        'takeover-permission': 'write',
        'takeover-actors': [],
        'cancel-superseded': false,
        'pr-status': false,
        'on-conflict': 'fail',
      },
      ...{
        'guard-push': false,
        'release-on-exit': false,
        strict: false,
        'board-dir': null,
        since: 7 * 24 * 3_600_000,
        'older-than': 90 * 24 * 3_600_000,
        'dry-run': false,
        'state-branch': 'runner-coord-state',
        'github-token': 'token',
      },
      timeout: 60_000,
    },
  });
});

test.each<[Partial<Record<InputName, string>>, object]>([
  [{ 'require-open': 'True' }, { 'require-open': true }],
  [{ 'require-open': 'FALSE' }, { 'require-open': false }],
  [{ 'fencing-token': '12' }, { 'fencing-token': 12 }],
  [{ 'takeover-permission': 'admin' }, { 'takeover-permission': 'admin' }],
  [{ 'takeover-actors': 'Copilot, dependabot[bot]' }, { 'takeover-actors': ['Copilot', 'dependabot[bot]'] }],
  [{ 'run-id': '  task-42  ' }, { 'run-id': 'task-42' }],
  [{ 'target-run-id': ' ' }, { 'target-run-id': null }],
  [{ scope: ' preview ' }, { scope: 'preview' }],
  [{ scope: '2-b' }, { scope: '2-b' }],
  [{ detached: 'True' }, { detached: true }],
  [{ 'expires-after': '1s' }, { 'expires-after': 1000 }],
  [{ 'expires-after': 'P30D' }, { 'expires-after': 2_592_000_000 }],
  [{ pr: '#17' }, { pr: '#17' }],
  [{ pr: 'https://github.com/acme/widgets/pull/17' }, { pr: 'https://github.com/acme/widgets/pull/17' }],
])('%j', (given, inputs) => {
  expect(read(given)).toMatchObject({ ok: true, inputs });
});

test.each<[InputName, string]>([
  ['command', 'clam'],
  ['repo', 'widgets'],
  ['pr', 'seventeen'],
  ['pr', 'https://elsewhere.test/acme/widgets/pull/17'],
  ['scope', 'Preview'],
  ['scope', 'x'.repeat(41)],
  ['run-id', 'a\nb'],
  ['run-id', 'x'.repeat(201)],
  ['target-run-id', 'a\u202eb'],
  ['fencing-token', '0'],
  ['require-open', 'maybe'],
  ['require-existing', '1'],
  ['supersede', 'always'],
  ['stale-after', '0'],
  ['wait-timeout', '2 hours'],
  ['detached', '8h'],
  ['expires-after', '0'],
  ['expires-after', '999ms'],
  ['expires-after', '30d1s'],
  ['takeover-permission', 'read'],
  ['takeover-actors', '@octocat'],
  ['state-branch', 'refs/heads/state'],
  ['timeout', '0'],
])('%s may not be %j', (name, text) => {
  const answer = read({ [name]: text });
  expect(answer).toMatchObject({ ok: false, failure: { code: 'invalid_input' }, onConflict: 'fail' });
  if (!answer.ok) expect(answer.failure.problem).toContain(`"${name}"`);
});

describe('several wrong ones', () => {
  test('are named together, and the way to go on is known nevertheless', () => {
    const answer = read({ command: 'clam', evict: 'maybe', 'on-conflict': 'continue' });
    expect(answer).toMatchObject({ ok: false, onConflict: 'continue' });
    if (!answer.ok) expect(answer.failure.problem).toMatch(/"command".*"evict"/);
  });

  test('also where that one is wrong', () => {
    expect(read({ 'on-conflict': 'perhaps' })).toMatchObject({ ok: false, onConflict: 'fail' });
  });

  test('a token is never shown', () => {
    const answer = read({ 'github-token': 'se cret' });
    if (answer.ok) throw new Error('it was taken');
    expect(answer.failure.problem).toContain('"github-token"');
    expect(answer.failure.problem).not.toContain('cret');
  });
});
