import type { OwnershipRecord, StoredTarget } from '../src/core/record.js';
import { stateBranchOf } from '../src/core/state-branch.js';
import { Cast, Chance } from './board/cast.js';
import { ownersOf, type PlantedOwner } from './board/ending.js';
import { importStory } from './board/fast-import.js';
import { REASONS } from './board/lives.js';
import { tellPast } from './board/past.js';
import { Scene } from './board/scene.js';
import { Story, type Told } from './board/story.js';
import type { LocalRepository } from './local-github/index.js';
import { STATE_BRANCH } from './world.js';

export type { PlantedOwner, Told };

export interface BoardPlan {
  /** When the board is looked at: nothing is later. */
  readonly now: Date;
  /** Targets, some with a scope. The twenty owners of the end are among them, and a dozen others are needed. */
  readonly records: number;
  /** Of the state branch: five a record, and 150 more. */
  readonly commits: number;
  /** Before `now`, over which they are spread. Default: 30. */
  readonly days?: number;
  /** As the input says it; with `{shard}` they are spread over all sixteen. */
  readonly stateBranch?: string;
}

export interface PlantedBoard {
  /** Of the state branch, or of the first shard. */
  readonly head: string;
  /** As they lie on the branches. */
  readonly records: readonly OwnershipRecord[];
  /** Every commit, oldest first. */
  readonly told: readonly Told[];
  /** Who owns at the end. Their pull requests are open, and all runs of the story are there. */
  readonly owners: readonly PlantedOwner[];
  /** Of those pull requests, by number. */
  readonly titles: ReadonlyMap<number, string>;
}

const DAY = 24 * 3_600_000;
const TITLES = ['Mend the login', 'Docs: <script>alert(1)</script> | `ticks`', 'Übersetzung 🚀', ...REASONS];

/**
 * A repository with a past: a state branch of many records and commits, all decided by the rules themselves and written as
 * the action writes them. The same plan makes the same story; only the links in it name the server.
 */
export async function plantBoard(repository: LocalRepository, plan: BoardPlan): Promise<PlantedBoard> {
  const { gitDir, cloneUrl, id: repoId } = repository;
  const { now: end, records, commits, days = 30, stateBranch = STATE_BRANCH } = plan;
  const repo = repository.nameWithOwner.toLowerCase();
  const chance = new Chance();
  const cast = new Cast(chance, { url: cloneUrl.replace(/\.git$/, ''), repo, repoId });
  const story = new Story();
  const scenes = Array.from({ length: records }, (_, index) => new Scene(story, targetOf(index, repo, repoId)));
  const telling = { story, cast, chance, scenes, commits, start: new Date(end.getTime() - days * DAY), end };
  await importStory({ gitDir, pattern: stateBranch, repoId }, tellPast(telling));
  for (const run of cast.runs) repository.addRun(run);
  const owners = ownersOf(scenes);
  const titles = new Map(owners.map(({ pr }, index) => [pr, TITLES[index % TITLES.length] ?? '']));
  for (const [number, title] of titles) await repository.openPullRequest({ number, title, head: 'work' });
  const head = (await repository.head(stateBranchOf(stateBranch, 0).name)) ?? '';
  return { head, records: story.records(), told: story.told, owners, titles };
}

/** Every tenth one is a scope of the pull request before. */
function targetOf(index: number, repo: string, repoId: number): StoredTarget {
  const isScope = index % 10 === 9;
  const pr = 17 + 9 * (isScope ? index - 1 : index);
  return { repo, repoId, pr, scope: isScope ? 'preview' : null };
}
