import { decide, mayStillLand } from './decide.js';
import type { Rules } from './rules.js';
import { commitAt, headOf, type Agent, type Run, type Step, type World, type Write } from './terms.js';

/** How the world around the runs is. */
export interface Surroundings {
  readonly rules: Rules;
  /** The clock goes as far as this. */
  readonly lastMoment: number;
  /** Whether GitHub ever says that the run of a dead one is over; it may not be asked, or not answer. */
  readonly wordComes: boolean;
}

type Moves = Generator<Step, void>;

/** Everything that may happen next. */
export function* movesOf(world: World, around: Surroundings): Moves {
  for (const agent of world.agents) {
    if (agent.phase === 'looking') yield* looks(world, agent, around.rules);
    if (agent.sending !== null) yield* answers(world, agent, agent.sending, around.rules);
  }
  for (const write of world.underWay) {
    yield { ...step(world, `a late write of ${write.by} lands`, landed(world, write, around.rules)), landed: write };
  }
  if (world.now < around.lastMoment && anyPlace(world))
    yield step(world, 'time passes', { ...world, now: world.now + 1 });
  if (around.wordComes) yield* words(world);
}

/** It asks again, its time is up, or it is killed and its post step asks; or it dies and nobody asks for it. */
function* looks(world: World, agent: Agent, rules: Rules): Moves {
  const { run, goal } = agent;
  yield* reads(world, agent, run, rules);
  if (goal === 'get') yield* reads(world, { ...agent, goal: 'give up' }, `${run}, its time is up,`, rules);
  if (world.faultsLeft === 0) return;
  const worse = { ...world, faultsLeft: world.faultsLeft - 1 };
  // One that dies without having anything is like one that does not go on.
  if (isInTheWay(world, run)) yield step(world, `${run} dies`, changed(worse, gone(agent, 'dead')));
  // A release that is killed is as good as the post step that follows it.
  if (goal !== 'end') yield* reads(worse, ending(agent), `${run} is killed, its post step`, rules);
}

/** Reads, perhaps not the newest state, and decides. */
function* reads(world: World, agent: Agent, who: string, rules: Rules): Moves {
  for (let at = agent.seen; at <= headOf(world); at += 1) {
    const decision = decide(world, agent, at, rules);
    const unknown = agent.unknown.filter((write) => mayStillLand(world, at, write));
    const wiser: Agent = { ...agent, seen: at, unknown };
    const name = `${who} reads${at === headOf(world) ? '' : ' the past'}`;
    switch (decision.kind) {
      case 'wait':
        // It will look again, and may see then what it sees now.
        break;
      case 'owned':
        yield {
          ...step(world, `${name} and answers owned`, changed(world, ending(wiser))),
          answeredOwned: { run: agent.run, becauseOf: at },
        };
        break;
      case 'done':
        yield step(world, `${name} and ends`, changed(world, gone(wiser, 'ended')));
        break;
      case 'write': {
        // From a state of the past it would lose the race, and be where it was.
        if (at < headOf(world)) break;
        const sending = { ...wiser, phase: 'sending', sending: decision.write, idsUsed: agent.idsUsed + 1 } as const;
        yield step(world, `${name} and wants ${nameOf(decision.write)}`, changed(world, sending));
        break;
      }
    }
  }
}

/** How a write fares that is sent while its head is the head. */
function* answers(world: World, agent: Agent, write: Write, rules: Rules): Moves {
  const name = `${agent.run} writes ${nameOf(write)}`;
  const told = { ...agent, seen: headOf(world) + 1, sending: null, unknown: [] };
  const begins = write.commit.owner?.run === agent.run && write.commit.owner.id === write.id;
  const leaves = agent.goal === 'end' || agent.goal === 'give up';
  const after = begins ? ending(told) : leaves ? gone(told, 'ended') : looking(told);
  yield {
    ...step(world, name, landed(changed(world, after), write, rules)),
    landed: write,
    answeredOwned: begins ? { run: agent.run, becauseOf: headOf(world) + 1 } : null,
  };
  if (world.faultsLeft === 0) return;
  const worse = { ...world, faultsLeft: world.faultsLeft - 1 };
  const unsure = notTold(agent, write);
  yield { ...step(world, `${name}, the answer is lost`, landed(changed(worse, unsure), write, rules)), landed: write };
  yield step(world, `${name}, no answer yet`, sent(changed(worse, unsure), write));
  yield step(world, `${name} and dies`, sent(changed(worse, gone(agent, 'dead')), write));
  if (agent.goal === 'end') return;
  yield step(world, `${name} and is killed`, sent(changed(worse, ending(unsure)), write));
}

/** GitHub says some time after a death that the run is over. Until then nobody knows, which counts as alive. */
function* words(world: World): Moves {
  for (const { run, phase } of world.agents) {
    if (phase !== 'dead' || world.saidOver.includes(run) || !isInTheWay(world, run)) continue;
    yield step(world, `GitHub says that ${run} is over`, { ...world, saidOver: [...world.saidOver, run].sort() });
  }
}

function step(before: World, label: string, after: World): Step {
  return { label, before, after, landed: null, answeredOwned: null };
}

function changed(world: World, agent: Agent): World {
  return { ...world, agents: world.agents.map((each) => (each.run === agent.run ? agent : each)) };
}

/**
 * Compare-and-swap: what was made from another head can never land again. Who was about to send such a write is
 * refused, and looks again; nobody could tell it from being refused later.
 */
function landed(world: World, write: Write, { compareAndSwap }: Rules): World {
  const log = [...world.log, write.commit];
  if (!compareAndSwap) return { ...world, log, underWay: world.underWay.filter((each) => each !== write) };
  const agents = world.agents.map((agent) => (agent.sending === null ? agent : looking(agent)));
  return { ...world, agents, log, underWay: [] };
}

function sent(world: World, write: Write): World {
  return { ...world, underWay: [...world.underWay, write] };
}

const looking = (agent: Agent): Agent => ({ ...agent, phase: 'looking', sending: null });
const ending = (agent: Agent): Agent => ({ ...looking(agent), goal: 'end' });
const gone = (agent: Agent, phase: 'ended' | 'dead'): Agent => ({ ...agent, phase, sending: null, unknown: [] });

function notTold(agent: Agent, { id, expectedHead }: Write): Agent {
  return { ...looking(agent), unknown: [...agent.unknown, { id, expectedHead }] };
}

function nameOf({ by, commit, expectedHead }: Write): string {
  const { event, queue } = commit;
  if (event === null)
    return queue.some(({ run, cameWith }) => run === by && cameWith === expectedHead + 1)
      ? 'a join'
      : 'to be out of line';
  return event.type === 'handover' ? `a hand-over to ${String(commit.owner?.run)}` : `a ${event.type}`;
}

/** Without a place, or one about to be, time changes nothing. */
function anyPlace({ log, agents, underWay }: World): boolean {
  const writes = [...agents.map(({ sending }) => sending), ...underWay];
  return [log.at(-1), ...writes.map((write) => write?.commit)].some((commit) => (commit?.queue.length ?? 0) > 0);
}

/** A dead run that neither owns nor waits, now or by a late write, matters to nobody. */
function isInTheWay(world: World, run: Run): boolean {
  return [commitAt(world, headOf(world)), ...world.underWay.map(({ commit }) => commit)].some(
    ({ owner, queue }) => owner?.run === run || queue.some((place) => place.run === run),
  );
}
