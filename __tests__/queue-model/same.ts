import { isFound, mayStillLand } from './decide.js';
import { commitAt, headOf, type Agent, type QueueRecord, type Run, type World, type Write } from './terms.js';

/**
 * Two worlds with the same name have the same future. Of the past the name holds what a reading of it could tell
 * somebody, and which ids it has seen; heads and tokens are told by their distance from the newest, ids by their order,
 * and the two that wait are one like the other.
 *
 * A rule that is taken out may need more than that: then a story may be missed, but none is made up.
 *
 * @param idsComeAgain a write may have the id of an earlier one, so that no id of the past may be forgotten
 */
export function nameOf(world: World, idsComeAgain: boolean): string {
  return new Naming(world, idsComeAgain).name();
}

class Naming {
  readonly #world: World;
  readonly #ids: Map<string, string>;
  readonly #letters: Record<Run, string>;
  readonly #newestToken: number;

  constructor(world: World, idsComeAgain: boolean) {
    this.#world = world;
    this.#newestToken = commitAt(world, headOf(world)).token;
    const [first, second] = isSecondAhead(world) ? ['b', 'a'] : ['a', 'b'];
    this.#letters = { owner: 'o', taker: 't', first, second };
    // An id that comes again is the run's own name.
    this.#ids = new Map(idsComeAgain ? Object.entries(this.#letters) : []);
  }

  name(): string {
    const { log, agents, underWay, saidOver, now, faultsLeft } = this.#world;
    let name = this.#record(commitAt(this.#world, headOf(this.#world)));
    for (const letter of 'abot') {
      const agent = agents.find(({ run }) => this.#letters[run] === letter);
      if (agent !== undefined) name += `;${this.#agent(agent)}`;
    }
    for (const write of underWay) name += `&${this.#write(write)}`;
    name += `;${this.#runs(saidOver)}${String(now)}${String(faultsLeft)};`;
    const remembered = new Set<string>();
    for (const { event } of log) {
      if (event === null) continue;
      if (this.#ids.has(event.id)) remembered.add(this.#id(event.id));
      if (event.entry !== null && this.#ids.has(event.entry)) remembered.add(`${this.#id(event.entry)}!`);
    }
    return name + [...remembered].sort().join();
  }

  #id(id: string): string {
    const known = this.#ids.get(id) ?? String(this.#ids.size);
    this.#ids.set(id, known);
    return known;
  }

  #record({ owner, token, queue }: QueueRecord): string {
    let name = owner === null ? '/' : `${this.#letters[owner.run]}${String(owner.token - this.#newestToken)}/`;
    for (const { run, id, until } of queue) name += `${this.#letters[run]}${this.#id(id)}-${String(until)},`;
    return `${name}/${String(token - this.#newestToken)}`;
  }

  #write({ id, by, commit, decidedAt, saidOver }: Write): string {
    const { event } = commit;
    let name = `${this.#id(id)}${this.#letters[by]}${this.#record(commit)}`;
    if (event === null) return name;
    name += event.type.charAt(0);
    if (event.entry === null) return name;
    // Only of a hand-over it matters what was known.
    return `${name}${this.#id(event.entry)}.${String(decidedAt)}${this.#runs(saidOver)}`;
  }

  #runs(runs: readonly Run[]): string {
    return runs
      .map((run) => this.#letters[run])
      .sort()
      .join('');
  }

  #agent(agent: Agent): string {
    const { goal, phase, sending, unknown } = agent;
    if (phase === 'ended' || phase === 'dead') return phase.charAt(0);
    // The goals differ in their last letters.
    let name = goal.slice(-1);
    for (const { id } of unknown) name += `,${this.#id(id)}`;
    if (sending !== null) return `${name}>${this.#write(sending)}`;
    let last = '';
    for (let at = agent.seen; at <= headOf(this.#world); at += 1) {
      const told = whatItTells(this.#world, agent, at);
      if (told !== last) name += `|${told}`;
      last = told;
    }
    return name;
  }
}

function isSecondAhead(world: World): boolean {
  const { owner, queue } = commitAt(world, headOf(world));
  const met = [owner, ...queue].find((tenure) => tenure?.run === 'first' || tenure?.run === 'second');
  if (met != null) return met.run === 'second';
  const [first, second] = ['first', 'second'].map((run) => world.agents.find((agent) => agent.run === run));
  if (first === undefined || second === undefined) return false;
  return (
    `${first.phase}${first.goal}${String(first.unknown.length)}` >
    `${second.phase}${second.goal}${String(second.unknown.length)}`
  );
}

/** All that a reading of the past may decide: whether one owns, waits, and what one finds of one's unknown writes. */
function whatItTells(world: World, { run, unknown }: Agent, at: number): string {
  const { owner, queue } = commitAt(world, at);
  let told = owner?.run === run ? 'o' : queue.some((place) => place.run === run) ? 'q' : '-';
  for (const write of unknown) {
    told += isFound(world, at, write.id) ? 'f' : mayStillLand(world, at, write) ? 'm' : 'n';
  }
  return told;
}
