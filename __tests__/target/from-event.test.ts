import { describe, expect, test } from '@jest/globals';

import { type EventAnswer, type EventFacts, pullRequestOfEvent, READ_EVENTS } from '../../src/target/from-event.js';
import { facts, handmade, recorded, withValue } from './recorded.js';

const SHA = '5bd5f196a46b8222fb7484f05faba41a73cf34bd';
const COMMIT = '6113728f27ae82c7b1a177c8d03f9e96e0adf246';
const QUEUE = 'refs/heads/gh-readonly-queue/main/pr-104-929f8209d40f77f4abc622a499c93a83babdbe64';
const HERE = { id: 300029405, full_name: 'octo-org/octo-repo', default_branch: 'main' };

const answerTo = (name: string, payload: unknown, rest: Partial<EventFacts> = {}): EventAnswer =>
  pullRequestOfEvent(facts(name, payload, rest));
const answersTo = (name: string): EventAnswer[] => recorded(name).map((payload) => answerTo(name, payload));
const found = (pr: number, source: string): EventAnswer => ({ kind: 'found', pr, source });
const byCommit = (sha: string, acceptMerged: boolean): unknown =>
  expect.objectContaining({ kind: 'lookup', lookup: { by: 'commit', sha, acceptMerged } });
const none: unknown = expect.objectContaining({ kind: 'none' });
const invalid = (problem: RegExp): unknown => ({ kind: 'invalid', problem: expect.stringMatching(problem) as unknown });

describe('recorded payloads', () => {
  test.each([
    ['pull_request'],
    ['pull_request_review'],
    ['pull_request_review_comment'],
    ['pull_request_review_thread'],
  ])('%s', (name) => {
    for (const answer of answersTo(name)) expect([2, 118]).toContain(answer.kind === 'found' ? answer.pr : answer);
  });

  test('pull_request_target has the payload of pull_request', () => {
    for (const payload of recorded('pull_request')) {
      expect(answerTo('pull_request_target', payload)).toEqual(found(2, 'pull_request.number'));
    }
  });

  test('issues and issue_comment: pull requests among the issues', () => {
    expect(new Set(answersTo('issues').map((answer) => answer.kind))).toEqual(new Set(['found', 'none']));
    expect(answersTo('issues').filter(({ kind }) => kind === 'found')).toEqual(
      recorded('issues').flatMap((payload) =>
        JSON.stringify(payload).includes('"pull_request":{') ? [found(2, 'issue.number')] : [],
      ),
    );
    for (const answer of answersTo('issue_comment')) {
      expect(answer).toMatchObject({ kind: 'none', hint: expect.stringContaining('#1 is an issue') as unknown });
    }
  });

  test('check_run', () => {
    const list = 'check_run.pull_requests[0].number';
    expect(answersTo('check_run')).toEqual([
      ...Array.from({ length: 6 }, () => found(2, list)),
      found(26764, list),
      byCommit('d6fde92930d4715a2b49857d24b940956b26d2d3', false),
      byCommit('d6fde92930d4715a2b49857d24b940956b26d2d3', false),
    ]);
  });

  test('check_suite', () => {
    const answers = answersTo('check_suite');
    expect(answers.filter(({ kind }) => kind === 'found')).toEqual(
      Array.from({ length: 5 }, () => found(2, 'check_suite.pull_requests[0].number')),
    );
    expect(answers[1]).toEqual(byCommit('ec26c3e57ca3a959ca5aad62de7213c562f8c821', false));
    expect(answers.filter(({ kind }) => kind === 'lookup')).toHaveLength(4);
  });

  test('workflow_run: a pull request of another repository does not count', () => {
    expect(JSON.stringify(recorded('workflow_run')[2])).toContain('/repos/Codertocat/Hello-World/pulls/2');
    for (const answer of answersTo('workflow_run')) {
      expect(answer).toMatchObject({ kind: 'lookup', lookup: { by: 'head', headOwner: 'octo-org' } });
    }
  });

  test('push', () => {
    const gone = expect.objectContaining({ kind: 'none', looked: ['deleted', 'after', 'GITHUB_REF'] });
    expect(answersTo('push')).toEqual([
      byCommit(COMMIT, false),
      gone,
      gone,
      gone,
      byCommit(COMMIT, true),
      byCommit(COMMIT, true),
      gone,
    ]);
  });

  test.each(['deployment', 'deployment_status'])('%s', (name) => {
    for (const answer of answersTo(name)) {
      expect(answer).toEqual(byCommit('f95f852bd8fca8fcc58a9a2d6c842781e32a215e', true));
    }
  });

  test('status', () => {
    for (const answer of answersTo('status')) expect(answer).toEqual(byCommit(COMMIT, true));
  });

  test('merge_group', () => {
    for (const answer of answersTo('merge_group')) expect(answer).toEqual(found(104, 'merge_group.head_ref'));
  });

  test.each(['workflow_dispatch', 'repository_dispatch'])('%s without a number', (name) => {
    for (const answer of answersTo(name)) expect(answer).toEqual(none);
  });

  test.each(['create', 'release', 'workflow_job', 'deployment_review', 'discussion'])('%s: not read', (name) => {
    for (const payload of recorded(name)) {
      expect(answerTo(name, payload)).toMatchObject({
        kind: 'none',
        looked: ['GITHUB_REF'],
        hint: expect.stringContaining('set the `pr` input') as unknown,
      });
    }
  });
});

