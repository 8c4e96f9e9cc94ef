import type { CoordinationRequest } from '../core/request.js';
import type { HistoryEvent, StoredTarget } from '../core/record.js';
import type { Outcome } from '../core/outcome.js';
import type { Checkout } from '../publish/index.js';
import type { RequiredPermission } from '../store/actor-permission.js';
import type { CountedTransport } from '../store/transport.js';
import type { Clock } from '../time/clock.js';

/** What a shell asks of the use case, in terms that are neither inputs of a workflow nor arguments of a command line. */

/** Who asks, and from where. `null` is not known. */
export interface Asker {
  /** The repository that this process works in, `owner/name`, and its id, which no rename changes. */
  readonly repository: string | null;
  readonly repositoryId: number | null;
  /** Everybody who stands behind this run: who started it and, on a re-run, who started it again. */
  readonly actors: readonly string[];
  /** The workflow run that this process belongs to. */
  readonly workflowRun: { readonly id: number; readonly attempt: number } | null;
}

/** Which pull request is meant: by name, or as the event tells. */
export interface Place {
  readonly repo: string | null;
  /** A number, `#17` or a URL. */
  readonly pr: string | null;
  /** What is meant beside others on it; `null` is the pull request itself. No event tells it. */
  readonly scope: string | null;
  readonly event: { readonly name: string; readonly ref: string | null; readonly sha: string | null };
  readonly payload: EventPayload;
}

/** The parsed event payload, or why it cannot be read. No payload at all is `null`. */
export type EventPayload =
  { readonly ok: true; readonly payload: unknown } | { readonly ok: false; readonly problem: string };

export interface Wanted {
  readonly request: CoordinationRequest;
  readonly asker: Asker;
  readonly place: Place;
  readonly stateBranch: string;
  /** The whole step, waiting apart. */
  readonly timeoutMs: number;
  /** 0: do not wait. */
  readonly waitTimeoutMs: number;
  /** What whoever ends another run's tenure needs, and who needs nothing. */
  readonly takeover: { readonly permission: RequiredPermission | 'none'; readonly actors: readonly string[] };
  readonly cancelSuperseded: boolean;
  /** Show who owns, as a status of the head commit. */
  readonly prStatus: boolean;
  /** Where a push comes from; `null` for every other command. */
  readonly publishing: Publishing | null;
}

export interface Publishing {
  readonly checkout: Checkout;
  /** For a git that has no credentials of its own. */
  readonly token: string;
}

/** What the use case works with. */
export interface Surroundings {
  readonly transport: CountedTransport;
  readonly clock: Clock;
  /** `https://github.com`, or the address of an Enterprise Server. */
  readonly serverUrl: string;
  /** Gives every write an id of its own. */
  readonly newId: () => string;
  /** Ends waiting before its time. */
  readonly stop?: AbortSignal;
  readonly say: {
    readonly info: (message: string) => void;
    readonly warn: (message: string) => void;
    readonly debug: (message: string) => void;
  };
}

/** Keeps what a step may have begun, for whoever cleans up after it. */
export interface Memory {
  /** @param target the target under its present name, with the id of its repository. */
  beforeWrite(event: HistoryEvent, target: StoredTarget, head: string | null): void;
  afterOutcome(outcome: Outcome): void;
}
