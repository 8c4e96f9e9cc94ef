/** What the input `state-branch` names: one branch for all pull requests, or sixteen shards of which each has one. */

export const DEFAULT_STATE_BRANCH = 'runner-coord-state';
export const SHARD_PLACEHOLDER = '{shard}';
const SHARDS = 16;

export interface StateBranch {
  /** As git knows it. */
  readonly name: string;
  /** As the input says it, and the marker on the branch. */
  readonly pattern: string;
  /** `00` to `15`; `null`: all pull requests share one branch. */
  readonly shard: string | null;
}

/** The branch that has the record of a pull request, whatever its scope. */
export function stateBranchOf(pattern: string, pr: number): StateBranch {
  return isSharded(pattern) ? shardOf(pattern, pr) : { name: pattern, pattern, shard: null };
}

/** All branches that have records. */
export function stateBranchesOf(pattern: string): readonly StateBranch[] {
  if (!isSharded(pattern)) return [{ name: pattern, pattern, shard: null }];
  return Array.from({ length: SHARDS }, (_, index) => shardOf(pattern, index));
}

export function isSharded(pattern: string): boolean {
  return pattern.includes(SHARD_PLACEHOLDER);
}

/** The pattern without its shard, as `coord` of `coord-{shard}`; empty where nothing is left. */
export function unshardedName(pattern: string): string {
  return pattern.replace(/[-_./]*\{shard\}/, '').replace(/^[-_./]+/, '');
}

/**
 * Where the record lies if this repository has kept its records under another pattern so far. Before a branch is made these
 * are looked at: beside living records it would begin a second, empty account of who owns what. Beside a plain name only its
 * own shards are: nothing tells of names that have nothing to do with each other.
 */
export function formerNames({ name, pattern }: StateBranch, pr: number): readonly string[] {
  const shardBeside = (base: string): string => shardOf(`${base}-${SHARD_PLACEHOLDER}`, pr).name;
  if (!isSharded(pattern)) return [shardBeside(pattern)];
  const bases = [DEFAULT_STATE_BRANCH, unshardedName(pattern)].filter((base) => base !== '');
  const names = bases.flatMap((base) => [base, shardBeside(base)]);
  return [...new Set(names)].filter((former) => former !== name);
}

/** The shards that keep a plain branch from being made: once it is there, nobody looks at them any more. */
export function shardsBeside(name: string): readonly string[] {
  return stateBranchesOf(`${name}-${SHARD_PLACEHOLDER}`).map((shard) => shard.name);
}

function shardOf(pattern: string, pr: number): StateBranch {
  const shard = String(pr % SHARDS).padStart(2, '0');
  return { name: pattern.replace(SHARD_PLACEHOLDER, shard), pattern, shard };
}
