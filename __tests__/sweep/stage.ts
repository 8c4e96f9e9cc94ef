import { tmpdir } from 'node:os';
import { expect } from '@jest/globals';
import type { ClosedState } from '../../src/core/sweep/plan.js';
import type { Report } from '../../src/report/report.js';
import { createTransport } from '../../src/store/octokit-transport.js';
import { reportOfSweep, sweepRepository } from '../../src/sweep/index.js';
import { systemClock, type Clock } from '../../src/time/clock.js';
import { recordOf, type PlantedRecord } from '../../support/records.js';
import { createWorld, markerOf, MARKER_PATH, recordPath, STATE_BRANCH, type World } from '../../support/world.js';
import { TOKEN } from '../support/scenario.js';

/** A repository with records of pull requests that were closed at different times, and sweeps of it from the sources. */

export const DAY_MS = 24 * 3_600_000;
/** A machine whose pauses take no time. */
const CLOCK: Clock = { ...systemClock, random: () => 0 };

export interface SweepStage extends World {
  /** A pull request and its record; `null`: open. */
  readonly add: (pr: number, closedDaysAgo: number | null, record?: PlantedRecord) => Promise<void>;
  readonly sweep: (options?: SweepOptions) => Promise<Report>;
  readonly floor: () => Promise<number>;
  /** The records that are there. */
  readonly paths: () => Promise<readonly string[]>;
  /** What was asked of GitHub since the last call. */
  readonly asked: () => string[];
}

export interface SweepOptions {
  readonly dryRun?: boolean;
  readonly token?: string;
  readonly olderThanMs?: number;
  readonly repo?: string;
  readonly stateBranch?: string;
  readonly timeoutMs?: number;
}

export async function onSweepStage(play: (stage: SweepStage) => Promise<void>): Promise<void> {
  const world = await createWorld();
  const { github, repository } = world;
  const close = async (pr: number, daysAgo: number, how: ClosedState['state'] = 'closed'): Promise<void> => {
    github.clock.shift(-daysAgo * DAY_MS);
    await repository.closePullRequest(pr, how === 'merged' ? 'merged' : 'closed');
    github.clock.shift(daysAgo * DAY_MS);
  };
  try {
    await play({
      ...world,
      async add(pr, closedDaysAgo, record) {
        if (pr !== 17) await repository.openPullRequest({ number: pr, head: 'topic' });
        await world.plant(recordOf({ owner: null, ...record, pr }), pr);
        if (closedDaysAgo !== null) await close(pr, closedDaysAgo);
      },
      async sweep({ token = TOKEN, ...options } = {}) {
        const { apiUrl, graphqlUrl, serverUrl } = github;
        const nothing = (): undefined => undefined;
        const around = {
          transport: await createTransport({ token, apiUrl, graphqlUrl }),
          ...{ clock: CLOCK, serverUrl, newId: () => crypto.randomUUID() },
          say: { info: nothing, warn: nothing, debug: nothing },
        };
        const dryRun = options.dryRun ?? false;
        const asker = { repository: 'acme/widgets', repositoryId: 7, actors: ['octocat'], workflowRun: null };
        const wanted = {
          ...{ repo: 'acme/widgets', stateBranch: STATE_BRANCH, olderThanMs: 90 * DAY_MS, timeoutMs: 30_000 },
          ...{ ...options, dryRun, asker, token, temporaryFolder: tmpdir() },
        };
        const facts = { serverUrl, stateBranch: STATE_BRANCH, now: systemClock.now(), dryRun };
        return reportOfSweep(await sweepRepository(wanted, around), facts);
      },
      async floor() {
        const text = (await repository.readFile(STATE_BRANCH, MARKER_PATH)) ?? markerOf();
        return (JSON.parse(text) as { tokenFloor: number }).tokenFloor;
      },
      async paths() {
        return (await repository.pathsOn(STATE_BRANCH)).filter((path) => path.startsWith('pulls/'));
      },
      asked: () => world.requestsSince().map(({ operation }) => operation),
    });
    expect(github.violations).toEqual([]);
  } finally {
    await world.close();
  }
}

export { recordPath };
