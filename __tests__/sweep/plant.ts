import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import { importStory } from '../../support/board/fast-import.js';
import type { LocalGitHub, LocalRepository } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { STATE_BRANCH } from '../../support/world.js';
import { DAY_MS } from './stage.js';

/** As many events as a pull request has that was worked on a few times. */
const EVENTS = 8;

/**
 * So many pull requests with a record each that nobody owns: every other one was closed a hundred days ago, the others are
 * open. Gives the greatest token of the closed ones.
 */
export async function plantRecords(github: LocalGitHub, repository: LocalRepository, count: number): Promise<number> {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const isClosed = (pr: number): boolean => pr % 2 === 0;
  const told = numbers.map((pr) => {
    const record = freeRecord(pr);
    const event = record.history.at(-1);
    if (event === undefined) throw new Error('every record tells what happened last');
    return { at: github.clock.now(), event, next: record };
  });
  await importStory({ gitDir: repository.gitDir, pattern: STATE_BRANCH, repoId: repository.id }, told);
  const like = count + 1;
  await repository.openPullRequest({ number: like, head: 'work' });
  const open = numbers.filter((pr) => !isClosed(pr));
  await repository.openPullRequestsLike(like, open);
  const longAgo = new Date(github.clock.now().getTime() - 100 * DAY_MS);
  await repository.openPullRequestsLike(like, numbers.filter(isClosed), longAgo);
  return Math.max(...numbers.filter(isClosed).map(tokenOf));
}

/** In no order. */
function tokenOf(pr: number): number {
  return 1 + ((pr * 7919) % 4999);
}

function freeRecord(pr: number): OwnershipRecord {
  const record = recordOf({ owner: null, pr, token: tokenOf(pr) }) as unknown as OwnershipRecord;
  const [event] = record.history;
  const history: HistoryEvent[] = event === undefined ? [] : Array.from({ length: EVENTS }, () => event);
  return { ...record, history };
}
