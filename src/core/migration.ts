import type { Marker } from './marker.js';
import { mayShareRecords } from './migration-records.js';
import { left, refuseOld, refuseReading, taken } from './migration-refusals.js';
import type { Failure } from './outcome.js';
import type { StateBranch } from './state-branch.js';

/**
 * How all records come under another `state-branch`. First each old branch is marked, after which nothing changes there;
 * then each new one is made of what the old ones had at that very moment. Every step is told from what lies on the branches
 * alone, so that a migration that was killed, or that two are at, is gone on with by whoever comes next.
 */

/** What was found under the name of a state branch. */
export type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'foreign'; readonly failure: Failure }
  | { readonly kind: 'ours'; readonly head: string; readonly marker: Marker; readonly hasRecords: boolean };

export interface Seen {
  readonly branch: StateBranch;
  readonly found: Found;
}

export interface MigrationReading {
  readonly repoId: number;
  readonly defaultBranch: string;
  /** All branches of the old pattern, in order. */
  readonly old: readonly Seen[];
  /** All of the new one. */
  readonly next: readonly Seen[];
}

/** An old branch, and the commit that has its records; `null`: it has never had any. */
export interface Origin {
  readonly branch: StateBranch;
  readonly commit: string | null;
}

/** An old branch that nothing says yet that its records have moved. */
export interface Mark {
  readonly branch: StateBranch;
  /** The head that was read; `null`: the branch is made only to say so, or a claim under the old name could make it. */
  readonly head: string | null;
  readonly marker: Marker;
}

/** A new branch that is to be made. */
export interface Make {
  readonly branch: StateBranch;
  readonly marker: Marker;
  readonly origins: readonly Origin[];
  /** The head of a branch that stands there since its own records moved away; it goes on from there. `null`: there is none. */
  readonly over: string | null;
}

export interface Plan {
  readonly kind: 'plan';
  readonly origins: readonly Origin[];
  /** As long as there are some, nothing is made: what is to be made may still change. */
  readonly marks: readonly Mark[];
  /** None of both: all is done. */
  readonly makes: readonly Make[];
}

export type MigrationPlan = Plan | { readonly kind: 'refused'; readonly failure: Failure };

/** What stands under the name of a new branch: nothing or an old shell, what was to be made, or what may not be touched. */
type Standing = 'free' | 'made' | 'left' | 'taken';

export function planMigration(
  from: string,
  to: string,
  { repoId, defaultBranch, old, next }: MigrationReading,
): MigrationPlan {
  const all = [...old, ...next];
  const refusal = refuseReading(all, defaultBranch) ?? refuseOld(from, to, old, next);
  if (refusal !== null) return { kind: 'refused', failure: refusal };
  const marks = old.flatMap(({ branch, found }) => markOf(branch, found, { repoId, to }));
  const origins = old.map(({ branch, found }) => ({ branch, commit: originOf(found) }));
  const tokenFloor = Math.max(...all.map(({ found }) => (found.kind === 'ours' ? found.marker.tokenFloor : 0)));
  const makes: Make[] = [];
  for (const { branch, found } of next) {
    const own = origins.filter((origin) => mayShareRecords(origin.branch, branch));
    const madeFrom = own.flatMap(({ commit }) => commit ?? []);
    const standing = standingOf(found, marks.length === 0 ? madeFrom : null);
    if (standing === 'taken') return { kind: 'refused', failure: taken(branch, from, marks.length < old.length) };
    if (standing === 'left') return { kind: 'refused', failure: left(from, to, found) };
    if (standing === 'made') continue;
    const marker = { repoId, stateBranch: to, shard: branch.shard, tokenFloor, moved: null, madeFrom };
    makes.push({ branch, marker, origins: own, over: found.kind === 'ours' ? found.head : null });
  }
  return { kind: 'plan', origins, marks, makes };
}

function markOf(branch: StateBranch, found: Found, { repoId, to }: { repoId: number; to: string }): readonly Mark[] {
  if (found.kind !== 'ours') {
    const { pattern: stateBranch, shard } = branch;
    return [{ branch, head: null, marker: { repoId, stateBranch, shard, tokenFloor: 0, moved: { to, from: null } } }];
  }
  const { head, marker } = found;
  return marker.moved === null ? [{ branch, head, marker: { ...marker, moved: { to, from: head } } }] : [];
}

function originOf(found: Found): string | null {
  return found.kind === 'ours' ? (found.marker.moved?.from ?? found.head) : null;
}

/** @param madeFrom what it would be made from; `null`: that may still change, so it cannot have been made from it. */
function standingOf(found: Found, madeFrom: readonly string[] | null): Standing {
  if (found.kind !== 'ours') return 'free';
  const { moved, madeFrom: was = [] } = found.marker;
  const isMade = madeFrom !== null && was.join() === madeFrom.join();
  if (moved === null) return isMade ? 'made' : 'taken';
  if (isMade) return 'left';
  // Its own records are elsewhere; those that somebody else has marked may lie here alone.
  return moved.from !== null || !found.hasRecords ? 'free' : 'taken';
}
