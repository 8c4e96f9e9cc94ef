import { describe, expect, test } from '@jest/globals';

import { resolveTarget } from '../../src/target/resolve.js';
import { commit, HERE, type PullRequest, REPO, SmallGitHub } from './github.js';

const A = commit('a');
const B = commit('b');
const M = commit('c');

/** T1, T2 and their neighbours. */
const PULLS: PullRequest[] = [
  { number: 23, head: 'topic-23', at: A },
  { number: 31, head: 's1', at: A },
  { number: 32, head: 's2', at: B, contains: [A] },
  { number: 33, head: 's3', at: commit('d'), contains: [A, B] },
  { number: 40, head: 'fork:nightly', at: A },
  { number: 41, head: 'fork:s1', at: A },
  { number: 42, head: 'gone', at: A, state: 'closed' },
  { number: 43, head: 'two', at: B, base: REPO },
  { number: 44, head: 'two', at: B, base: REPO },
  { number: 45, head: 'release/2026/x', at: B },
  { number: 46, head: 'done', at: B, state: 'merged', mergedAs: M },
  { number: 47, head: 'MAIN', at: M },
  { number: 48, head: 's9', at: A, base: 'elsewhere/octo-repo' },
];

interface Case {
  readonly what: string;
  readonly event: string;
  readonly payload: object;
  readonly ref?: string;
  readonly pulls?: PullRequest[];
  /** The pull request, or what the refusal says. */
  readonly right: number | RegExp;
  /** What is asked, in this order and nothing else. */
  readonly asks: string[];
}

const head = (branch: string, owner = 'octo-org'): string => `${REPO} head ${owner}:${branch}`;
const at = (sha: string): string => `${REPO} commit ${sha}`;
const push = (branch: string, after: string): object => ({ ref: `refs/heads/${branch}`, after });
const pushed = (what: string, branch: string, sha: string, right: Case['right'], asks = [head(branch)]): Case => ({
  ...{ what, event: 'push', payload: push(branch, sha), right, asks },
});
const status = (...names: string[]): object => ({
  sha: A,
  branches: names.map((name) => ({ name, commit: { sha: A } })),
});
const suite = (head_branch: string | null, head_sha: string, pull_requests: unknown[] = []): object => ({
  check_suite: { head_branch, head_sha, pull_requests },
});
const checkRun = (head_branch: string | null, head_sha: string): object => ({
  check_run: { head_sha, pull_requests: [], check_suite: { head_branch, pull_requests: [] } },
});
const deployment = (ref: string, sha: string): object => ({ deployment: { ref, sha } });
const run = (owner: string | null, head_branch: string, head_sha: string, pull_requests: unknown[] = []): object => ({
  workflow_run: {
    ...{ head_branch, head_sha, pull_requests },
    head_repository:
      owner === null
        ? null
        : { id: owner === 'octo-org' ? HERE.id : 7, full_name: `${owner}/octo-repo`, owner: { login: owner } },
  },
});
const NONE = /GitHub knows of none/;
const MAIN: PullRequest = { number: 50, head: 'main', at: M };
const FORKS: PullRequest[] = [
  { number: 60, head: 'Fork:fix', at: A },
  { number: 61, head: 'fix', at: B, contains: [A] },
];
const SAME_COMMIT: PullRequest[] = [...FORKS, { number: 62, head: 'other:fix', at: A }];
const STACK = PULLS.slice(1, 4).map(({ number, head: ref, at: sha }) => ({ number, head: { ref, sha } }));

