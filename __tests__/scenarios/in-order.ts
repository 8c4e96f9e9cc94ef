import { setTimeout as sleep } from 'node:timers/promises';
import { recordOf } from '../../support/records.js';
import type { LogEntry } from '../../support/local-github/index.js';
import { lineOf, until } from '../support/line.js';
import { addRun, expectOk, onProcessStage, trailersOf } from '../support/scenario.js';

/** One round with real processes and the real clock: ten steps come to a pull request that is owned, and wait for it. */

const WAITERS = 10;
const COME_EVERY_MS = 500;
const HOLD_MS = 200;

export interface Round {
  /** The runs in the order in which their places were written. */
  readonly joined: readonly number[];
  /** The runs in the order in which their steps went on. */
  readonly served: readonly number[];
  /** From the end of each release to the end of the claim of whoever came next. */
  readonly pauses: readonly number[];
  /** The events on the branch after the last one had joined, the oldest first. */
  readonly events: readonly string[];
  /** The most that owned at the same time. */
  readonly atOnce: number;
}

export async function playInOrder(): Promise<Round> {
  const served: number[] = [];
  const pauses: number[] = [];
  let joined: number[] = [];
  let events: string[] = [];
  let atOnce = 0;
  await onProcessStage(async (stage) => {
    const { step, plant, repository, log } = stage;
    const runs = Array.from({ length: WAITERS }, (_, index) => 2001 + index);
    for (const id of runs) addRun(repository, id);
    await plant(recordOf());
    let owners = 0;
    let released = Number.NaN;
    const wait = async (runId: number): Promise<void> => {
      const claim = await step('claim', { runId, with: { 'wait-timeout': '10m', 'release-on-exit': 'true' } });
      pauses.push(performance.now() - released);
      expectOk(claim, 'claimed_new', true);
      served.push(runId);
      owners += 1;
      atOnce = Math.max(atOnce, owners);
      await sleep(HOLD_MS);
      owners -= 1;
      await claim.post();
      released = performance.now();
    };
    const waiting: Promise<void>[] = [];
    for (const runId of runs) {
      waiting.push(wait(runId));
      await sleep(COME_EVERY_MS);
    }
    await Promise.race([until(async () => (await lineOf(stage)).length === WAITERS), Promise.all(waiting)]);
    const before = await log();
    joined = await joinedIn([...before].reverse(), async ({ oid }) => trailersOf(repository, oid));
    await step('release');
    released = performance.now();
    await Promise.all(waiting);
    const after = (await log()).slice(0, -before.length).reverse();
    const trailers = await Promise.all(after.map(({ oid }) => trailersOf(repository, oid)));
    events = trailers.map((trailer) => trailer['Coord-Event'] ?? '');
  });
  return { joined, served, pauses, events, atOnce };
}

async function joinedIn(
  commits: readonly LogEntry[],
  trailersOfCommit: (commit: LogEntry) => Promise<Record<string, string>>,
): Promise<number[]> {
  const joins = commits.filter(({ message }) => message.startsWith('join '));
  return Promise.all(joins.map(async (commit) => Number((await trailersOfCommit(commit))['Coord-Run-Id'])));
}
