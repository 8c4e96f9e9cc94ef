import { describe, expect, it } from '@jest/globals';
import { withClient } from './with-client.js';

const ready = withClient();

describe('workflow runs', () => {
  it('start again with a later attempt, without a conclusion', async () => {
    const { repository } = ready();
    repository.addRun({ id: 7, status: 'completed', conclusion: 'failure', runAttempt: 1, actor: 'mona' });
    repository.updateRun(7, { runAttempt: 2, status: 'in_progress', triggeringActor: 'hubot' });
    expect((await ready().rest('GET', '/actions/runs/7')).json).toMatchObject({
      status: 'in_progress',
      conclusion: null,
      run_attempt: 2,
      actor: { login: 'mona' },
      triggering_actor: { login: 'hubot' },
    });
    repository.updateRun(7, { status: 'completed', conclusion: 'success' });
    repository.updateRun(7, { headBranch: 'x' });
    expect((await ready().rest('GET', '/actions/runs/7')).json).toMatchObject({
      conclusion: 'success',
      run_attempt: 2,
    });
    expect(() => repository.updateRun(8, {})).toThrow('no run 8');
  });

  it('name their workflow and its file', async () => {
    const { repository } = ready();
    const usual = { status: 'in_progress', conclusion: null, runAttempt: 1 };
    const path = '.github/workflows/b.yml@refs/heads/main';
    repository.addRun({ ...usual, id: 1 });
    repository.addRun({ ...usual, id: 2, name: 'deploy' });
    repository.addRun({ ...usual, id: 3, name: 'Bots', path });
    repository.addRun({ ...usual, id: 4, name: 'Bots', path: '.github/workflows/b.yml' });
    const shown = await Promise.all([1, 2, 3, 4].map((id) => ready().rest('GET', `/actions/runs/${id}`)));
    expect(shown.map(({ at }) => [at('name'), at('path'), at('workflow_id')])).toEqual([
      ['agent', '.github/workflows/agent.yml', 1],
      ['deploy', '.github/workflows/deploy.yml', 2],
      ['Bots', path, 3],
      ['Bots', '.github/workflows/b.yml', 3],
    ]);
  });

  it('are asked for in other repositories, as far as the token reaches', async () => {
    const { github, repository, number } = ready();
    const open = await github.createRepository(`acme/open-${number}`);
    const secret = await github.createRepository(`acme/closed-${number}`, { private: true });
    const run = { id: 5, status: 'queued', conclusion: null, runAttempt: 1 };
    for (const each of [open, secret]) each.addRun(run);
    const own = [repository.nameWithOwner];
    github.issueToken('own', { login: 'octocat', permissions: { actions: 'write' }, repositories: own });
    github.issueToken('no-actions', { login: 'octocat', permissions: { contents: 'write' }, repositories: own });
    const statuses = async (token: string): Promise<number[]> =>
      Promise.all(
        [open, secret].map(async ({ nameWithOwner }) => {
          const url = `${github.apiUrl}/repos/${nameWithOwner}/actions/runs/5`;
          return (await ready().send('GET', url, undefined, token)).status;
        }),
      );
    expect(await statuses('writer')).toEqual([200, 200]);
    expect(await statuses('own')).toEqual([200, 404]);
    expect(await statuses('no-actions')).toEqual([403, 404]);
    expect(await statuses('reader')).toEqual([403, 403]);
    const cancel = `${github.apiUrl}/repos/${open.nameWithOwner}/actions/runs/5/cancel`;
    expect((await ready().send('POST', cancel, undefined, 'own')).status).toBe(403);
  });
});

describe('permissions', () => {
  it('are no matter of bots and Apps, and read for everybody else in public', async () => {
    const { github, number } = ready();
    github.declareApp('Helper');
    for (const login of ['Copilot', 'helper', 'dependabot[bot]']) {
      const asked = await ready().rest('GET', `/collaborators/${encodeURIComponent(login)}/permission`);
      expect(asked).toMatchObject({ status: 404, json: { message: `${login} is not a user` } });
    }
    expect((await ready().send('GET', `${github.apiUrl}/users/Copilot`)).status).toBe(404);
    const stranger = '/collaborators/stranger/permission';
    expect((await ready().rest('GET', stranger)).json).toMatchObject({ permission: 'read', role_name: 'read' });
    await github.createRepository(`acme/quiet-${number}`, { private: true });
    const hidden = `${github.apiUrl}/repos/acme/quiet-${number}${stranger}`;
    expect((await ready().send('GET', hidden)).at('permission')).toBe('none');
  });
});