const CASES: Case[] = [
  pushed('T1: another branch at the head of 23', 'nightly', A, NONE),
  pushed('T1: the branch of 23', 'topic-23', A, 23),
  pushed('T1: the branch of 23, which moved on', 'topic-23', B, 23),
  pushed('T1: a branch whose name only begins so', 'topic-2', A, NONE),
  {
    what: 'T1: a tag at A',
    event: 'push',
    payload: { ref: 'refs/tags/topic-23', after: A },
    right: /A tag is/,
    asks: [],
  },
  {
    ...{ what: 'T1: the branch deleted', event: 'push', right: /deleted its branch/, asks: [] },
    payload: { ref: 'refs/heads/topic-23', after: '0'.repeat(40), deleted: true },
  },
  { what: 'T1: check_suite', event: 'check_suite', payload: suite('nightly', A), right: NONE, asks: [head('nightly')] },
  {
    ...{ what: 'T1: check_suite that lists 23', event: 'check_suite', right: NONE, asks: [head('nightly')] },
    payload: suite('nightly', A, [{ number: 23, head: { ref: 'topic-23', sha: A } }]),
  },
  { what: 'T1: check_run', event: 'check_run', payload: checkRun('nightly', A), right: NONE, asks: [head('nightly')] },
  {
    ...{ what: 'T1: workflow_run', event: 'workflow_run', right: NONE, asks: [head('nightly')] },
    payload: run('octo-org', 'nightly', A),
  },
  {
    ...{ what: 'T1: status', event: 'status', payload: status('nightly') },
    ...{ right: /#23 \(its branch is not the one of the event\)/, asks: [head('nightly'), at(A)] },
  },
  {
    ...{ what: 'T1: deployment', event: 'deployment', payload: deployment('nightly', A) },
    ...{ right: /#23 \(its branch is not the one of the event\)/, asks: [head('nightly'), at(A)] },
  },
  {
    ...{ what: 'T1: deployment of the commit', event: 'deployment_status', payload: deployment(A, A) },
    ...{ right: /#23 \(its branch is not the one of the event\)/, asks: [at(A)] },
  },
  {
    ...{ what: 'T1: dispatch', event: 'workflow_dispatch', payload: {}, ref: 'refs/heads/nightly' },
    ...{ right: NONE, asks: [head('nightly')] },
  },

  pushed('T2: the lowest of a stack', 's1', A, 31),
  pushed('T2: the middle', 's2', B, 32),
  pushed('T2: the middle, pushed back to A', 's2', A, 32),
  {
    ...{ what: 'T2: check_suite that lists the stack', event: 'check_suite', right: 31, asks: [] },
    payload: suite('s1', A, STACK),
  },
  { what: 'T2: check_suite', event: 'check_suite', payload: suite('s1', A), right: 31, asks: [head('s1')] },
  {
    ...{ what: 'T2: check_suite of an old head', event: 'check_suite', payload: suite('s2', A) },
    ...{ right: /#32 \(its head is another commit by now\)/, asks: [head('s2')] },
  },
  {
    ...{ what: 'T2: workflow_run that lists the stack', event: 'workflow_run', right: 32, asks: [] },
    payload: run('octo-org', 's2', A, STACK),
  },
  { what: 'T2: status', event: 'status', payload: status('s1'), right: 31, asks: [head('s1')] },
  {
    ...{ what: 'T2: status at two heads', event: 'status', payload: status('s1', 'topic-23') },
    ...{ right: /#23, #31\. .*`pr: 23`/, asks: [head('s1'), head('topic-23')] },
  },
  { what: 'T2: deployment', event: 'deployment', payload: deployment('s1', A), right: 31, asks: [head('s1')] },

  ...(['main', 'two', 's3', 'release/2026/x', 'gone'] as const).map((branch): Case => {
    const right = { main: NONE, two: /#43, #44/, s3: 33, 'release/2026/x': 45, gone: NONE }[branch];
    const rest = { right, ref: `refs/heads/${branch}`, asks: [head(branch)] };
    return { what: `T3: dispatch on ${branch}`, event: 'workflow_dispatch', payload: { inputs: null }, ...rest };
  }),
  {
    ...{ what: 'T3: dispatch on the default branch', event: 'workflow_dispatch', payload: {}, pulls: [MAIN] },
    ...{ ref: 'refs/heads/main', right: 50, asks: [head('main')] },
  },
  {
    ...{ what: 'T3: a number', event: 'workflow_dispatch', payload: { inputs: { prNumber: '17' } } },
    ...{ ref: 'refs/heads/s1', right: 17, asks: [] },
  },
  {
    ...{ what: 'T3: with #', event: 'workflow_dispatch', payload: { inputs: { pr: '#17' } } },
    ...{ ref: 'refs/heads/s1', right: 17, asks: [] },
  },
  {
    ...{ what: 'T3: contradiction', event: 'workflow_dispatch', payload: { inputs: { pr: '17', prNumber: '#18' } } },
    ...{ ref: 'refs/heads/s1', right: /#17, #18\. Looked at: inputs\.pr \(#17\), inputs\.prNumber \(#18\)/, asks: [] },
  },

  pushed('slashes', 'release/2026/x', B, 45),
  { ...pushed('the same branch of forks', 'fix', A, 61), pulls: SAME_COMMIT },
  pushed('a branch of a fork only', 'nightly', A, NONE),
  pushed('a closed pull request', 'gone', A, NONE),
  pushed('one to another repository', 's9', A, /#48 \(of "elsewhere\/octo-repo"\)/),
  pushed('two bases', 'two', B, /#43, #44\. .*`pr: 43`/),
  pushed('another case of the letters', 'S1', A, NONE),
  pushed('characters of a query', 'a&state=closed#ü+', A, NONE),
  pushed('merged, on the default branch', 'main', M, 46, [head('main'), at(M)]),
  pushed('merged, on another branch', 'done', M, NONE),
  pushed('a head on the default branch', 'main', A, /#23 \(its branch.*#42 \(closed\)/, [head('main'), at(A)]),
  pushed('the head of a merged one', 'main', B, /#46 \(merged as another commit\)/, [head('main'), at(B)]),
  { ...pushed('open before merged', 'main', M, 50), pulls: [...PULLS, MAIN] },
  {
    ...pushed('merged twice', 'main', M, /#46, #49/, [head('main'), at(M)]),
    pulls: [...PULLS, { number: 49, head: 'x', at: M, state: 'merged', mergedAs: M.toUpperCase() }],
  },
  {
    ...{ what: 'merge commit', event: 'deployment', payload: deployment('main', M) },
    ...{ right: 46, asks: [head('main'), at(M)] },
  },
  {
    ...{ what: 'tag of a merge commit', event: 'deployment_status', payload: deployment('v1', M) },
    ...{ ref: 'refs/tags/v1', right: 46, asks: [at(M)] },
  },
  {
    ...{ what: 'a tag called like a branch', event: 'deployment', payload: deployment('s1', M) },
    ...{ right: 46, asks: [head('s1'), at(M)] },
  },
  {
    ...{ what: 'a branch that moved on', event: 'deployment', payload: deployment('s2', A) },
    ...{ ref: 'refs/heads/s2', right: 32, asks: [head('s2')] },
  },
  {
    ...{ what: 'merge commit of another repository', event: 'deployment', payload: deployment(M, M) },
    ...{ pulls: [{ number: 5, head: 'x', at: A, state: 'merged', mergedAs: M, base: 'elsewhere/octo-repo' }] },
    ...{ right: /#5 \(of "elsewhere\/octo-repo"\)/, asks: [at(M)] },
  },
  { what: 'merge commit', event: 'status', payload: { sha: M, branches: [] }, right: 46, asks: [at(M)] },
  {
    ...{ what: 'ten branches', event: 'status', payload: status(...Array.from({ length: 10 }, (_, i) => `b${i}`)) },
    ...{ right: /#23, #31/, asks: [at(A)] },
  },
  {
    ...{ what: 'ten branches, one head', event: 'status', pulls: SAME_COMMIT.concat({ number: 9, head: 'x', at: A }) },
    ...{ payload: status(...Array.from({ length: 10 }, (_, i) => `b${i}`)), right: 9, asks: [at(A)] },
  },
  { what: 'merge commit', event: 'check_suite', payload: suite('main', M), right: NONE, asks: [head('main')] },

  { what: 'fork', event: 'check_run', payload: checkRun(null, A), pulls: FORKS, right: 60, asks: [at(A)] },
  { what: 'fork', event: 'check_suite', payload: suite(null, A), pulls: FORKS, right: 60, asks: [at(A)] },
  {
    ...{ what: 'no fork', event: 'check_suite', payload: suite(null, A), pulls: PULLS.slice(0, 4) },
    ...{ right: /#23 \(its branch is not the one of the event\)/, asks: [at(A)] },
  },
  {
    ...{ what: 'fork that moved on', event: 'check_run', payload: checkRun(null, B) },
    ...{ pulls: [{ number: 60, head: 'fork:fix', at: A, contains: [B] }], right: /another commit/, asks: [at(B)] },
  },
  {
    ...{ what: 'two forks', event: 'check_suite', payload: suite(null, A), pulls: SAME_COMMIT },
    ...{ right: /#60, #62/, asks: [at(A)] },
  },
  {
    ...{ what: 'fork', event: 'workflow_run', payload: run('fork', 'fix', A), pulls: SAME_COMMIT },
    ...{ right: 60, asks: [head('fix', 'fork')] },
  },
  {
    ...{ what: 'uppercase owner', event: 'workflow_run', payload: run('FORK', 'fix', A), pulls: SAME_COMMIT },
    ...{ right: 60, asks: [head('fix', 'FORK')] },
  },
  {
    ...{ what: 'fork that moved on', event: 'workflow_run', payload: run('fork', 'fix', B), pulls: SAME_COMMIT },
    ...{ right: /#60 \(its head is another commit by now\)/, asks: [head('fix', 'fork')] },
  },
  {
    ...{ what: 'own branch called like the fork’s', event: 'workflow_run', payload: run('octo-org', 'fix', A) },
    ...{ pulls: SAME_COMMIT, right: /#61 \(its head is another commit by now\)/, asks: [head('fix')] },
  },
  {
    ...{ what: 'deleted fork', event: 'workflow_run', payload: run(null, 'fix', A), asks: [at(A)], right: 63 },
    pulls: [
      { number: 63, head: 'null:fix', at: A },
      { number: 64, head: 'null:fax', at: A },
      { number: 65, head: 'fix', at: A },
    ],
  },
];

describe('the pull request of a branch', () => {
  test.each(CASES.map((row) => [`${row.what} (${row.event})`, row] as const))('%s', async (_what, row) => {
    const github = new SmallGitHub(row.pulls ?? PULLS);
    const { event: name, right } = row;
    const answer = await resolveTarget(
      {
        ...{ repoInput: null, prInput: null, repository: 'Octo-Org/octo-repo', serverUrl: 'https://github.com' },
        event: { name, payload: { ...row.payload, repository: HERE }, ref: row.ref ?? null, sha: null },
      },
      github,
    );
    if (typeof right === 'number') expect(answer).toMatchObject({ ok: true, target: { repo: REPO, pr: right } });
    else expect(answer).toMatchObject({ code: 'target_unresolved', message: expect.stringMatching(right) as unknown });
    expect(github.requests).toEqual(row.asks);
  });
});

test('another repository of the same owner, and one that is gone, are not this one', async () => {
  const candidates = await new SmallGitHub([{ number: 5, head: 'topic', at: A }]).byHead(REPO, 'octo-org', 'topic');
  for (const [headRepo, right] of [
    [{ id: 9, name: REPO }, /from "octo-org\/octo-repo"/],
    [{ id: null, name: 'octo-org/private-fork' }, /from "octo-org\/private-fork"/],
    [{ id: null, name: null }, /from null/],
    [null, /from a repository that is gone/],
  ] as const) {
    const found = candidates.map((candidate) => ({ ...candidate, headRepo }));
    const answer = await resolveTarget(
      {
        ...{ repoInput: null, prInput: null, repository: REPO, serverUrl: 'https://github.com' },
        event: { name: 'push', payload: push('topic', A), ref: null, sha: null },
      },
      { byHead: () => Promise.resolve(found), byCommit: () => Promise.resolve(found) },
    );
    expect(answer).toMatchObject({ code: 'target_unresolved', message: expect.stringMatching(right) as unknown });
  }
});
