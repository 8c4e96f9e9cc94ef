import { describe, expect, test } from '@jest/globals';

import {
  type CandidatePullRequest,
  type PullRequestLookups,
  resolveTarget,
  type TargetAnswer,
  type TargetRequest,
} from '../../src/target/resolve.js';
import { handmade, recorded } from './recorded.js';

const REPO = 'octo-org/octo-repo';
const SHA = '5bd5f196a46b8222fb7484f05faba41a73cf34bd';

/** Answers from a list and notes each request, so that a test sees a surplus one. */
class Asked implements PullRequestLookups {
  readonly requests: string[] = [];
  constructor(private readonly answer: CandidatePullRequest[] = []) {}
  byCommit(repo: string, sha: string): Promise<CandidatePullRequest[]> {
    this.requests.push(`commit ${repo} ${sha}`);
    return Promise.resolve(this.answer);
  }
  byHead(repo: string, owner: string, branch: string): Promise<CandidatePullRequest[]> {
    this.requests.push(`head ${repo} ${owner}:${branch}`);
    return Promise.resolve(this.answer);
  }
}

const candidate = (number: number, rest: Partial<CandidatePullRequest> = {}): CandidatePullRequest => ({
  ...{ number, state: 'open', headSha: SHA, headRef: 'fix/typo', baseRepo: 'Octo-Org/octo-repo' },
  ...rest,
});
const merged = (number: number): CandidatePullRequest => candidate(number, { state: 'closed', merged: true });

function request(name: string, payload: unknown, rest: Partial<TargetRequest> = {}): TargetRequest {
  return {
    repoInput: null,
    prInput: null,
    repository: 'Octo-Org/Octo-Repo',
    serverUrl: 'https://github.com',
    event: { name, payload, ref: null, sha: null },
    ...rest,
  };
}