describe('pull requests', () => {
  it('are listed by owner and branch of their head, over forks and states', async () => {
    const { repository, number } = ready();
    await repository.openPullRequest({ number: 1, head: 'topic' });
    await repository.openPullRequest({ number: 2, head: 'topic', fork: `them/widgets-${number}` });
    await repository.openPullRequest({ number: 3, head: 'topic', fork: `them/copy-${number}` }); // a fork of another name
    await repository.openPullRequest({ number: 4, head: 'topic', base: 'topic', fork: `them/widgets-${number}` });
    await repository.closePullRequest(4);
    const numbers = async (query: string): Promise<unknown[]> => {
      const { json } = await ready().rest('GET', `/pulls?${query}`);
      return (json as { number: number }[]).map((pull) => pull.number);
    };
    expect(await numbers('head=Acme:topic')).toEqual([1]);
    expect(await numbers('head=acme:topic&state=open')).toEqual([1]);
    expect(await numbers('head=them:topic')).toEqual([3, 2]);
    expect(await numbers('head=them:topic&state=all&direction=asc')).toEqual([2, 3, 4]);
    expect(await numbers('head=them:topic&state=closed')).toEqual([4]);
    expect(await numbers('head=them:other')).toEqual([]);
    expect(await numbers('head=nonsense&base=main')).toEqual([3, 2, 1]); // no owner: GitHub ignores it
  });

  it('stacked on one another have a commit in their own range only', async () => {
    const { repository } = ready();
    const first = await repository.openPullRequest({ number: 31, head: 's1' });
    await repository.createBranch('s2', first.headRefOid);
    const second = await repository.writeFile('s2', 's2.txt', '2');
    await repository.openPullRequest({ number: 32, head: 's2', base: 's1' });
    await repository.openPullRequest({ number: 33, head: 's2', base: 'main' });
    const numbers = async (sha: string): Promise<unknown[]> => {
      const { json } = await ready().rest('GET', `/commits/${sha}/pulls`);
      return (json as { number: number }[]).map((pull) => pull.number).sort();
    };
    expect(await numbers(first.headRefOid)).toEqual([31, 33]);
    expect(await numbers(second)).toEqual([32, 33]);
  });

  it.each(['merged', 'squashed'] as const)('that were %s are found by their merge commit', async (how) => {
    const { repository } = ready();
    const pull = await repository.openPullRequest({ number: 5, head: 'topic' });
    const before = await ready().rest('GET', '/pulls/5');
    expect(before.at('merge_commit_sha')).toMatch(/^[0-9a-f]{40}$/); // the test merge, on no branch
    await repository.closePullRequest(5, how);
    const merge = await ready().head();
    expect(await repository.pullRequest(5)).toMatchObject({ state: 'merged' });
    const after = await ready().rest('GET', '/pulls/5');
    expect(after.json).toMatchObject({ merged: true, merge_commit_sha: merge, state: 'closed' });
    expect(before.at('merge_commit_sha')).not.toBe(merge);
    expect((await ready().rest('GET', `/commits/${merge}/pulls`)).at('[0].number')).toBe(5);
    expect((await ready().rest('GET', `/commits/${pull.headRefOid}/pulls`)).at('[0].number')).toBe(5);
    expect((await repository.log('main'))[0]?.parents).toHaveLength(how === 'merged' ? 2 : 1);
  });

  it('closed unmerged have a merge_commit_sha too, and no merge', async () => {
    await ready().repository.openPullRequest({ number: 6 });
    await ready().repository.closePullRequest(6);
    const { json } = await ready().rest('GET', '/pulls/6');
    expect(json).toMatchObject({ merged: false, merge_commit_sha: expect.any(String) as unknown });
  });
});

describe('Commit.file', () => {
  it('knows files, folders and what is not there', async () => {
    const { repository, number } = ready();
    await repository.writeFile('main', 'pulls/0/17.json', '{}\n');
    const query = `query($path: String!) { repository(owner: "acme", name: "widgets-${number}") {
      defaultBranchRef { target { ... on Commit { file(path: $path) { name path type object { ... on Blob { text } } } } } } } }`;
    const file = async (path: string): Promise<unknown> =>
      (await ready().graphql(query, { path })).at('data.repository.defaultBranchRef.target.file');
    expect(await file('pulls/0/17.json')).toEqual({
      name: '17.json',
      path: 'pulls/0/17.json',
      type: 'blob',
      object: { text: '{}\n' },
    });
    expect(await file('pulls/0')).toEqual({ name: '0', path: 'pulls/0', type: 'tree', object: {} });
    expect(await file('pulls/1')).toBeNull();
  });
});
