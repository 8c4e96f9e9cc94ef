import type { Outcome } from '../../src/core/outcome.js';
import type { StoredTarget } from '../../src/core/record.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { Ask } from '../model/terms.js';

/** What an operation knows beside the record. */
export interface Facts {
  target: StoredTarget;
  tokenFloor: number;
  open: boolean;
  /** By tenure and holder: what GitHub said about the owner's run. */
  liveness: ReadonlyMap<string, string>;
  /** By the id of a place in line: what GitHub said about its run. */
  waiters: ReadonlyMap<string, string>;
  permission: string;
  /** How git showed the branch of the pull request beside the last reading; `null`: it was not asked since. */
  branch: { readonly head: string; readonly relation: string } | null;
}

/** What one decision was told beside the record. */
export interface Told extends Readonly<Facts> {
  /** The name of the write that it may have led to. */
  readonly id: string;
  /** GitHub's time. */
  readonly now: string;
  /** The writes that it had sent by then. */
  readonly ownWrites: readonly string[];
  /** It may have stopped waiting by then. */
  readonly isTimeUp: boolean;
}

/** One command as it was carried out: what went in, what came out, and when. Moments are counted over the schedule. */
export interface Operation {
  readonly name: string;
  readonly request: CoordinationRequest;
  /** The same in the words of the reference model. */
  readonly ask: Ask;
  /** The name by which it asks for the repository. */
  readonly repo: string;
  /** A push: the head that its user expects, where it says so. */
  readonly lease: string | null;
  /** A post step: the ids of all writes of its main step. */
  readonly postOf: readonly string[] | null;
  /** The ids of all writes that it thought of, and of those that it sent. */
  readonly ids: Set<string>;
  readonly sent: Set<string>;
  /** When its first request was sent, the repository had another name already. */
  byOldName: boolean;
  /** The moments of its first and its last request; 0 before the first. */
  startedAt: number;
  endedAt: number;
  /** The states of the branch before its first and after its last request. */
  firstState: number;
  lastState: number;
  /** It stands in line while another run owns the target, and ends with its last refusal if a later look fails. */
  readonly waits: boolean;
  readonly told: Told[];
  /** The newest version of the record that it was shown, or knew when it began. */
  shownVersion: number;
  /** Heads on which a write was refused, and how many readings have shown them since. */
  readonly refused: Map<string | null, number>;
  /** Heads that it knew to be replaced when it began. */
  readonly outdated: ReadonlySet<string | null>;
  /** Writes that it sent on top of a head that it had no reason to believe in. */
  outdatedWrites: number;
  staleReads: number;
  /** Writes whose answer did not tell what became of them. */
  unsettledWrites: number;
  /** `null`: it never answered, for its run crashed. */
  outcome: Outcome | null;
}
