import { join } from 'node:path';
import { expect } from '@jest/globals';
import { isPush } from '../../support/local-github/index.js';
import { packageRoot } from '../../support/local-github/package-root.js';
import { holderOf, recordOf } from '../../support/records.js';
import { MARKER_PATH, markerOf, recordPath, STATE_BRANCH, type StoredRecord } from '../../support/world.js';
import { stateBranchOf } from '../../src/core/state-branch.js';
import { inJob } from '../command-line/stage.js';
import { GitClient } from '../support/git-client.js';

/** Publishers of as many pull requests as there are of them, on one state branch, with processes of their own. */

const FIRST_PR = 101;
const CLI = join(packageRoot(), 'dist', 'cli.js');

export interface Contention {
  /** How many pushes each of them sent. */
  readonly pushes: readonly number[];
  readonly seconds: number;
}

/** All send their first push at the same moment, those of one branch from the same head: all but one of these are refused. */
export async function publishAllAtOnce(count: number, pattern: string = STATE_BRANCH): Promise<Contention> {
  const numbers = Array.from({ length: count }, (_, index) => FIRST_PR + index);
  let contention: Contention = { pushes: [], seconds: 0 };
  await inJob(async ({ github, repository, another }) => {
    for (const number of numbers) await repository.openPullRequest({ number });
    const branches = new Set<string>();
    for (const pr of numbers) {
      const { name, shard } = stateBranchOf(pattern, pr);
      const marker = markerOf({ stateBranch: pattern, ...(shard === null ? {} : { shard }) });
      if (!branches.has(name)) await repository.writeFile(name, MARKER_PATH, marker);
      branches.add(name);
      const owner = { runId: String(runOf(pr)), holder: holderOf(runOf(pr)) };
      await repository.writeFile(name, recordPath(pr), JSON.stringify(recordOf({ pr, owner })));
    }
    const clients: GitClient[] = [];
    try {
      const publishers = [];
      for (const pr of numbers) {
        const client = await GitClient.clone(repository.cloneUrl, 'token-octocat', '--branch', `pr-${String(pr)}`);
        clients.push(client);
        const commit = await client.commit('file.txt', `of ${String(pr)}`);
        const permissions = { contents: 'write', 'pull-requests': 'read' } as const;
        const token = `token-of-${String(pr)}`;
        github.issueToken(token, { login: `publisher-${String(pr)}`, permissions });
        publishers.push({ pr, client, commit, job: await another({ runId: runOf(pr), token }) });
      }
      const barrier = github.faults.barrier(count, isPush(), { timeoutMs: 240_000 });
      const began = performance.now();
      const ended = await Promise.all(
        publishers.map(({ pr, client, job }) => {
          const words = [
            process.execPath,
            CLI,
            'push',
            '--json',
            '--pr',
            String(pr),
            '--timeout',
            '5m',
            '--state-branch',
            pattern,
          ];
          return job.run(words, { cwd: client.folder, env: { GIT_CONFIG_NOSYSTEM: '1' } });
        }),
      );
      const seconds = (performance.now() - began) / 1000;
      expect(barrier.timedOut).toBe(false);
      for (const [index, { status, stderr }] of ended.entries()) {
        expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('published') as unknown });
        const { pr, commit } = publishers[index] ?? { pr: 0, commit: '' };
        expect(await repository.head(`pr-${String(pr)}`)).toBe(commit);
        const text = await repository.readFile(stateBranchOf(pattern, pr).name, recordPath(pr));
        const told = (JSON.parse(text ?? '') as StoredRecord).history.filter(({ type }) => type === 'publish');
        expect(told).toMatchObject([{ runId: String(runOf(pr)), to: commit }]);
      }
      const logs = await Promise.all([...branches].map((name) => repository.log(name)));
      const published = logs.flat().filter(({ message }) => message.startsWith('publish '));
      expect(published).toHaveLength(count);
      const sent = github.requests.filter(isPush());
      const pushes = numbers.map((pr) => sent.filter(({ login }) => login === `publisher-${String(pr)}`).length);
      contention = { pushes, seconds };
    } finally {
      for (const client of clients) await client.delete();
    }
  });
  return contention;
}

function runOf(pr: number): number {
  return 2000 + pr;
}

/** What a publisher may need however many others there are. */
export function expectFewPushes({ pushes }: Contention, most = { average: 8, worst: 16 }): void {
  const average = pushes.reduce((sum, sent) => sum + sent, 0) / pushes.length;
  expect({ pushes, isFew: average <= most.average && Math.max(...pushes) <= most.worst }).toEqual({
    pushes,
    isFew: true,
  });
}
