import type { Rules } from './rules.js';
import { commitAt, type Agent, type Commit, type Place, type Run, type Write, type World } from './terms.js';

export type Decision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'owned' }
  | { readonly kind: 'done' }
  | { readonly kind: 'write'; readonly write: Write };

/** How long a place counts. */
const PATIENCE = 1;

interface Look {
  readonly world: World;
  readonly agent: Agent;
  /** The state of the branch that was read; perhaps not the newest. */
  readonly at: number;
  readonly shown: Commit;
  readonly rules: Rules;
}

/** What a run does about the state that it reads: section 3 as far as a queue needs it, section 8, and 6.5. */
export function decide(world: World, agent: Agent, at: number, rules: Rules): Decision {
  const look: Look = { world, agent, at, shown: commitAt(world, at), rules };
  const mine = look.shown.owner?.run === agent.run;
  if (agent.goal === 'end') return mine ? writing(look, ended(look)) : leave(look);
  if (mine || takenForGranted(look)) return { kind: 'owned' };
  if (agent.goal === 'give up') return leave(look);
  return agent.goal === 'take' ? writing(look, takenOver(look)) : claim(look);
}

/** Whether a write is seen to have landed: in the history, in line, or in a place that was served since. */
export function isFound(world: World, at: number, id: string): boolean {
  return (
    commitAt(world, at).queue.some((place) => place.id === id) ||
    world.log.slice(0, at + 1).some(({ event }) => event?.id === id || event?.entry === id)
  );
}

/** A write that is neither seen nor overtaken by another commit may land after the last look. */
export function mayStillLand(world: World, at: number, { id, expectedHead }: Agent['unknown'][number]): boolean {
  return at <= expectedHead && !isFound(world, at, id);
}

function claim(look: Look): Decision {
  const { shown, world, agent, rules } = look;
  const place = shown.queue.findIndex(({ run }) => run === agent.run);
  const isGone = shown.owner === null || world.saidOver.includes(shown.owner.run);
  if (!isGone) return place === -1 ? writing(look, joined(look)) : { kind: 'wait' };
  if (place > 0 && !rules.whoeverLooksHandsOver) return { kind: 'wait' };
  return writing(look, (rules.handOverInTheCommitThatEnds ? handedOver(look) : null) ?? begun(look));
}

function leave(look: Look): Decision {
  const { shown, world, agent, at, rules } = look;
  if (shown.queue.some(({ run }) => run === agent.run)) {
    return writing(look, { ...shown, event: null, queue: withoutPlacesOf(agent.run, shown.queue) });
  }
  const unsure = agent.unknown.some((write) => mayStillLand(world, at, write));
  if (!unsure || !rules.findingNothingIsNoProof) return { kind: 'done' };
  return writing(look, { ...shown, event: { type: 'leave', id: nextId(look), entry: null } });
}

/** The end of a tenure: the first in line has the next one, in the same commit. */
function ended(look: Look): Commit {
  const { shown, rules } = look;
  const free: Commit = { ...shown, owner: null, event: { type: 'release', id: nextId(look), entry: null } };
  if (!rules.handOverInTheCommitThatEnds) return free;
  return handedOver(look) ?? { ...free, queue: [] };
}

function handedOver(look: Look): Commit | null {
  const { shown } = look;
  const next = shown.queue.findIndex((place) => counts(look, place));
  const place = shown.queue[next];
  if (place === undefined) return null;
  const queue = withoutPlacesOf(place.run, shown.queue.slice(next));
  return newTenure(look, place.run, 'handover', queue, place.id);
}

function counts({ world, rules }: Look, { run, until }: Place): boolean {
  return !world.saidOver.includes(run) && !(rules.placesHaveAnEnd && until <= world.now);
}

function begun(look: Look): Commit {
  return newTenure(look, look.agent.run, 'claim', look.rules.handOverInTheCommitThatEnds ? [] : look.shown.queue);
}

/** Passes by the queue, and leaves it standing. */
function takenOver(look: Look): Commit {
  const { owner, queue } = look.shown;
  if (owner !== null) return newTenure(look, look.agent.run, 'takeover', queue);
  return (look.rules.handOverInTheCommitThatEnds ? handedOver(look) : null) ?? begun(look);
}

function joined(look: Look): Commit {
  const { shown, agent, at, world } = look;
  const place: Place = { run: agent.run, id: nextId(look), until: world.now + PATIENCE, cameWith: at + 1 };
  return { ...shown, event: null, queue: [...shown.queue, place] };
}

function newTenure(
  look: Look,
  run: Run,
  type: 'claim' | 'takeover' | 'handover',
  queue: readonly Place[],
  entry: string | null = null,
): Commit {
  const id = nextId(look);
  const token = look.shown.token + 1;
  return { owner: { run, token, id }, token, queue: withoutPlacesOf(run, queue), event: { type, id, entry } };
}

function withoutPlacesOf(run: Run, queue: readonly Place[]): readonly Place[] {
  return queue.filter((place) => place.run !== run);
}

/** A fault, where a rule is taken out: whatever bears one's id is a grant. */
function takenForGranted({ world, agent, at, shown, rules }: Look): boolean {
  const { aFoundJoinIsNoGrant, aFoundHandOverIsNoGrant } = rules;
  if (aFoundJoinIsNoGrant && aFoundHandOverIsNoGrant) return false;
  const handOvers = world.log.slice(0, at + 1).filter(({ event }) => event?.type === 'handover');
  return agent.unknown.some(
    ({ id }) =>
      (!aFoundJoinIsNoGrant && shown.queue.some((place) => place.id === id)) ||
      (!aFoundHandOverIsNoGrant && handOvers.some(({ event }) => event?.id === id)),
  );
}

function nextId({ agent, rules }: Look): string {
  return rules.anIdForEveryWrite ? `${agent.run} ${String(agent.idsUsed + 1)}` : agent.run;
}

function writing(look: Look, commit: Commit): Decision {
  const { world, agent, at } = look;
  const known = { decidedAt: world.now, saidOver: world.saidOver };
  return { kind: 'write', write: { id: nextId(look), by: agent.run, expectedHead: at, commit, ...known } };
}
