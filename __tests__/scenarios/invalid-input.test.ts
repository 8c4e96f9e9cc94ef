import { describe, expect, test } from '@jest/globals';
import { expectRefusal, onStage, READ } from '../support/scenario.js';

test('every bad input is named at once, each with what it allows', () =>
  onStage(async ({ step, asked }) => {
    const claim = await step('steal', {
      with: {
        'release-on-exit': 'maybe',
        'fencing-token': '1.5',
        'on-conflict': 'ignore',
        'state-branch': 'a..b',
        'stale-after': 'soon',
        'takeover-permission': 'owner',
        'wait-timeout': '-1s',
        supersede: 'always',
        timeout: '0',
        evict: 'yes',
      },
    });
    expectRefusal(
      claim,
      'invalid_input',
      /"command" must be one of claim, takeover, assert, push, ensure, release, signal-exit, check, status, board, sweep, but is "steal"/,
      /"release-on-exit" must be true or false, but is "maybe"/,
      /"fencing-token" must be a positive integer.*but is "1\.5"/,
      /"on-conflict" must be one of fail, continue, but is "ignore"/,
      /"state-branch" must be a branch name.*but is "a\.\.b"/,
      /"stale-after" must be a duration.*30m.*but is "soon"/,
      /"takeover-permission" must be one of write, maintain, admin, none, but is "owner"/,
      /"wait-timeout" must be a duration.*but is "-1s"/,
      /"supersede" must be one of never, dead, stale, but is "always"/,
      /"timeout" must be a duration.*but is "0"/,
      /"evict" must be true or false, but is "yes"/,
    );
    expect(asked()).toEqual([]);
  }));

test('a bad pull request is named together with other bad inputs', () =>
  onStage(async ({ step }) => {
    const claim = await step('steal', { with: { pr: '1.5', repo: 'acme' } });
    expectRefusal(claim, 'invalid_input', '"command"', /\bpr\b.*1\.5/, /\brepo\b.*"acme"/);
  }));

describe('the pull request', () => {
  test('is a positive integer in plain digits', () =>
    onStage(async ({ step, asked }) => {
      for (const pr of ['1.5', '1e3', '../17', '0', '017', '99999999999']) {
        expectRefusal(await step('claim', { with: { pr } }), 'invalid_input', /\bpr\b/, `"${pr}"`, 'for example 17');
      }
      expect(asked()).toEqual([]);
    }));

  test('is in a repository that can be one', () =>
    onStage(async ({ step, asked }) => {
      for (const repo of ['acme', '../widgets', 'https://github.com/acme/widgets']) {
        expectRefusal(await step('claim', { with: { repo, pr: '17' } }), 'invalid_input', /\brepo\b/, 'owner/name');
      }
      expect(asked()).toEqual([]);
    }));

  test('is not on another server', () =>
    onStage(async ({ step, asked }) => {
      const pr = 'https://github.com/acme/widgets/pull/17';
      expectRefusal(await step('claim', { with: { pr } }), 'invalid_input', /\bpr\b/);
      expect(asked()).toEqual([]);
    }));
});

describe('the run id', () => {
  test('has no control characters, line breaks or invisible characters, and not 201 characters', () =>
    onStage(async ({ step, asked }) => {
      for (const runId of ['run\u0007', 'run\n1', 'run\u200b1', 'x'.repeat(201)]) {
        const claim = await step('claim', { with: { 'run-id': runId } });
        expectRefusal(claim, 'invalid_input', '"run-id" must be printable text of at most 200 characters');
      }
      expect(asked()).toEqual([]);
    }));

  test('may have 200 characters, and is as strict from the environment', () =>
    onStage(async ({ step }) => {
      const fits = await step('claim', { with: { 'run-id': 'x'.repeat(200) } });
      expect(fits.outputs['status']).toBe('claimed_new');
      const env = { PI_SUBAGENT_RUN_ID: 'sub\u0007agent' };
      expectRefusal(await step('claim', { env }), 'invalid_input', 'PI_SUBAGENT_RUN_ID');
    }));
});

describe('the state branch', () => {
  test('has a name that git allows', () =>
    onStage(async ({ step, asked }) => {
      for (const branch of ['a..b', 'refs/heads/x', 'a b', 'x.lock']) {
        const claim = await step('claim', { with: { 'state-branch': branch } });
        expectRefusal(claim, 'invalid_input', '"state-branch" must be a branch name', `"${branch}"`);
      }
      expect(asked()).toEqual([]);
    }));

  test('is none that people or deploys use', () =>
    onStage(async ({ step, asked, repository }) => {
      await repository.createBranch('release', (await repository.head('main')) ?? '');
      await repository.openPullRequest({ number: 18, base: 'release' });
      for (const [use, branch, pr] of [
        ['the default branch', 'main', '17'],
        ['the branch of this pull request', 'pr-17', '17'],
        ['the base branch of this pull request', 'release', '18'],
      ] as const) {
        const head = await repository.head(branch);
        const claim = await step('claim', { with: { 'state-branch': branch, pr } });
        expectRefusal(claim, 'invalid_input', '"state-branch"', use, 'runner-coord-state');
        expect(asked()).toEqual([READ]);
        expect(await repository.head(branch)).toBe(head);
      }
    }));
});

test('a token that cannot be one is refused without being shown', () =>
  onStage(async ({ step, asked }) => {
    const claim = await step('claim', { with: { 'github-token': 'half a token' } });
    expectRefusal(claim, 'invalid_input', '"github-token"');
    expect(asked()).toEqual([]);
  }));

test('bad input fails the step whatever on-conflict says', () =>
  onStage(async ({ step }) => {
    expectRefusal(await step('claim', { with: { 'on-conflict': 'continue', strict: '1' } }), 'invalid_input');
  }));

test('an environment that is not what a runner gives is refused, not guessed at', () =>
  onStage(async ({ step, asked }) => {
    for (const [name, value] of [
      ['GITHUB_RUN_ID', '12.5'],
      ['GITHUB_RUN_ATTEMPT', 'two'],
      ['GITHUB_API_URL', 'ftp://example.test'],
    ] as const) {
      expectRefusal(await step('claim', { env: { [name]: value } }), 'invalid_input', name, value);
    }
    expect(asked()).toEqual([]);
  }));
