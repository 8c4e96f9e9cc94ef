import { describe, expect, test } from '@jest/globals';

import {
  type PullRequestLookups,
  resolveTarget,
  type TargetAnswer,
  type TargetRequest,
} from '../../src/target/resolve.js';
import { REPO, SmallGitHub } from './github.js';
import { handmade, recorded } from './recorded.js';

const SHA = '5bd5f196a46b8222fb7484f05faba41a73cf34bd';

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
    ['pr with #', { prInput: '#17' }, target(17)],
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
    const asked = new SmallGitHub([]);
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
    const asked = new SmallGitHub([]);
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
    const asked = new SmallGitHub([]);
    expect(await resolveTarget(request(name, payload), asked)).toEqual(answer);
    expect(asked.requests).toEqual([]);
  });
});

describe('look-ups', () => {
  const push = { ref: 'refs/heads/topic', after: SHA, repository: { default_branch: 'main' } };
  const fork = handmade('workflow_run-fork');
  const five = [{ number: 5, head: 'topic', at: SHA }];

  test('the source says what was asked', async () => {
    const answer: TargetAnswer = await resolveTarget(request('push', push), new SmallGitHub(five));
    expect(answer).toMatchObject({ source: `open pull requests of ${REPO} from "octo-org:topic"` });
  });

  test('a refusal says what was looked at and asked, and what was found', async () => {
    const main = { ...push, ref: 'refs/heads/main' };
    expect(await resolveTarget(request('push', main), new SmallGitHub(five))).toEqual(
      refused(
        'target_unresolved',
        'The event "push" leads to no pull request. Looked at: ref, after, GITHUB_REF, ',
        `open pull requests of ${REPO} from "octo-org:main", pull requests of ${REPO} merged as ${SHA}. `,
        'Found, but not fitting: #5 (its branch is not the one of the event). ',
        'set the `pr` input',
      ),
    );
  });

  test('the same pull request on two pages is one', async () => {
    const github = new SmallGitHub([...five, ...five]);
    expect(await resolveTarget(request('push', push), github)).toEqual(target(5));
  });

  test('what GitHub lists where it did not understand the filter is nobody’s', async () => {
    const everything = [...five, { number: 6, head: 'other', at: SHA }];
    const unfiltered = await new SmallGitHub(everything).byCommit(REPO, SHA);
    const lookups = { byHead: () => Promise.resolve(unfiltered), byCommit: () => Promise.resolve([]) };
    expect(await resolveTarget(request('push', push), lookups)).toEqual(target(5));
    const other = { ...push, ref: 'refs/heads/third' };
    expect(await resolveTarget(request('push', other), lookups)).toEqual(
      refused('target_unresolved', '#5 (of another branch), #6 (of another branch)'),
    );
  });

  test('what a look-up throws passes through', async () => {
    const fault = new Error('503');
    const broken: PullRequestLookups = {
      byCommit: () => Promise.reject(fault),
      byHead: () => Promise.reject(fault),
    };
    await expect(resolveTarget(request('push', push), broken)).rejects.toBe(fault);
    await expect(resolveTarget(request('workflow_run', fork), broken)).rejects.toBe(fault);
    await expect(resolveTarget(request('check_run', handmade('check_run-fork')), broken)).rejects.toBe(fault);
  });
});
