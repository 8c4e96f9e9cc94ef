import type { Outcome } from '../../src/core/outcome.js';
import type { CoordinationRequest } from '../../src/core/request.js';
import type { Ask } from '../model/terms.js';

/** What an operation knows beside the record. */
export interface Facts {
  open: boolean;
  /** By tenure: what GitHub said about the owner's run. */
  liveness: ReadonlyMap<number, string>;
  permission: string;
}

/** What one decision was told beside the record. */
export interface Told extends Readonly<Facts> {
  readonly now: string;
}

/** One command as it was carried out: what went in, what came out, and when. Moments are counted over the schedule. */
export interface Operation {
  readonly name: string;
  readonly request: CoordinationRequest;
  /** The same in the words of the reference model. */
  readonly ask: Ask;
  /** The moments of its first and its last request; 0 before the first. */
  startedAt: number;
  endedAt: number;
  /** The states of the branch before its first and after its last request. */
  firstState: number;
  lastState: number;
  /** It looks again while another run owns the target, and ends with its last refusal if a later look fails. */
  readonly waits: boolean;
  readonly told: Told[];
  /** The newest version of the record that it was shown, or knew when it began. */
  shownVersion: number;
  /** Heads that it was told are outdated. */
  readonly outdated: Set<string | null>;
  /** Writes that it sent on top of a head that it knew to be outdated. */
  outdatedWrites: number;
  staleReads: number;
  /** Writes whose answer did not tell what became of them. */
  unsettledWrites: number;
  /** `null`: it never answered, for its run crashed. */
  outcome: Outcome | null;
}