const target = (pr: number, repo = REPO): unknown => expect.objectContaining({ ok: true, target: { repo, pr } });
const refused = (code: string, ...parts: string[]): unknown => ({
  ok: false,
  code,
  message: expect.stringMatching(
    new RegExp(parts.map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')).join('.*')),
  ) as unknown,
});

describe('inputs', () => {
  const here = { pull_request: { number: 2 } };
  const rows: [string, Partial<TargetRequest>, unknown][] = [
    ['pr wins over the event', { prInput: '17' }, target(17)],
    ['pr and repo', { prInput: '17', repoInput: 'Other/Name' }, target(17, 'other/name')],
    ['URL', { prInput: 'https://github.com/Other/Name/pull/17' }, target(17, 'other/name')],
    ['URL and the same repo', { prInput: 'https://github.com/a/b/pull/1', repoInput: 'A/B' }, target(1, 'a/b')],
    [
      'URL and another repo',
      { prInput: 'https://github.com/a/b/pull/1', repoInput: 'a/c' },
      refused('invalid_input', 'a/b', '`repo` input names a/c', 'make the two agree'),
    ],
    ['bad pr', { prInput: '1e3' }, refused('invalid_input', 'The `pr` input must be', '"1e3"')],
    ['empty pr', { prInput: '' }, refused('invalid_input', 'The `pr` input must be', '""')],
    ['bad repo', { repoInput: 'name' }, refused('invalid_input', 'The `repo` input must be owner/name', '"name"')],
    ['bad repo with a good pr', { repoInput: '../x', prInput: '1' }, refused('invalid_input', '"../x"')],
    ['repo of the event', { repoInput: 'OCTO-org/octo-repo' }, target(2)],
    [
      'repo of another event',
      { repoInput: 'a/b' },
      refused('target_unresolved', 'names a/b', '"pull_request" belongs to octo-org/octo-repo', 'Set the `pr` input'),
    ],
    ['no repository', { repository: null }, refused('target_unresolved', 'GITHUB_REPOSITORY', '`repo`', '`pr`')],
    ['no repository, number', { repository: null, prInput: '1' }, refused('target_unresolved', 'GITHUB_REPOSITORY')],
    ['no repository, both', { repository: null, prInput: '1', repoInput: 'a/b' }, target(1, 'a/b')],
    ['bad repository', { repository: 'x' }, refused('invalid_input', 'GITHUB_REPOSITORY must be')],
  ];
  test.each(rows)('%s', async (_what, rest, answer) => {
    const asked = new Asked();
    expect(await resolveTarget(request('pull_request', here, rest), asked)).toEqual(answer);
    expect(asked.requests).toEqual([]);
  });
});

describe('no request where the payload has the answer', () => {
  test.each([
    ['pull_request', recorded('pull_request')[0], 2],
    ['merge_group', handmade('merge_group-slashes'), 104],
    ['workflow_run', handmade('workflow_run-merge-queue'), 104],
    ['issue_comment', handmade('issue_comment-pull-request'), 17],
    ['deployment', handmade('deployment-pull-request'), 17],
  ])('%s', async (name, payload, pr) => {
    const asked = new Asked();
    expect(await resolveTarget(request(name, payload), asked)).toEqual(target(pr));
    expect(asked.requests).toEqual([]);
  });

  const refusals: [string, unknown, unknown][] = [
    ['schedule', {}, refused('target_unresolved', '"schedule"', 'Looked at: GITHUB_REF.', 'set the `pr` input')],
    [
      'check_suite',
      handmade('check_suite-several'),
      refused('target_unresolved', '#12, #15', 'Looked at: check_suite.pull_requests.', '`pr: 12`'),
    ],
    [
      'workflow_dispatch',
      { inputs: { pr: 'x' } },
      refused('target_unresolved', 'inputs.pr must be', '"x"', '`pr` input'),
    ],
    ['evil\n::error::', {}, refused('target_unresolved', '"evil\\n::error::"')],
  ];
  test.each(refusals)('%j is refused', async (name, payload, answer) => {
    const asked = new Asked();
    expect(await resolveTarget(request(name, payload), asked)).toEqual(answer);
    expect(asked.requests).toEqual([]);
  });
});

describe('look-ups', () => {
  const push = { ref: 'refs/heads/topic', after: SHA, repository: { default_branch: 'main' } };
  const main = { ...push, ref: 'refs/heads/main' };
  const fork = handmade('workflow_run-fork');
  const check = handmade('check_run-fork');
  const deployment = { deployment: { sha: SHA } };
  const rows: [string, string, unknown, CandidatePullRequest[], unknown][] = [
    ['one open', 'push', push, [candidate(5)], target(5)],
    ['one open among closed', 'push', push, [merged(3), candidate(5), candidate(4, { state: 'closed' })], target(5)],
    ['named twice', 'push', push, [candidate(5), candidate(5)], target(5)],
    [
      'several open',
      'push',
      push,
      [candidate(15), candidate(12)],
      refused('target_unresolved', '"push"', '#12, #15', 'Looked at: ', 'head_commit.id, after', SHA, '`pr: 12`'),
    ],
    ['none', 'push', push, [], refused('target_unresolved', 'no open pull request', 'GitHub knows of none', '`pr`')],
    ['merged, topic branch', 'push', push, [merged(3)], refused('target_unresolved', '#3 (merged)')],
    ['merged, default branch', 'push', main, [merged(3)], target(3)],
    ['two merged', 'push', main, [merged(3), merged(4)], refused('target_unresolved', '#3, #4')],
    ['closed', 'push', main, [candidate(3, { state: 'closed' })], refused('target_unresolved', '#3 (closed)')],
    ['another base', 'push', push, [candidate(3, { baseRepo: 'a/b' })], refused('target_unresolved', '#3 (of a/b)')],
    ['another base and here', 'push', push, [candidate(3, { baseRepo: 'a/b' }), candidate(3)], target(3)],
    ['merged', 'deployment_status', deployment, [merged(3)], target(3)],
    ['merged', 'status', { sha: SHA }, [merged(3)], target(3)],
    ['merged', 'check_run', check, [merged(3)], refused('target_unresolved', '#3 (merged)')],
    ['of a fork', 'check_run', check, [candidate(3)], target(3)],
    ['of a fork', 'workflow_run', fork, [candidate(3, { headSha: SHA.toUpperCase() })], target(3)],
    [
      'moved on',
      'workflow_run',
      fork,
      [candidate(3, { headSha: 'a'.repeat(40) })],
      refused('target_unresolved', '"Contributor:fix/typo"', SHA, '#3 (its head is another commit by now)'),
    ],
    [
      'another branch',
      'workflow_run',
      fork,
      [candidate(3, { headRef: 'x' })],
      refused('target_unresolved', '#3 (of another branch)'),
    ],
    ['merged', 'workflow_run', fork, [merged(3)], refused('target_unresolved', '#3 (merged)')],
    ['two bases', 'workflow_run', fork, [candidate(3), candidate(4)], refused('target_unresolved', '#3, #4')],
  ];
  test.each(rows)('%s: %s', async (_what, name, payload, candidates, answer) => {
    const asked = new Asked(candidates);
    expect(await resolveTarget(request(name, payload), asked)).toEqual(answer);
    const question = name === 'workflow_run' ? `head ${REPO} Contributor:fix/typo` : `commit ${REPO} ${SHA}`;
    expect(asked.requests).toEqual([question]);
  });

  test('the source says what was asked', async () => {
    const answer: TargetAnswer = await resolveTarget(request('push', push), new Asked([candidate(5)]));
    expect(answer).toMatchObject({ source: `pull requests of ${REPO} with commit ${SHA}` });
  });

  test('what a look-up throws passes through', async () => {
    const fault = new Error('503');
    const broken: PullRequestLookups = {
      byCommit: () => Promise.reject(fault),
      byHead: () => Promise.reject(fault),
    };
    await expect(resolveTarget(request('push', push), broken)).rejects.toBe(fault);
    await expect(resolveTarget(request('workflow_run', fork), broken)).rejects.toBe(fault);
  });
});
