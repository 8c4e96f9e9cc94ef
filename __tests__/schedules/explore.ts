import { codeOf } from '../../src/core/outcome.js';
import { judge, type Violation } from './judge.js';
import type { Scenario } from './scenario.js';
import { simulate, startOf, type Alternative, type Chooser, type Coordinator, type Played } from './simulate.js';

export interface Exploration {
  readonly schedules: number;
  /** The first violations, each with the schedule that shows it. */
  readonly violations: readonly FoundViolation[];
  /** How often each answer was given. */
  readonly answers: ReadonlyMap<string, number>;
}

export interface FoundViolation extends Violation {
  /** Who did what, in order. */
  readonly schedule: string;
}

export interface Exploring {
  /** More schedules than that are an error, so that "every" stays true and the time is known. */
  readonly limit?: number;
  /** More violations than that say no more; the search ends there. */
  readonly mostViolations?: number;
  /** Sees every schedule. */
  readonly watch?: (played: Played) => void;
}

/**
 * Plays every schedule of a scenario: each is played from the beginning, and the last choice that had another
 * alternative is taken differently the next time (depth first). Of schedules that come into the same state one is played
 * to its end: whatever can come of the others comes of that one, or of another one that goes on from there.
 */
export async function exploreAll(
  scenario: Scenario,
  code: Coordinator,
  { limit = 20_000, ...exploring }: Exploring = {},
): Promise<Exploration> {
  const found = new Findings(exploring);
  const start = await startOf(scenario, code);
  const known = new Set<string>();
  let prefix: number[] = [];
  for (;;) {
    const choices: { readonly index: number; readonly of: number }[] = [];
    const choose: Chooser = ({ length }, state) => {
      if (choices.length >= prefix.length) {
        const name = state();
        if (known.has(name)) return null;
        known.add(name);
      }
      const index = prefix[choices.length] ?? 0;
      choices.push({ index, of: length });
      return index;
    };
    const played = await simulate(start, choose);
    if (played !== null) found.add(played);
    if (found.schedules > limit) throw new Error(`${scenario.name}: more than ${String(limit)} schedules`);
    const last = choices.findLastIndex(({ index, of }) => index + 1 < of);
    if (last === -1 || found.enough) return found;
    prefix = choices.slice(0, last + 1).map(({ index }, place) => (place === last ? index + 1 : index));
  }
}

/** Plays random schedules of a scenario, the same ones for the same seed. */
export async function exploreRandomly(
  scenario: Scenario,
  code: Coordinator,
  { seed, schedules }: { readonly seed: number; readonly schedules: number },
): Promise<Exploration> {
  const found = new Findings({});
  const start = await startOf(scenario, code);
  const random = randomFrom(seed);
  while (found.schedules < schedules && !found.enough) {
    // Some schedules are calm and some are not.
    const unrest = random() * 0.4;
    const played = await simulate(start, (alternatives) => pick(alternatives, unrest, random));
    if (played !== null) found.add(played);
  }
  return found;
}

function pick(alternatives: readonly Alternative[], unrest: number, random: () => number): number {
  const faults = alternatives.some(({ fault }) => fault) && random() < unrest;
  const open = [...alternatives.keys()].filter((index) => (alternatives[index]?.fault ?? false) === faults);
  return open[Math.floor(random() * open.length)] ?? 0;
}

/** Mulberry32: small, and good enough to choose schedules. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Findings implements Exploration {
  schedules = 0;
  readonly violations: FoundViolation[] = [];
  readonly answers = new Map<string, number>();
  readonly #exploring: Exploring;

  constructor(exploring: Exploring) {
    this.#exploring = exploring;
  }

  get enough(): boolean {
    return this.violations.length >= (this.#exploring.mostViolations ?? 3);
  }

  add(played: Played): void {
    this.schedules += 1;
    for (const { name, outcome } of played.operations) {
      const answer = `${name}: ${outcome === null ? 'crashed' : codeOf(outcome)}`;
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
    }
    for (const violation of judge(played)) {
      this.violations.push({ ...violation, schedule: played.trace.join('\n') });
    }
    this.#exploring.watch?.(played);
  }
}
