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

/** A question to GitHub that the payload leaves open. */
export type PullRequestLookup =
  | {
      /** `GET /repos/{repo}/commits/{sha}/pulls` */
      by: 'commit';
      sha: string;
      /** Whether the one merged pull request that brought the commit is an answer when no open one has it. */
      acceptMerged: boolean;
    }
  | {
      /** `GET /repos/{repo}/pulls?head={headOwner}:{headBranch}`, of which only those at `headSha` count */
      by: 'head';
      headOwner: string;
      headBranch: string;
      headSha: string;
    };

/** What an event says about its pull request. `looked` names the places in the order they were looked at. */
export type EventAnswer =
  | { kind: 'found'; pr: number; source: string }
  | { kind: 'lookup'; lookup: PullRequestLookup; looked: string[] }
  | { kind: 'several'; candidates: number[]; looked: string[] }
  | { kind: 'none'; looked: string[]; hint: string }
  | { kind: 'invalid'; problem: string };

/** One group of events: reads the payload only, asks nobody. */
export type EventReader = (event: EventFacts) => EventAnswer;
