/** The safety rules of the contract that can be taken out, to see what each is good for. */
export interface Rules {
  /** A write lands only on the head that it was made from. */
  readonly compareAndSwap: boolean;
  /** Every write has an id of its own; else all writes of a request share one. */
  readonly anIdForEveryWrite: boolean;
  /** A place past its `until` is skipped; else it counts for ever. */
  readonly placesHaveAnEnd: boolean;
  /** Who ends with a write of unknown outcome sees it, or a newer head, or writes once more; else it just looks. */
  readonly findingNothingIsNoProof: boolean;
  /** The commit that ends a tenure begins the next one; else it only ends, and whoever writes first has the target. */
  readonly handOverInTheCommitThatEnds: boolean;
  /** One's own place found in line is a place; else it is taken for a grant. */
  readonly aFoundJoinIsNoGrant: boolean;
  /** One's own hand-over to another is the other's tenure; else it is taken for a grant. */
  readonly aFoundHandOverIsNoGrant: boolean;
  /** Whoever finds the owner gone hands over; else only the first in line does. */
  readonly whoeverLooksHandsOver: boolean;
}

export const THE_CONTRACT: Rules = {
  compareAndSwap: true,
  anIdForEveryWrite: true,
  placesHaveAnEnd: true,
  findingNothingIsNoProof: true,
  handOverInTheCommitThatEnds: true,
  aFoundJoinIsNoGrant: true,
  aFoundHandOverIsNoGrant: true,
  whoeverLooksHandsOver: true,
};

export function without(rule: keyof Rules): Rules {
  return { ...THE_CONTRACT, [rule]: false };
}
