import { afterEach, expect } from '@jest/globals';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { watchOwnership, type Watch, type WatchEnd } from '../../src/coordinate/watch.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import { Deadline } from '../../src/time/deadline.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { request } from '../core/samples.js';
import { BRANCH, markerOf, TARGET, WRITER } from '../store/stage.js';
import { openWatchable } from '../store/watching.js';
import { DayClock } from './day-clock.js';
import { HOURS, MINUTES, SECONDS } from './watching.js';

/** A watch over HTTP, on a GitHub whose clock goes along with the virtual one here. */

export const WATCHER = 'ghs_watcher123456789abcdef';
const PERMISSIONS = { contents: 'write', 'pull-requests': 'read' } as const;

export interface Stage {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly clock: DayClock;
  readonly troubles: string[];
  /** What another job does, with a token of its own. */
  readonly act: (asked: CoordinationRequest) => Promise<void>;
  /** Watches until the end, or for so long. */
  readonly watch: (ms?: number, changes?: Partial<Watch>) => Promise<WatchEnd>;
}

const started: LocalGitHub[] = [];

/** To be called once a file: no violation is left unseen. */
export function closingStages(): void {
  afterEach(async () => {
    for (const github of started.splice(0)) {
      expect(github.violations).toEqual([]);
      await github.close();
    }
  });
}

export async function start(contentsEtag: 'body' | 'commit' = 'body'): Promise<Stage> {
  const github = await startLocalGitHub({ contentsEtag });
  started.push(github);
  github.clock.freeze(new Date('2026-11-22T08:00:00.000Z'));
  const clock = new DayClock((milliseconds) => github.clock.shift(milliseconds));
  const repository = await github.createRepository(TARGET.repo, { id: 7, private: true });
  await repository.openPullRequest({ number: TARGET.pr });
  await repository.writeFile(BRANCH, '.runner-coord.json', markerOf(BRANCH));
  github.issueToken(WRITER, { login: 'octocat', permissions: PERMISSIONS });
  github.issueToken(WATCHER, { login: 'watcher', permissions: PERMISSIONS });
  const troubles: string[] = [];
  let writes = 0;
  const shared = {
    ...{ clock, stateBranch: BRANCH, repositoryId: 7 },
    newId: () => `write-${String((writes += 1))}`,
    warn: (line: string) => troubles.push(line),
    debug: () => undefined,
  };
  const run = async (asked: CoordinationRequest, token: string): Promise<Outcome> => {
    const store = await openWatchable(github, { clock, token });
    const deadline = new Deadline(clock, MINUTES);
    return coordinate(asked, { ...shared, store, deadline, takeoverPermission: 'granted' });
  };
  const act = async (asked: CoordinationRequest): Promise<void> => {
    const { kind } = await run(asked, WRITER);
    expect(kind).toBe('ok');
  };
  await act(request('claim'));
  return {
    ...{ github, repository, clock, troubles, act },
    async watch(ms = 3 * HOURS, changes = {}) {
      const stop = new AbortController();
      const outcome = await run(request('assert'), WATCHER);
      if (outcome.kind !== 'ok' || outcome.view === null) throw new Error(JSON.stringify(outcome));
      github.clearRequests();
      clock.at(clock.monotonic() + ms, () => stop.abort());
      const store = await openWatchable(github, { clock, token: WATCHER });
      return watchOwnership({
        ...{ request: request('assert', { requireExisting: true }), context: { ...shared, store } },
        ...{ confirmed: outcome.view, stop: stop.signal, onTrouble: (line) => troubles.push(line) },
        ...{ everyMs: 10 * SECONDS, lostAfterMs: 2 * MINUTES, timeoutMs: MINUTES, ...changes },
      });
    },
  };
}

/** The statuses of what the watch asked, looks and readings apart. */
export function asked({ github }: Stage): { looks: (number | null)[]; readings: number } {
  const own = github.requests.filter(({ login }) => login === 'watcher');
  return {
    looks: own.filter(({ kind }) => kind === 'rest').map(({ status }) => status),
    readings: own.filter(({ kind }) => kind === 'graphql query').length,
  };
}
