import type { INVARIANTS } from './invariants.js';
import type { Rules } from './rules.js';
import type { world } from './worlds.js';

/** A rule that is taken out, what that breaks, and the end of the shortest story that shows it. */
export interface MissingRule {
  readonly rule: keyof Rules;
  readonly breaks: (typeof INVARIANTS)[number]['name'];
  readonly others: Parameters<typeof world>[0];
  readonly faults: number;
  /** Whether GitHub ever says that a dead run is over. */
  readonly wordComes: boolean;
  readonly endsWith: readonly string[];
}

const TWO = { others: ['first', 'second'], wordComes: true } as const;

export const MISSING_RULES: readonly MissingRule[] = [
  {
    ...TWO,
    rule: 'compareAndSwap',
    breaks: 'tokensRiseStrictly',
    faults: 0,
    endsWith: [
      'owner reads and wants a release',
      'first reads and wants a join',
      'owner writes a release',
      'first writes a join',
    ],
  },
  {
    ...TWO,
    rule: 'compareAndSwap',
    breaks: 'noTenureBeginsBeforeTheOneBeforeHasEnded',
    faults: 0,
    endsWith: [
      'first reads and wants a claim',
      'second reads and wants a claim',
      'first writes a claim',
      'second writes a claim',
    ],
  },
  {
    ...TWO,
    rule: 'compareAndSwap',
    breaks: 'noPlaceIsServedTwice',
    faults: 1,
    endsWith: [
      'owner writes a hand-over to first, no answer yet',
      'owner reads and wants a hand-over to first',
      'owner writes a hand-over to first',
      'a late write of owner lands',
    ],
  },
  {
    ...TWO,
    rule: 'anIdForEveryWrite',
    breaks: 'whoHasLeftIsGivenNothing',
    faults: 2,
    endsWith: [
      'second reads and wants a join',
      'second writes a join, the answer is lost',
      'first reads and wants a hand-over to second',
      'second, its time is up, reads the past and ends',
      'first writes a hand-over to second',
    ],
  },
  {
    ...TWO,
    rule: 'placesHaveAnEnd',
    breaks: 'theDeadAreNotServed',
    faults: 1,
    wordComes: false,
    endsWith: [
      'first dies',
      'time passes',
      'owner reads and wants a hand-over to first',
      'owner writes a hand-over to first',
    ],
  },
  {
    ...TWO,
    rule: 'placesHaveAnEnd',
    breaks: 'noPlaceIsServedPastItsEnd',
    faults: 0,
    endsWith: [
      'first writes a join',
      'time passes',
      'owner reads and wants a hand-over to first',
      'owner writes a hand-over to first',
    ],
  },
  {
    ...TWO,
    rule: 'findingNothingIsNoProof',
    breaks: 'whoHasLeftIsGivenNothing',
    faults: 1,
    endsWith: [
      'first writes a join, the answer is lost',
      'owner reads and wants a hand-over to first',
      'first, its time is up, reads the past and ends',
      'owner writes a hand-over to first',
    ],
  },
  {
    ...TWO,
    rule: 'findingNothingIsNoProof',
    breaks: 'nothingIsLeftThatNobodyKnowsOf',
    faults: 1,
    endsWith: [
      'first writes a claim, the answer is lost',
      'first, its time is up, reads the past and ends',
      'second, its time is up, reads the past and ends',
    ],
  },
  {
    ...TWO,
    rule: 'handOverInTheCommitThatEnds',
    breaks: 'whoComesFirstIsServedFirst',
    faults: 0,
    endsWith: [
      'first writes a join',
      'owner reads and wants a release',
      'owner writes a release',
      'second reads and wants a claim',
      'second writes a claim',
    ],
  },
  {
    ...TWO,
    rule: 'aFoundJoinIsNoGrant',
    breaks: 'whoSaysOwnedOwns',
    faults: 1,
    endsWith: [
      'first reads and wants a join',
      'first writes a join, the answer is lost',
      'first reads and answers owned',
    ],
  },
  {
    ...TWO,
    rule: 'aFoundHandOverIsNoGrant',
    breaks: 'whoSaysOwnedOwns',
    faults: 2,
    endsWith: [
      'second reads and wants a hand-over to first',
      'second writes a hand-over to first, the answer is lost',
      'second reads and answers owned',
    ],
  },
  {
    ...TWO,
    rule: 'whoeverLooksHandsOver',
    breaks: 'theDeadBlockNobody',
    faults: 1,
    endsWith: [
      'first writes a join',
      'second reads and wants a join',
      'second writes a join',
      'GitHub says that owner is over',
    ],
  },
];
