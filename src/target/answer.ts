import type { RepositoryIdentity } from './repository.js';

/** What the resolver knows of the event that started the run. Nothing in it is trusted. */
export interface EventFacts {
  /** `GITHUB_EVENT_NAME`. A called workflow sees the name and the payload of its caller's event. */
  name: string;
  /** The parsed file at `GITHUB_EVENT_PATH`. */
  payload: unknown;
  /** `GITHUB_REF` */
  ref: string | null;
  /** `GITHUB_SHA` */
  sha: string | null;
  /** `GITHUB_REPOSITORY` */
  repo: string;
  /** `GITHUB_SERVER_URL`: dispatched values may be URLs of pull requests. */
  serverUrl: string;
}

/** The branch that an event is about: `GET /repos/{repo}/pulls?head={owner}:{branch}` asks for its pull requests. */
export interface HeadLookup {
  owner: string;
  /** Without `refs/heads/`. */
  branch: string;
  /**
   * The filter knows the owner only, who may have several repositories of one network. Null is the very repository that
   * the pull request is to be merged into.
   */
  repository: RepositoryIdentity | null;
  /** The commit that has to be the present head, where the branch alone proves too little. */
  sha: string | null;
}

/**
 * The commit that an event is about: `GET /repos/{repo}/commits/{sha}/pulls`. That a pull request contains the commit
 * never counts: of open ones it has to be the very head, of merged ones the merge commit.
 */
export interface CommitLookup {
  sha: string;
  /** Whose heads may answer: none, those of this repository, or those of other repositories and of deleted ones. */
  open: 'none' | 'here' | 'fork';
  /** The branch that such a head has to have, where the event names it. */
  branch: string | null;
  /** Whether the one pull request that was merged as this commit is an answer where no open one is. */
  merged: boolean;
}

/** The questions to GitHub that the payload leaves open: the commit is asked about only where no head answers. */
export interface PullRequestLookup {
  heads: HeadLookup[];
  commit: CommitLookup | null;
}

/** What an event says about its pull request. `looked` names the places in the order they were looked at. */
export type EventAnswer =
  | { kind: 'found'; pr: number; source: string }
  | { kind: 'lookup'; lookup: PullRequestLookup; looked: string[] }
  | { kind: 'several'; candidates: number[]; looked: string[] }
  | { kind: 'none'; looked: string[]; hint: string }
  | { kind: 'invalid'; problem: string };

/** One group of events: reads the payload only, asks nobody. */
export type EventReader = (event: EventFacts) => EventAnswer;
