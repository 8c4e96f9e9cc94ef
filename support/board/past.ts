import type { Cast, Chance } from './cast.js';
import { type Act, EARLY, ENDING_MS, endingActs, STATES } from './ending.js';
import { type Life, lifeNumber, LONGEST_LIFE, quiet } from './lives.js';
import type { Scene } from './scene.js';
import type { Story, Told } from './story.js';

export interface Telling {
  readonly story: Story;
  readonly cast: Cast;
  readonly chance: Chance;
  readonly scenes: readonly Scene[];
  readonly commits: number;
  readonly start: Date;
  readonly end: Date;
}

/** So many targets are owned at the same time, those of the ending apart. */
const SIDE_BY_SIDE = 12;
/** From so many commits before the ending on no life begins but what fills up to their very number. */
const CLOSING = SIDE_BY_SIDE * LONGEST_LIFE + 8;

/** Tells all of it, commit by commit. */
export function* tellPast({ story, cast, chance, scenes, commits, start, end }: Telling): Generator<Told> {
  const { early, late } = endingActs({ story, cast, scenes });
  const middle = end.getTime() - ENDING_MS;
  const before = commits - late.length;
  const past = new Past({ story, cast, chance }, scenes.slice(STATES.length));
  const earlyActs = new Map(early.map((act, index) => [Math.floor(before * (EARLY[index] ?? 1)), act]));
  for (let commit = 0; commit < before; commit += 1) {
    story.setTime(between(start.getTime(), middle, commit / before));
    const act: Act = earlyActs.get(commit) ?? (() => past.goOn(before - commit));
    act();
    yield story.newest;
  }
  if (!past.isWhole) throw new Error('There are not enough commits for so many records.');
  for (const [index, act] of late.entries()) {
    story.setTime(between(middle, end.getTime(), index / late.length));
    act();
    yield story.newest;
  }
}

function between(from: number, to: number, part: number): Date {
  return new Date(Math.floor(from + (to - from) * part));
}

/** The lives that are going on, one commit after the other. */
class Past {
  readonly #alive: { readonly life: Life; readonly scene: Scene }[] = [];
  readonly #free: Scene[];
  #begun = 0;

  constructor(
    private readonly parts: Pick<Telling, 'story' | 'cast' | 'chance'>,
    private readonly scenes: readonly Scene[],
  ) {
    this.#free = [...scenes];
  }

  /** Whether something has happened to every target. */
  get isWhole(): boolean {
    return this.#begun >= this.scenes.length;
  }

  /** Makes one of the commits that are left. */
  goOn(left: number): void {
    const isClosing = left <= CLOSING;
    if (isClosing && this.#alive.length === 0) this.#begin(left === 3 ? 1 : 0);
    else if (!isClosing && this.#alive.length < SIDE_BY_SIDE) this.#begin(null);
    else this.#advance();
  }

  /** Begins a life like another, or with `renewals` one of so many commits and two. */
  #begin(renewals: number | null): void {
    const { story, ...others } = this.parts;
    const scene = this.#free.shift();
    if (scene === undefined) throw new Error('There are not enough records for the past.');
    const setting = { scene, ...others, now: () => story.now };
    const life = renewals === null ? lifeNumber(this.#begun, setting) : quiet(setting, renewals);
    this.#begun += 1;
    this.#alive.push({ life, scene });
    life.next();
  }

  #advance(): void {
    const index = this.parts.chance.below(this.#alive.length);
    const chosen = this.#alive[index];
    if (chosen?.life.next().done !== true) return;
    this.#alive.splice(index, 1);
    this.#free.push(chosen.scene);
  }
}
