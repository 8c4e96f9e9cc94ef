import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  delayed,
  isMutation,
  isPush,
  losesRaceAtUpdate,
  losesRaceBeforeCheck,
  meanwhile,
  whileRefsAreLocked,
  type FaultAction,
  type LoggedRequest,
  type Meanwhile,
} from '../../support/local-github/index.js';
import { COMMIT } from '../../support/local-github/test-client.js';
import { GitClient, type GitResult } from './git-client.js';
import { withClient } from './with-client.js';

const ready = withClient();
let clone: GitClient;

afterEach(() => clone.delete());

async function cloned(): Promise<{ readonly from: string; readonly commit: (message: string) => Promise<string> }> {
  clone = await GitClient.clone(ready().repository.cloneUrl);
  const from = await clone.git('rev-parse', 'HEAD');
  const commit = (message: string): Promise<string> =>
    clone.git('commit-tree', 'HEAD^{tree}', '-p', from, '-m', message);
  return { from, commit };
}

/** Moves a branch as somebody does who has the repository before him, with nothing but git. */
function moveByGit(branch: string, oid: string): void {
  execFileSync('git', ['--git-dir', ready().repository.gitDir, 'update-ref', `refs/heads/${branch}`, oid], {
    stdio: 'pipe',
  });
}

const isWriteOfTest = (request: LoggedRequest): boolean => isPush()(request) || isMutation()(request);

