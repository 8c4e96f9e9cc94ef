import { coordinate } from '../../src/coordinate/coordinate.js';
import { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { Run } from '../../src/core/run.js';
import { Deadline } from '../../src/time/deadline.js';
import { startLocalGitHub, type LocalGitHub, type LocalRepository } from '../../support/local-github/index.js';
import { MARKER_PATH, markerOf, STATE_BRANCH } from '../../support/world.js';
import { DayClock } from '../coordinate/day-clock.js';
import { request, TARGET } from '../core/samples.js';
import { openWatchable } from '../store/watching.js';

/** Waits of hours against a local GitHub whose clock goes along with the virtual one of the waiters. */

const MINUTE_MS = 60_000;

export interface Hour {
  readonly github: LocalGitHub;
  readonly repository: LocalRepository;
  readonly clock: DayClock;
  /** One request under a token of its own. */
  readonly ask: (asked: CoordinationRequest, pr?: number) => Promise<Outcome>;
  /** Waits so long, in vain or not; all waiters share a token, as the jobs of one repository do. */
  readonly wait: (run: Run, minutes: number, pr?: number) => Promise<Outcome>;
}

export const WAITERS = 'ghs_waiters123456789abcdef';
export const OWNERS = 'ghs_owners123456789abcdef';

export async function inAnHour(contentsEtag: 'body' | 'commit', play: (hour: Hour) => Promise<void>): Promise<void> {
  const github = await startLocalGitHub({ contentsEtag });
  try {
    await play(await hourOn(github));
    if (github.violations.length > 0) throw new Error(github.violations.join('\n'));
  } finally {
    await github.close();
  }
}

async function hourOn(github: LocalGitHub): Promise<Hour> {
  github.clock.freeze(new Date('2026-11-22T08:00:00.000Z'));
  const clock = new DayClock((milliseconds) => github.clock.shift(milliseconds));
  const repository = await github.createRepository(TARGET.repo, { id: 7, private: true });
  await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf());
  const permissions = { contents: 'write', actions: 'read', 'pull-requests': 'read' } as const;
  github.issueToken(WAITERS, { login: 'waiters', permissions });
  github.issueToken(OWNERS, { login: 'octocat', permissions });
  let writes = 0;
  const contextOf = async (token: string, pr: number) => ({
    ...{ clock, stateBranch: STATE_BRANCH, repositoryId: 7, takeoverPermission: 'granted' as const },
    store: await openWatchable(github, { clock, token, target: { ...TARGET, pr }, stateBranch: STATE_BRANCH }),
    deadline: new Deadline(clock, MINUTE_MS),
    newId: () => `write-${String((writes += 1))}`,
    warn: (line: string) => {
      throw new Error(line);
    },
    debug: () => undefined,
  });
  return {
    ...{ github, repository, clock },
    ask: async (asked, pr = TARGET.pr) => coordinate(asked, await contextOf(OWNERS, pr)),
    async wait(run, minutes, pr = TARGET.pr) {
      const waitTimeoutMs = minutes * MINUTE_MS;
      const line = { action: 'wait', placeMs: waitTimeoutMs + MINUTE_MS } as const;
      return coordinateWithWaiting(request('claim', { run, supersede: 'dead', line }), {
        ...(await contextOf(WAITERS, pr)),
        ...{ waitTimeoutMs, timeoutMs: MINUTE_MS, info: () => undefined },
      });
    },
  };
}
