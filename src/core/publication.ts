import type { HistoryEvent } from './record.js';

/** A push of the pull request's branch that lands together with the record's change, or not at all. */

/** What is to be published. Commits are named by their full object id. */
export interface Publication {
  readonly commit: string;
  /** The branch that the user named, which has to be that of the pull request; `null`: nobody named one. */
  readonly branch: string | null;
  /** The user has told which head it replaces; else it has to build on the head. */
  readonly isLeased: boolean;
  /** Only look. */
  readonly dryRun: boolean;
}

/** The branch of a pull request. */
export interface HeadBranch {
  readonly name: string;
  readonly isFork: boolean;
  readonly isDefaultBranch: boolean;
}

/** The branch as git showed it, and how the commit stands to it. */
export interface BranchReading {
  /** `null`: there is no such branch. */
  readonly head: string | null;
  /**
   * `same`: it is the head. `ahead`: it builds on the head. `leased`: the head is the one that the user expects. `moved`: an
   * earlier push of this request stood on another head, and did not land. `behind`: the head builds on it. `diverged`: none
   * of these.
   */
  readonly relation: 'same' | 'ahead' | 'leased' | 'moved' | 'behind' | 'diverged';
  /** The checkout lacks the older commits, so that it may not see what the commit builds on. */
  readonly isShallow: boolean;
}

/** What became of a publication. */
export interface Published {
  readonly branch: string;
  readonly commit: string;
  /** The head that it replaced, or that it would have to replace; `null`: none was found. */
  readonly head: string | null;
  readonly landed: boolean;
  /** How it stood to that head; `null`: it landed, or nobody looked. */
  readonly relation: BranchReading['relation'] | null;
  readonly isShallow: boolean;
}

export function refOf(branch: string): string {
  return `refs/heads/${branch}`;
}

/** What a `publish` event did to the branch; `null` for every other event. */
export function publishedBy({ type, from, to, ref }: HistoryEvent): Published | null {
  if (type !== 'publish' || from === undefined || to === undefined || ref === undefined) return null;
  return {
    branch: ref.replace(/^refs\/heads\//, ''),
    commit: to,
    head: from,
    landed: true,
    relation: null,
    isShallow: false,
  };
}
