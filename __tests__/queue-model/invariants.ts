import { decide } from './decide.js';
import type { Rules } from './rules.js';
import {
  agentOf,
  commitAt,
  headOf,
  isAtWork,
  type Place,
  type Run,
  type Step,
  type World,
  type Write,
} from './terms.js';

/** What has to be true of every step. A broken one is told by its name. */
export type Invariant = (step: Step, rules: Rules) => boolean;

export const INVARIANTS = [
  tokensRiseStrictly,
  noTenureBeginsBeforeTheOneBeforeHasEnded,
  whoComesFirstIsServedFirst,
  noPlaceIsServedTwice,
  whoHasLeftIsGivenNothing,
  whoSaysOwnedOwns,
  theDeadAreNotServed,
  noPlaceIsServedPastItsEnd,
  theDeadBlockNobody,
  nothingIsLeftThatNobodyKnowsOf,
] as const satisfies readonly Invariant[];

function tokensRiseStrictly(step: Step): boolean {
  const begun = tenureBegunIn(step);
  return begun === null || begun.token > commitAt(step.before, headOf(step.before)).token;
}

/** A takeover apart, a tenure begins when its owner ends the one before, or when that owner is dead. */
function noTenureBeginsBeforeTheOneBeforeHasEnded(step: Step): boolean {
  const { before, landed } = step;
  const { owner } = commitAt(before, headOf(before));
  if (tenureBegunIn(step) === null || owner === null || landed?.commit.event?.type === 'takeover') return true;
  return landed?.by === owner.run || agentOf(before, owner.run).phase === 'dead';
}

/** Nobody who is at work and whose place counts is passed by, but by a takeover. */
function whoComesFirstIsServedFirst(step: Step): boolean {
  const { before, landed } = step;
  const begun = tenureBegunIn(step);
  if (begun === null || landed?.commit.event?.type === 'takeover') return true;
  const { queue } = commitAt(before, headOf(before));
  const served = queue.find(({ run }) => run === begun.run);
  return queue.every(
    (place) =>
      place.run === begun.run ||
      (served !== undefined && served.cameWith < place.cameWith) ||
      !isAtWork(agentOf(before, place.run)) ||
      place.until <= before.now,
  );
}

function noPlaceIsServedTwice({ before, landed }: Step): boolean {
  const served = landed?.commit.event?.entry ?? null;
  return served === null || before.log.every(({ event }) => event?.entry !== served);
}

function whoHasLeftIsGivenNothing(step: Step): boolean {
  const begun = tenureBegunIn(step);
  return begun === null || agentOf(step.before, begun.run).phase !== 'ended';
}

/** At the state of the branch that the answer stands on, be it a reading or its own commit. */
function whoSaysOwnedOwns({ after, answeredOwned }: Step): boolean {
  return answeredOwned === null || commitAt(after, answeredOwned.becauseOf).owner?.run === answeredOwned.run;
}

/** By a hand-over that knew: GitHub had said that the run is over, or the place was past its end. */
function theDeadAreNotServed(step: Step): boolean {
  const { landed } = step;
  const place = placeServedIn(step);
  if (landed === null || place === null || agentOf(step.before, place.run).phase !== 'dead') return true;
  return !landed.saidOver.includes(place.run) && place.until > landed.decidedAt;
}

function noPlaceIsServedPastItsEnd(step: Step): boolean {
  const place = placeServedIn(step);
  return place === null || step.landed === null || place.until > step.landed.decidedAt;
}

/** The target is free, or its owner is known to be dead: whoever waits and looks at it does something about it. */
function theDeadBlockNobody({ after }: Step, rules: Rules): boolean {
  const { owner } = commitAt(after, headOf(after));
  if (owner !== null && !after.saidOver.includes(owner.run)) return true;
  return after.agents
    .filter(({ goal, phase }) => goal === 'get' && phase === 'looking')
    .every((agent) => leadsOn(after, agent.run, rules));
}

function nothingIsLeftThatNobodyKnowsOf({ after }: Step): boolean {
  if (after.agents.some(({ phase }) => phase !== 'ended')) return true;
  const { owner, queue } = commitAt(after, headOf(after));
  return owner === null && queue.length === 0;
}

function leadsOn(world: World, run: Run, rules: Rules): boolean {
  const decision = decide(world, agentOf(world, run), headOf(world), rules);
  return decision.kind === 'write' && begins(decision.write);
}

function begins({ commit }: Write): boolean {
  return commit.owner !== null && commit.event !== null && commit.event.type !== 'leave';
}

function placeServedIn({ before, landed }: Step): Place | null {
  const entry = landed?.commit.event?.entry ?? null;
  return commitAt(before, headOf(before)).queue.find(({ id }) => id === entry) ?? null;
}

function tenureBegunIn({ before, landed }: Step): { readonly run: Run; readonly token: number } | null {
  if (landed === null) return null;
  const { owner } = landed.commit;
  const old = commitAt(before, headOf(before)).owner;
  return owner === null || (old !== null && old.run === owner.run && old.token === owner.token) ? null : owner;
}
