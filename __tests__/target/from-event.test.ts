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
const lookup = (heads: unknown[], commit: unknown): unknown =>
  expect.objectContaining({ kind: 'lookup', lookup: { heads, commit } });
const ownHead = (branch: string, sha: string | null, owner = 'octo-org'): unknown => ({
  ...{ owner, branch, sha },
  repository: null,
});
const mergedAs = (sha: string): unknown => ({ sha, open: 'none', branch: null, merged: true });
const forkAt = (sha: string, branch: string | null = null): unknown => ({ sha, open: 'fork', branch, merged: false });
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
    const head = 'd6fde92930d4715a2b49857d24b940956b26d2d3';
    const enterprise = lookup([ownHead('master', head, 'github')], null);
    expect(answersTo('check_run')).toEqual([
      ...Array.from({ length: 6 }, () => found(2, list)),
      found(26764, list),
      enterprise,
      enterprise,
    ]);
  });

  test('check_suite', () => {
    const answers = answersTo('check_suite');
    expect(answers.filter(({ kind }) => kind === 'found')).toEqual(
      Array.from({ length: 5 }, () => found(2, 'check_suite.pull_requests[0].number')),
    );
    expect(answers[1]).toEqual(
      lookup([ownHead('main', 'ec26c3e57ca3a959ca5aad62de7213c562f8c821', 'Codertocat')], null),
    );
    expect(answers.filter(({ kind }) => kind === 'lookup')).toHaveLength(4);
  });

  test('workflow_run: a pull request of another repository does not count', () => {
    expect(JSON.stringify(recorded('workflow_run')[2])).toContain('/repos/Codertocat/Hello-World/pulls/2');
    for (const answer of answersTo('workflow_run')) {
      expect(answer).toMatchObject({ kind: 'lookup', lookup: { heads: [{ owner: 'octo-org' }], commit: null } });
    }
  });

  test('push: T1 a tag is the head of nothing', () => {
    const gone = expect.objectContaining({ kind: 'none', looked: ['deleted', 'after', 'GITHUB_REF'] });
    const tag = expect.objectContaining({ kind: 'none', looked: ['ref', 'GITHUB_REF'] });
    const master = lookup([ownHead('master', null, 'Codertocat')], mergedAs(COMMIT));
    expect(answersTo('push')).toEqual([tag, gone, gone, gone, master, master, gone]);
  });

  test.each(['deployment', 'deployment_status'])('%s', (name) => {
    for (const [index, answer] of answersTo(name).entries()) {
      const branch = name === 'deployment' && index === 1 ? 'gh-pages' : 'master';
      const sha = 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e';
      expect(answer).toEqual(lookup([ownHead(branch, sha, 'Codertocat')], mergedAs(sha)));
    }
  });

  test('status: branches that only contain the commit do not count', () => {
    for (const answer of answersTo('status')) expect(answer).toEqual(lookup([], mergedAs(COMMIT)));
  });

  test('merge_group', () => {
    for (const answer of answersTo('merge_group')) expect(answer).toEqual(found(104, 'merge_group.head_ref'));
  });

  test('T3: workflow_dispatch without a number means its branch', () => {
    expect(answersTo('workflow_dispatch')).toEqual([
      lookup([ownHead('main', null)], null),
      lookup([ownHead('master', null)], null),
    ]);
  });

  test('repository_dispatch without a number', () => {
    for (const answer of answersTo('repository_dispatch')) expect(answer).toEqual(none);
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

const check = (number: unknown, base?: unknown, head?: unknown): unknown => ({
  check_suite: { head_sha: SHA, head_branch: 'topic', pull_requests: [{ number, base, head }] },
  repository: HERE,
});
const inputs = (values: unknown): unknown => ({ inputs: values, repository: HERE });
const sent = (values: unknown): unknown => ({ client_payload: values, repository: HERE });
const pushed = (values: object): unknown => ({ ref: 'refs/heads/topic', ...values, repository: HERE });
const queued = (head_ref: unknown, base_ref?: unknown): unknown => ({ merge_group: { head_ref, base_ref } });
const deployed = (ref: unknown, sha: unknown = SHA): unknown => ({ deployment: { ref, sha }, repository: HERE });
const branches = (...list: unknown[]): unknown => ({ sha: SHA, branches: list, repository: HERE });
const tip = (name: unknown, sha: unknown = SHA): unknown => ({ name, commit: { sha } });
const fork = handmade('workflow_run-fork');
const forkRepository = { id: 300029406, name: 'contributor/octo-repo' };
const forkHead = lookup([{ owner: 'Contributor', branch: 'fix/typo', repository: forkRepository, sha: SHA }], null);
const run = (entry: object): unknown => withValue(fork, 'workflow_run.pull_requests', [{ number: 9, ...entry }]);
const ownCheck = lookup([ownHead('topic', SHA)], null);

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

  ['fork', 'check_run', handmade('check_run-fork'), lookup([], forkAt(SHA))],
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
    ownCheck,
  ],
  ['base is no text', 'check_suite', check(4, { repo: { url: 7 } }), ownCheck],
  ['other base by id', 'check_suite', check('x', { repo: { id: 1 } }), ownCheck],
  [
    'this head',
    'check_suite',
    check(4, {}, { ref: 'topic', sha: SHA }),
    found(4, 'check_suite.pull_requests[0].number'),
  ],
  ['T2: another head branch', 'check_suite', check(4, {}, { ref: 's2', sha: SHA }), ownCheck],
  ['moved on', 'check_suite', check(4, {}, { ref: 'topic', sha: COMMIT }), ownCheck],
  ['same branch of a fork', 'check_suite', check(4, {}, { ref: 'topic', sha: SHA, repo: { id: 1 } }), ownCheck],
  [
    'same branch of a fork by URL',
    'check_suite',
    check(4, {}, { ref: 'topic', repo: { url: 'https://api.github.com/repos/x/octo-repo' } }),
    ownCheck,
  ],
  ['branch is no text', 'check_suite', { check_suite: { head_sha: SHA, head_branch: 7 } }, invalid(/head_branch/)],
  [
    'branch of the run',
    'check_run',
    { check_run: { head_sha: SHA, check_suite: { head_branch: 'a/b/c' } }, repository: HERE },
    lookup([ownHead('a/b/c', SHA)], null),
  ],
  ['text as number', 'check_suite', check('4'), invalid(/pull_requests\[0\]\.number .* "4"/)],
  ['entry without number', 'check_suite', check(undefined), invalid(/number is missing/)],
  ['no list', 'check_suite', { check_suite: { pull_requests: {} } }, invalid(/should be a list/)],
  ['no commit', 'check_suite', { check_suite: { pull_requests: null } }, none],
  ['bad commit', 'check_suite', { check_suite: { head_sha: 'main' } }, invalid(/head_sha should be a commit id/)],

  ['fork', 'workflow_run', fork, forkHead],
  ['listed', 'workflow_run', run({}), found(9, 'workflow_run.pull_requests[0].number')],
  [
    'listed, moved on',
    'workflow_run',
    run({ head: { ref: 'fix/typo', sha: COMMIT } }),
    found(9, 'workflow_run.pull_requests[0].number'),
  ],
  ['listed, another branch', 'workflow_run', run({ head: { ref: 'fix' } }), forkHead],
  ['listed, another repository', 'workflow_run', run({ head: { ref: 'fix/typo', repo: { id: 1 } } }), forkHead],
  [
    'a list and a nameless repository',
    'workflow_run',
    withValue(run({}), 'workflow_run.head_repository', {}),
    found(9, 'workflow_run.pull_requests[0].number'),
  ],
  ['deleted fork', 'workflow_run', handmade('workflow_run-deleted-fork'), lookup([], forkAt(SHA, 'fix/typo'))],
  ['no branch', 'workflow_run', withValue(fork, 'workflow_run.head_branch', null), lookup([], forkAt(SHA))],
  ['no owner', 'workflow_run', withValue(fork, 'workflow_run.head_repository.owner', undefined), none],
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

  ['annotated tag', 'push', handmade('push-annotated-tag'), none],
  ['other ref', 'push', pushed({ ref: 'refs/notes/commits', after: COMMIT }), none],
  ['topic branch', 'push', pushed({ after: COMMIT }), lookup([ownHead('topic', null)], null)],
  ['slashes', 'push', pushed({ ref: 'refs/heads/a/b/c', after: COMMIT }), lookup([ownHead('a/b/c', null)], null)],
  [
    'branch like a ref',
    'push',
    pushed({ ref: 'refs/heads/refs/heads/a' }),
    lookup([ownHead('refs/heads/a', null)], null),
  ],
  [
    'branch like a tag',
    'push',
    pushed({ ref: 'refs/heads/refs/tags/a' }),
    lookup([ownHead('refs/tags/a', null)], null),
  ],
  [
    'default branch',
    'push',
    pushed({ ref: 'refs/heads/main', after: COMMIT }),
    lookup([ownHead('main', null)], mergedAs(COMMIT)),
  ],
  [
    'default branch, commit of the run',
    'push',
    pushed({ ref: 'refs/heads/main' }),
    lookup([ownHead('main', null)], mergedAs(SHA)),
    { sha: SHA },
  ],
  ['default branch, no commit', 'push', pushed({ ref: 'refs/heads/main' }), lookup([ownHead('main', null)], null)],
  ['uppercase owner', 'push', pushed({}), lookup([ownHead('topic', null, 'OCTO')], null), { repo: 'OCTO/R' }],
  ['merge queue', 'push', pushed({ ref: QUEUE, after: COMMIT }), found(104, 'ref')],
  ['branch deleted', 'push', pushed({ after: '0'.repeat(40) }), none],
  ['branch deleted, said', 'push', pushed({ after: COMMIT, deleted: true }), none],
  ['bad commit', 'push', pushed({ after: 'abc' }), invalid(/after should be a commit id, but is "abc"/)],
  ['ref is no text', 'push', pushed({ ref: 7 }), invalid(/ref should be a ref, but is 7/)],
  ['branch with a colon', 'push', pushed({ ref: 'refs/heads/a:b' }), invalid(/ref should name a branch/)],
  ['no branch name', 'push', pushed({ ref: 'refs/heads/' }), invalid(/ref should name a branch/)],
  ['line break', 'push', pushed({ ref: 'refs/heads/a\n::error::b' }), invalid(/"refs\/heads\/a\\n::error::b"/)],
  [
    'GITHUB_REF',
    'push',
    { repository: HERE },
    lookup([ownHead('t', null)], null),
    { ref: 'refs/heads/t', sha: '../x' },
  ],
  ['empty', 'push', {}, none, { sha: COMMIT }],

  ['of a pull request', 'deployment', handmade('deployment-pull-request'), found(17, 'deployment.ref')],
  ['of a pull request', 'deployment_status', handmade('deployment-pull-request'), found(17, 'deployment.ref')],
  ['short name', 'deployment', deployed('topic'), lookup([ownHead('topic', SHA)], mergedAs(SHA))],
  ['full name', 'deployment', deployed('refs/heads/a/b'), lookup([ownHead('a/b', null)], mergedAs(SHA))],
  [
    'a branch by GITHUB_REF',
    'deployment',
    deployed('topic'),
    lookup([ownHead('topic', null)], mergedAs(SHA)),
    { ref: 'refs/heads/topic' },
  ],
  ['a tag by GITHUB_REF', 'deployment', deployed('v1'), lookup([], mergedAs(SHA)), { ref: 'refs/tags/v1' }],
  ['a tag by its name', 'deployment_status', deployed('refs/tags/v1'), lookup([], mergedAs(SHA))],
  [
    'GITHUB_REF of another',
    'deployment',
    deployed('v1'),
    lookup([ownHead('v1', SHA)], mergedAs(SHA)),
    { ref: 'refs/heads/x' },
  ],
  ['a commit', 'deployment', deployed(SHA), lookup([], mergedAs(SHA))],
  ['no branch', 'deployment', deployed('HEAD~1'), lookup([], mergedAs(SHA))],
  ['SHA-256', 'deployment', { deployment: { sha: 'a'.repeat(64) } }, lookup([], mergedAs('a'.repeat(64)))],
  [
    'GITHUB_SHA',
    'deployment',
    deployed('v1', null),
    lookup([ownHead('v1', COMMIT)], mergedAs(COMMIT)),
    { sha: COMMIT },
  ],
  ['branch, no commit', 'deployment', deployed('refs/heads/t', null), lookup([ownHead('t', null)], null)],
  ['name, no commit', 'deployment', deployed('t', null), none],
  ['ref is no text', 'deployment', deployed(7), invalid(/deployment\.ref should be a ref/)],
  ['bad commit', 'deployment', deployed('t', 'x'), invalid(/deployment\.sha should be a commit id/)],
  ['empty', 'deployment', {}, none],
  ['GITHUB_REF', 'deployment', { deployment: { sha: COMMIT } }, found(3, 'GITHUB_REF'), { ref: 'refs/pull/3/head' }],

  ['a branch at the commit', 'status', branches(tip('topic')), lookup([ownHead('topic', SHA)], mergedAs(SHA))],
  [
    'of several those at the commit',
    'status',
    branches(tip('a/b', SHA.toUpperCase()), tip('main', COMMIT), tip('a/b'), { name: 'x' }),
    lookup([ownHead('a/b', SHA), ownHead('x', SHA)], mergedAs(SHA)),
  ],
  [
    'ten branches may be more',
    'status',
    branches(...Array.from({ length: 10 }, (_, index) => tip(`b${index}`))),
    lookup([], { sha: SHA, open: 'here', branch: null, merged: true }),
  ],
  ['no branches', 'status', branches(), lookup([], mergedAs(SHA))],
  ['not GITHUB_SHA', 'status', {}, none, { sha: COMMIT }],
  ['bad commit', 'status', { sha: 7 }, invalid(/sha should be a commit id, but is 7/)],
  ['no list', 'status', { sha: SHA, branches: {} }, invalid(/branches should be a list/)],
  ['bad branch', 'status', branches(tip('a:b')), invalid(/branches\[0\]\.name should be a branch name/)],
  ['bad tip', 'status', branches(tip('a', 'b')), invalid(/branches\[0\]\.commit\.sha should be a commit id/)],

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
    expect.objectContaining({
      ...{ kind: 'several', candidates: [5, 17] },
      looked: ['inputs.pr (#17)', 'inputs.pull_request (#5)'],
    }),
  ],
  ['T3: camel case', 'workflow_dispatch', inputs({ prNumber: '17' }), found(17, 'inputs.prNumber')],
  ['T3: with #', 'workflow_dispatch', inputs({ pr: ' #17 ' }), found(17, 'inputs.pr')],
  ['T3: # twice', 'workflow_dispatch', inputs({ pr: '##17' }), invalid(/but is "##17"/)],
  ['T3: pull request', 'workflow_dispatch', inputs({ pullRequest: '17' }), found(17, 'inputs.pullRequest')],
  [
    'T3: branch',
    'workflow_dispatch',
    inputs({ pr: ' ', verbose: 'true' }),
    lookup([ownHead('a/b', null)], null),
    { ref: 'refs/heads/a/b' },
  ],
  [
    'T3: branch as sent',
    'workflow_dispatch',
    { ref: 'refs/heads/a', repository: HERE },
    lookup([ownHead('a', null)], null),
  ],
  [
    'T3: default branch',
    'workflow_dispatch',
    inputs({}),
    lookup([ownHead('main', null)], null),
    { ref: 'refs/heads/main' },
  ],
  ['T3: tag', 'workflow_dispatch', { ref: 'refs/heads/a', repository: HERE }, none, { ref: 'refs/tags/v1' }],
  ['T3: no branch', 'workflow_dispatch', inputs({}), none, { ref: 'refs/heads/a:b' }],
  [
    'T3: number before branch',
    'workflow_dispatch',
    inputs({ pr: '17' }),
    found(17, 'inputs.pr'),
    { ref: 'refs/heads/a' },
  ],
  [
    'T3: a bad number is no branch',
    'workflow_dispatch',
    inputs({ pr: 'x' }),
    invalid(/inputs\.pr must be/),
    { ref: 'refs/heads/a' },
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
  ['no branch', 'repository_dispatch', { branch: 'topic', client_payload: {} }, none, { ref: 'refs/heads/main' }],

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

const SPELLINGS = [
  'pr',
  ...['pr-number', 'pr_number', 'prNumber'],
  ...['pull-request', 'pull_request', 'pullRequest'],
  ...['pull-request-number', 'pull_request_number', 'pullRequestNumber'],
];
test.each(SPELLINGS)('T3: %s is read from inputs and payloads, in every form of a number', (name) => {
  const url = 'https://github.com/octo-org/octo-repo/pull/17';
  for (const value of ['17', '#17', url, 17]) {
    expect(answerTo('workflow_dispatch', inputs({ [name]: value }))).toEqual(found(17, `inputs.${name}`));
    expect(answerTo('repository_dispatch', sent({ [name]: value }))).toEqual(found(17, `client_payload.${name}`));
  }
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