describe('pushes and commits by the API at the same moment', () => {
  it('compare and swap against each other: one of all wins', async () => {
    const { repository, github } = ready();
    const { commit } = await cloned();
    const extra = await Promise.all(['a', 'b', 'c'].map(commit));
    // The API is the faster of both, so it starts later and later behind the barrier.
    for (const ms of [0, 30, 90]) {
      github.faults.clear();
      github.faults.next(isMutation(), delayed(ms), 2);
      const from = await ready().head();
      const barrier = github.faults.barrier(5, isWriteOfTest);
      const pushes = extra.map((to) => clone.pushAtomically({ ref: 'refs/heads/main', from, to }));
      const writes = ['x', 'y'].map((name) =>
        ready().graphql(COMMIT, { input: ready().commitInput(from, `${name}.json`, `${ms}\n`) }),
      );
      const won = [
        ...(await Promise.all(pushes)).map(({ code }) => code === 0),
        ...(await Promise.all(writes)).map(({ at }) => at('errors') === undefined),
      ];
      expect(barrier.timedOut).toBe(false);
      expect(won.filter((one) => one)).toHaveLength(1);
      expect(await repository.head('main')).not.toBe(from);
    }
  });

  it('lose to each other between their check and their update', async () => {
    const { repository, github } = ready();
    const { from, commit } = await cloned();
    const [first = '', second = ''] = await Promise.all(['a', 'b'].map(commit));
    const byGit = losesRaceAtUpdate(async () => {
      expect((await clone.pushAtomically({ ref: 'refs/heads/main', from, to: first })).code).toBe(0);
    });
    github.faults.next(isMutation(), byGit);
    const lost = await ready().graphql(COMMIT, { input: ready().commitInput(from) });
    expect(lost.at('errors[0].message')).toBe(`Ref refs/heads/main is at ${first} but expected ${from}`);
    let written: unknown;
    const byApi = losesRaceAtUpdate(async () => {
      const { at } = await ready().graphql(COMMIT, { input: ready().commitInput(first) });
      written = at('data.createCommitOnBranch.commit.oid');
    });
    github.faults.next(isPush(), byApi);
    const { stdout } = await clone.pushAtomically({ ref: 'refs/heads/main', from: first, to: second });
    expect(stdout).toContain('[remote rejected] (atomic transaction failed)');
    expect(await repository.head('main')).toBe(written);
  });

  it('move two refs together or none, in whatever order they name them', async () => {
    const { repository, github } = ready();
    const { from, commit } = await cloned();
    await repository.createBranch('other', from);
    const tos = await Promise.all(['a', 'b', 'c', 'd'].map(commit));
    const barrier = github.faults.barrier(tos.length, isPush());
    const results = await Promise.all(
      tos.map((to, index) => {
        const moves = ['main', 'other'].map((branch) => ({ ref: `refs/heads/${branch}`, from, to }));
        return clone.pushAtomically(...(index % 2 === 0 ? moves : moves.reverse()));
      }),
    );
    expect(barrier.timedOut).toBe(false);
    expect(results.filter(({ code }) => code === 0)).toHaveLength(1);
    const winner = tos[results.findIndex(({ code }) => code === 0)];
    expect([await repository.head('main'), await repository.head('other')]).toEqual([winner, winner]);
    const pushes = github.requests.filter(isPush());
    expect(pushes.every(({ git }) => git?.capabilities.includes('atomic'))).toBe(true);
    expect(pushes.filter(({ git }) => git?.results.every(({ ok }) => ok))).toHaveLength(1);
  });

  it('shows both refs of an atomic push moved, or none', async () => {
    const { repository } = ready();
    const { from, commit } = await cloned();
    await repository.createBranch('other', from);
    const tos = [await commit('a'), await commit('b')];
    let isOver = false;
    const pushAll = async (): Promise<void> => {
      for (let turn = 0; turn < 6; turn += 1) {
        const [to = '', back = ''] = turn % 2 === 0 ? [tos[0], tos[1]] : [tos[1], tos[0]];
        const now = turn === 0 ? from : back;
        const moves = ['main', 'other'].map((branch) => ({ ref: `refs/heads/${branch}`, from: now, to }));
        expect((await clone.pushAtomically(...moves)).code).toBe(0);
      }
      isOver = true;
    };
    const halves: unknown[] = [];
    const look = async (): Promise<void> => {
      while (!isOver) {
        const refs = await repository.snapshot();
        if (refs.get('refs/heads/main') !== refs.get('refs/heads/other')) halves.push([...refs]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([pushAll(), look()]);
    expect(halves).toEqual([]);
  });
});

describe('a ref that moves in the middle of a push', () => {
  const movers: readonly (readonly [string, (work: Meanwhile) => FaultAction])[] = [
    [
      'between the advertisement and the push',
      (work) => meanwhile(() => work({ repository: ready().repository, ref: '' })),
    ],
    ['inside of pre-receive', losesRaceBeforeCheck],
    ['right before the refs are locked', losesRaceAtUpdate],
  ];

  it.each(movers)('%s takes both refs with it', async (_name, fault) => {
    const { repository, github } = ready();
    const { from, commit } = await cloned();
    await repository.createBranch('other', from);
    const to = await commit('mine');
    const rival = await repository.writeFile('rival', 'r.txt', 'r');
    github.faults.next(
      isPush(),
      fault(() => Promise.resolve(moveByGit('other', rival))),
    );
    const moves = ['main', 'other'].map((branch) => ({ ref: `refs/heads/${branch}`, from, to }));
    const { code, stdout, stderr } = await clone.pushAtomically(...moves);
    expect(code).toBe(1);
    expect(stdout.match(/\[remote rejected\] \(atomic transaction failed\)/g)).toHaveLength(2);
    expect(stderr).toContain(`cannot lock ref 'refs/heads/other': is at ${rival} but expected ${from}`);
    expect([await repository.head('main'), await repository.head('other')]).toEqual([from, rival]);
  });

  it('while both are locked comes too late', async () => {
    const { repository, github } = ready();
    const { from, commit } = await cloned();
    const to = await commit('mine');
    const rival = await repository.writeFile('rival', 'r.txt', 'r');
    const lost: unknown[] = [];
    github.faults.next(
      isPush(),
      whileRefsAreLocked(async () => {
        expect(() => moveByGit('main', rival)).toThrow('Unable to create');
        lost.push((await ready().graphql(COMMIT, { input: ready().commitInput(from) })).at('errors[0].message'));
      }),
    );
    const result: GitResult = await clone.pushAtomically({ ref: 'refs/heads/main', from, to });
    expect(result.code).toBe(0);
    expect(await repository.head('main')).toBe(to);
    expect(lost).toEqual([expect.stringContaining('Ref refs/heads/main is at')]);
  });
});
