import { INVARIANTS, type Invariant } from './invariants.js';
import { movesOf, type Surroundings } from './moves.js';
import { nameOf } from './same.js';
import type { World } from './terms.js';

export interface Exploration {
  readonly worlds: number;
  /** The labels of all steps: what happened at all. */
  readonly seen: ReadonlySet<string>;
  readonly broken: Broken | null;
}

export interface Broken {
  readonly invariant: string;
  /** Who did what, in order; no shorter story breaks anything. */
  readonly trace: readonly string[];
}

/** A world to go on from, and how it was reached. */
interface Reached {
  readonly world: World;
  readonly by: Way | null;
}

interface Way {
  readonly label: string;
  readonly before: Way | null;
}

/** Every story that the world may take, breadth first, until an invariant is broken. */
export function explore(
  world: World,
  around: Surroundings,
  invariants: readonly Invariant[] = INVARIANTS,
  limit = 1_000_000,
): Exploration {
  const known = new Set([nameOf(world, !around.rules.anIdForEveryWrite)]);
  const seen = new Set<string>();
  let reached: readonly Reached[] = [{ world, by: null }];
  while (reached.length > 0) {
    const next: Reached[] = [];
    for (const { world: from, by: before } of reached) {
      for (const step of movesOf(from, around)) {
        const by: Way = { label: step.label, before };
        seen.add(step.label);
        const broken = invariants.find((holds) => !holds(step, around.rules));
        if (broken !== undefined)
          return { worlds: known.size, seen, broken: { invariant: broken.name, trace: story(by) } };
        const name = nameOf(step.after, !around.rules.anIdForEveryWrite);
        if (known.has(name)) continue;
        known.add(name);
        if (known.size > limit) throw new Error(`more than ${String(limit)} worlds`);
        next.push({ world: step.after, by });
      }
    }
    reached = next;
  }
  return { worlds: known.size, seen, broken: null };
}

function story(last: Way | null): string[] {
  const labels: string[] = [];
  for (let way = last; way !== null; way = way.before) labels.unshift(way.label);
  return labels;
}
