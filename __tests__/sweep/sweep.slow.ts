import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { createTransport } from '../../src/store/octokit-transport.js';
import { sweepRepository } from '../../src/sweep/index.js';
import { systemClock } from '../../src/time/clock.js';
import { plantRecords } from './plant.js';
import { DAY_MS } from './stage.js';
import { startLocalGitHub } from '../../support/local-github/index.js';
import { STATE_BRANCH } from '../../support/world.js';

/** A thousand of two thousand records: what a sweep costs, by git and by the API alone. */

const RECORDS = 2000;
const NOTHING = (): undefined => undefined;

test.each([
  ['by git', 'token-sweeper', 7],
  ['by the API alone, where no git can read the repository', 'not-for-git', 12],
])(
  '%s',
  async (_, gitToken, most) => {
    const github = await startLocalGitHub();
    try {
      const repository = await github.createRepository('acme/widgets', { id: 7, private: true });
      const permissions = { contents: 'write', 'pull-requests': 'read' } as const;
      github.issueToken('token-sweeper', { login: 'sweeper', permissions });
      const highest = await plantRecords(github, repository, RECORDS);
      const { apiUrl, graphqlUrl, serverUrl } = github;
      const around = {
        transport: await createTransport({ token: 'token-sweeper', apiUrl, graphqlUrl }),
        ...{ clock: systemClock, serverUrl, newId: () => crypto.randomUUID() },
        say: { info: NOTHING, warn: NOTHING, debug: NOTHING },
      };
      const asker = { repository: 'acme/widgets', repositoryId: 7, actors: [], workflowRun: null };
      const before = github.requests.length;
      const commits = (await repository.log(STATE_BRANCH)).length;
      const started = performance.now();
      const answer = await sweepRepository(
        {
          ...{ repo: 'acme/widgets', stateBranch: STATE_BRANCH, olderThanMs: 90 * DAY_MS, dryRun: false },
          ...{ asker, token: gitToken, temporaryFolder: tmpdir(), timeoutMs: 60_000 },
        },
        around,
      );
      const ms = Math.round(performance.now() - started);
      const operations = github.requests.slice(before).map(({ operation }) => operation);
      process.stdout.write(`${String(ms)} ms: ${operations.join(', ')}\n`);
      expect(answer).toMatchObject({ ok: true, branches: [{ records: RECORDS, plan: { tokenFloor: highest } }] });
      if (answer.ok) expect(answer.branches[0]?.plan.removed).toHaveLength(RECORDS / 2);
      // A git that is refused has asked as well; where there is none, nobody has.
      expect(operations.filter((operation) => !operation.startsWith('git')).length).toBeLessThanOrEqual(most);
      expect(await repository.log(STATE_BRANCH)).toHaveLength(commits + 1);
      expect(github.violations).toEqual([]);
    } finally {
      await github.close();
    }
  },
  180_000,
);
