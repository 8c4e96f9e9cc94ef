import type { Failure } from './outcome.js';
import {
  DEFAULT_STATE_BRANCH,
  isSharded,
  SHARD_PLACEHOLDER,
  stateBranchesOf,
  unshardedName,
  type StateBranch,
} from './state-branch.js';
import { plain } from './text.js';

/** What can be told of the names in a migration before anything is read. */

/** To be pasted into a shell. Names may come from a marker, into which anybody who may write can put anything. */
export function migrateCommand(from: string, to: string): string {
  return `runner-coord migrate --from ${quoted(from)} --state-branch ${quoted(to)}`;
}

function quoted(name: string): string {
  return `'${plain(name).replaceAll("'", "'\\''")}'`;
}

/** Where the records are likely to lie if nobody says so: the patterns whose branches a claim under the new one looks at. */
export function formerPatterns(to: string): readonly string[] {
  const bases = [DEFAULT_STATE_BRANCH, isSharded(to) ? unshardedName(to) : to];
  const patterns = bases.flatMap((base) => [base, `${base}-${SHARD_PLACEHOLDER}`]);
  return [...new Set(patterns)].filter((pattern) => pattern !== to);
}

/** `null`: the branches of both patterns can be there side by side, as they have to be afterwards. */
export function refuseNames(from: string, to: string): Failure | null {
  if (from === to) {
    const problem = `The records are to be moved from "${plain(from)}" to the very same "state-branch"`;
    return invalid(problem, 'Say where they are with --from, and where they go with --state-branch.');
  }
  for (const old of stateBranchesOf(from)) {
    for (const { name } of stateBranchesOf(to)) {
      if (name !== old.name && !isInTheWay(name, old.name)) continue;
      const why = name === old.name ? 'would be both' : `cannot be there beside "${name}"`;
      const problem = `"${plain(from)}" cannot be moved to "${plain(to)}": git’s branch "${old.name}" ${why}`;
      return invalid(problem, 'Choose another --state-branch.');
    }
  }
  return null;
}

/**
 * Whether a branch of the repository would keep one of these from being made.
 *
 * @param names all branches that begin like them.
 */
export function refuseClash(names: readonly string[], branches: readonly StateBranch[]): Failure | null {
  for (const { name } of branches) {
    const other = names.find((each) => isInTheWay(each, name));
    if (other === undefined) continue;
    const problem = `Git allows no branch "${name}" beside the branch "${plain(other)}"`;
    return invalid(problem, 'Delete or rename that branch and run this again, or choose another --state-branch.');
  }
  return null;
}

/** What all names of a pattern begin with, up to a folder or the shard. */
export function commonBeginning(pattern: string): string {
  return pattern.replace(/(?:\/|\{shard\}).*$/, '');
}

/** To git a branch is a file, and what stands before a slash in a name is a folder. */
function isInTheWay(one: string, other: string): boolean {
  return one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

function invalid(problem: string, advice: string): Failure {
  return { code: 'invalid_input', problem, advice };
}