const check = (number: unknown, base?: unknown): unknown => ({
  check_suite: { head_sha: SHA, pull_requests: [{ number, base }] },
  repository: HERE,
});
const inputs = (values: unknown): unknown => ({ inputs: values, repository: HERE });
const sent = (values: unknown): unknown => ({ client_payload: values, repository: HERE });
const pushed = (values: object): unknown => ({ ref: 'refs/heads/topic', ...values, repository: HERE });
const queued = (head_ref: unknown, base_ref?: unknown): unknown => ({ merge_group: { head_ref, base_ref } });
const fork = handmade('workflow_run-fork');
const head = { by: 'head', headOwner: 'Contributor', headBranch: 'fix/typo', headSha: SHA };

const ROWS: [string, string, unknown, unknown, Partial<EventFacts>?][] = [
  ['number', 'pull_request', { pull_request: { number: 17 } }, found(17, 'pull_request.number')],
  ['no pull request', 'pull_request', {}, none],
  ['null', 'pull_request', { pull_request: { number: null } }, none],
  ['text', 'pull_request', { pull_request: { number: '17' } }, invalid(/pull_request\.number .* but is "17"/)],
  ['fraction', 'pull_request_review', { pull_request: { number: 1.5 } }, invalid(/but is 1\.5/)],
  ['zero', 'pull_request_target', { pull_request: { number: 0 } }, invalid(/but is 0/)],
  ['too large', 'pull_request', { pull_request: { number: 2 ** 31 } }, invalid(/but is 2147483648/)],
  ['ref only', 'pull_request', {}, found(17, 'GITHUB_REF'), { ref: 'refs/pull/17/merge' }],
  [
    'payload before ref',
    'pull_request',
    { pull_request: { number: 1 } },
    found(1, 'pull_request.number'),
    { ref: 'refs/pull/2/merge' },
  ],

  ['of a pull request', 'issue_comment', handmade('issue_comment-pull-request'), found(17, 'issue.number')],
  ['marker is null', 'issues', { issue: { number: 17, pull_request: null } }, none],
  ['marker without number', 'issues', { issue: { pull_request: {} } }, none],
  ['marker is text', 'issues', { issue: { number: 17, pull_request: 'yes' } }, invalid(/issue\.pull_request/)],
  ['bad number', 'issues', { issue: { number: -1, pull_request: {} } }, invalid(/issue\.number .* -1/)],

  ['fork', 'check_run', handmade('check_run-fork'), byCommit(SHA, false)],
  [
    'the suite has it',
    'check_run',
    { check_run: { pull_requests: [], check_suite: { pull_requests: [{ number: 4 }] } } },
    found(4, 'check_run.check_suite.pull_requests[0].number'),
  ],
  [
    'run and suite differ',
    'check_run',
    { check_run: { pull_requests: [{ number: 5 }], check_suite: { pull_requests: [{ number: 4 }] } } },
    expect.objectContaining({ kind: 'several', candidates: [4, 5] }),
  ],
  [
    'several',
    'check_suite',
    handmade('check_suite-several'),
    { kind: 'several', candidates: [12, 15], looked: ['check_suite.pull_requests'] },
  ],
  [
    'the same twice',
    'check_suite',
    { check_suite: { pull_requests: [{ number: 4 }, { number: 4 }] } },
    found(4, 'check_suite.pull_requests[0].number'),
  ],
  [
    'base by URL',
    'check_suite',
    check(4, { repo: { url: 'https://ghe.example.com/api/v3/repos/Octo-Org/octo-repo' } }),
    found(4, 'check_suite.pull_requests[0].number'),
  ],
  [
    'other base by URL',
    'check_suite',
    check(4, { repo: { url: 'https://api.github.com/repos/octo-org/other' } }),
    byCommit(SHA, false),
  ],
  ['base is no text', 'check_suite', check(4, { repo: { url: 7 } }), byCommit(SHA, false)],
  ['other base by id', 'check_suite', check('x', { repo: { id: 1 } }), byCommit(SHA, false)],
  ['text as number', 'check_suite', check('4'), invalid(/pull_requests\[0\]\.number .* "4"/)],
  ['entry without number', 'check_suite', check(undefined), invalid(/number is missing/)],
  ['no list', 'check_suite', { check_suite: { pull_requests: {} } }, invalid(/should be a list/)],
  ['no commit', 'check_suite', { check_suite: { pull_requests: null } }, none],
  ['bad commit', 'check_suite', { check_suite: { head_sha: 'main' } }, invalid(/head_sha should be a commit id/)],

  ['fork', 'workflow_run', fork, expect.objectContaining({ kind: 'lookup', lookup: head })],
  [
    'own branch',
    'workflow_run',
    withValue(fork, 'workflow_run.pull_requests', [{ number: 9 }]),
    found(9, 'workflow_run.pull_requests[0].number'),
  ],
  ['deleted fork', 'workflow_run', handmade('workflow_run-deleted-fork'), byCommit(SHA, false)],
  ['no branch', 'workflow_run', withValue(fork, 'workflow_run.head_branch', null), byCommit(SHA, false)],
  ['bad owner', 'workflow_run', withValue(fork, 'workflow_run.head_repository.owner.login', 'a:b'), invalid(/login/)],
  ['bad branch', 'workflow_run', withValue(fork, 'workflow_run.head_branch', ''), invalid(/head_branch/)],
  ['branch with a colon', 'workflow_run', withValue(fork, 'workflow_run.head_branch', 'a:b'), invalid(/head_branch/)],
  [
    'endless branch',
    'workflow_run',
    withValue(fork, 'workflow_run.head_branch', 'x'.repeat(256)),
    invalid(/head_branch/),
  ],
  ['bad commit', 'workflow_run', withValue(fork, 'workflow_run.head_sha', 'HEAD'), invalid(/head_sha/)],
  ['no commit', 'workflow_run', withValue(fork, 'workflow_run.head_sha', undefined), none],
  ['merge queue', 'workflow_run', handmade('workflow_run-merge-queue'), found(104, 'workflow_run.head_branch')],
  [
    'a fork calls its branch so',
    'workflow_run',
    withValue(fork, 'workflow_run.head_branch', QUEUE.slice(11)),
    expect.objectContaining({ kind: 'lookup' }),
  ],
  [
    'merge queue, odd branch',
    'workflow_run',
    withValue(fork, 'workflow_run.event', 'merge_group'),
    expect.objectContaining({ kind: 'lookup' }),
  ],
  ['empty', 'workflow_run', {}, none],

  ['annotated tag', 'push', handmade('push-annotated-tag'), byCommit(COMMIT, false)],
  ['topic branch', 'push', pushed({ after: COMMIT }), byCommit(COMMIT, false)],
  ['default branch', 'push', pushed({ ref: 'refs/heads/main', after: COMMIT }), byCommit(COMMIT, true)],
  ['merge queue', 'push', pushed({ ref: QUEUE, after: COMMIT }), found(104, 'ref')],
  ['zeros', 'push', pushed({ after: '0'.repeat(40) }), none],
  ['bad commit', 'push', pushed({ after: 'abc' }), invalid(/after should be a commit id, but is "abc"/)],
  ['GITHUB_SHA', 'push', {}, byCommit(COMMIT, false), { sha: COMMIT }],
  ['bad GITHUB_SHA', 'push', {}, none, { sha: '../x' }],
  ['empty', 'push', {}, none],

  ['of a pull request', 'deployment', handmade('deployment-pull-request'), found(17, 'deployment.ref')],
  ['of a pull request', 'deployment_status', handmade('deployment-pull-request'), found(17, 'deployment.ref')],
  ['SHA-256', 'deployment', { deployment: { sha: 'a'.repeat(64) } }, byCommit('a'.repeat(64), true)],
  ['GITHUB_REF', 'deployment', { deployment: { sha: COMMIT } }, found(3, 'GITHUB_REF'), { ref: 'refs/pull/3/head' }],
  ['not GITHUB_SHA', 'status', {}, none, { sha: COMMIT }],
  ['bad commit', 'status', { sha: 7 }, invalid(/sha should be a commit id, but is 7/)],

  ['base with slashes', 'merge_group', handmade('merge_group-slashes'), found(104, 'merge_group.head_ref')],
  ['without base_ref', 'merge_group', queued(QUEUE), found(104, 'merge_group.head_ref')],
  ['short base_ref', 'merge_group', queued(QUEUE, 'main'), found(104, 'merge_group.head_ref')],
  [
    'base like a ref',
    'merge_group',
    queued(QUEUE.replace('main', `a/pr-7-${SHA}`), `refs/heads/a/pr-7-${SHA}`),
    found(104, 'merge_group.head_ref'),
  ],
  [
    'other base',
    'merge_group',
    queued(QUEUE, 'refs/heads/v1'),
    invalid(/base branch "main", but .* "refs\/heads\/v1"/),
  ],
  ['leading zero', 'merge_group', queued(QUEUE.replace('104', '0104')), invalid(/gh-readonly-queue/)],
  ['no sha', 'merge_group', queued('refs/heads/gh-readonly-queue/main/pr-104'), invalid(/gh-readonly-queue/)],
  ['no text', 'merge_group', queued(104), invalid(/but is 104/)],
  ['ref only', 'merge_group', {}, found(104, 'GITHUB_REF'), { ref: QUEUE }],
  ['empty', 'merge_group', {}, none],

  ['pr', 'workflow_dispatch', inputs({ pr: '17' }), found(17, 'inputs.pr')],
  ['pr-number', 'workflow_dispatch', inputs({ 'pr-number': ' 17 ' }), found(17, 'inputs.pr-number')],
  ['pr_number', 'workflow_dispatch', inputs({ pr: '', pr_number: '17' }), found(17, 'inputs.pr_number')],
  ['pull-request', 'workflow_dispatch', inputs({ 'pull-request': '17' }), found(17, 'inputs.pull-request')],
  ['pull_request', 'workflow_dispatch', inputs({ pull_request: '17' }), found(17, 'inputs.pull_request')],
  [
    'URL',
    'workflow_dispatch',
    inputs({ pr: 'https://github.com/Octo-Org/octo-repo/pull/17/files' }),
    found(17, 'inputs.pr'),
  ],
  [
    'URL of another repository',
    'workflow_dispatch',
    inputs({ pr: 'https://github.com/octo-org/other/pull/17' }),
    invalid(/inputs\.pr .* another repository than octo-org\/octo-repo/),
  ],
  ['two agree', 'workflow_dispatch', inputs({ pr: '17', pull_request: '17' }), found(17, 'inputs.pr')],
  [
    'two differ',
    'workflow_dispatch',
    inputs({ pr: '17', pull_request: '5' }),
    expect.objectContaining({ kind: 'several', candidates: [5, 17] }),
  ],
  ['text', 'workflow_dispatch', inputs({ pr: 'latest' }), invalid(/inputs\.pr must be .* but is "latest"/)],
  [
    'boolean',
    'workflow_dispatch',
    inputs({ pr: true }),
    invalid(/inputs\.pr should be a positive integer, but is true/),
  ],
  ['no inputs', 'workflow_dispatch', inputs(null), none],

  ['number', 'repository_dispatch', sent({ pr: 17 }), found(17, 'client_payload.pr')],
  ['text', 'repository_dispatch', sent({ pr_number: '17' }), found(17, 'client_payload.pr_number')],
  ['camel case', 'repository_dispatch', sent({ prNumber: 17 }), found(17, 'client_payload.prNumber')],
  ['object', 'repository_dispatch', sent({ pull_request: { number: 17 } }), found(17, 'client_payload.pull_request')],
  [
    'object of this repository',
    'repository_dispatch',
    sent({ pull_request: { number: 17, base: { repo: { full_name: 'Octo-org/octo-repo' } } } }),
    found(17, 'client_payload.pull_request'),
  ],
  [
    'object of another repository',
    'repository_dispatch',
    sent({ pull_request: { number: 17, base: { repo: { id: 1 } } } }),
    invalid(/another repository/),
  ],
  [
    'object without number',
    'repository_dispatch',
    sent({ pull_request: {} }),
    invalid(/pull_request\.number is missing/),
  ],
  ['list', 'repository_dispatch', sent({ pr: [17] }), invalid(/but is a list/)],
  ['fraction', 'repository_dispatch', sent({ pr: 1.5 }), invalid(/but is 1\.5/)],
  [
    'two differ',
    'repository_dispatch',
    sent({ pr: 1, pull_request_number: 2 }),
    expect.objectContaining({ kind: 'several', candidates: [1, 2] }),
  ],
  ['null', 'repository_dispatch', { client_payload: null }, none],

  ['nothing', 'schedule', { schedule: '0 0 * * *' }, none],
  ['any event by its ref', 'schedule', {}, found(17, 'GITHUB_REF'), { ref: 'refs/pull/17/merge' }],
  ['a branch that looks alike', 'schedule', {}, none, { ref: 'refs/heads/refs/pull/17/merge' }],
  ['bad number in the ref', 'schedule', {}, none, { ref: 'refs/pull/017/merge' }],
  ['queue name without refs/heads', 'schedule', {}, none, { ref: QUEUE.slice(11) }],
  ['called like a built-in', 'constructor', {}, none],
  ['unknown pull_request event', 'pull_request_comment', {}, none],
];

test.each(ROWS)('%s: %s', (_what, name, payload, answer, rest = {}) => {
  expect(answerTo(name, payload, rest)).toEqual(answer);
});

test('every event that is read has rows', () => {
  const inRows = new Set(ROWS.map(([, name]) => name));
  const recordedOnly = ['pull_request_review_comment', 'pull_request_review_thread'];
  expect(READ_EVENTS.filter((name) => !inRows.has(name) && !recordedOnly.includes(name))).toEqual([]);
});

test.each(['issues', 'schedule', 'workflow_dispatch', 'repository_dispatch', 'push', 'toString'])(
  'the hint for %s says how to set the input',
  (name) => {
    expect(answerTo(name, {})).toMatchObject({ kind: 'none', hint: expect.stringContaining('`pr` input') as unknown });
  },
);
