import type { Found, Seen } from './migration.js';
import { migrateCommand } from './migration-names.js';
import type { Failure } from './outcome.js';
import type { StateBranch } from './state-branch.js';
import { plain } from './text.js';

/** Why records are not moved. Nothing is ever overwritten, and no second account is begun beside a first one. */

export function refuseReading(all: readonly Seen[], defaultBranch: string): Failure | null {
  for (const { branch, found } of all) {
    if (branch.name !== defaultBranch) {
      if (found.kind === 'foreign') return found.failure;
      continue;
    }
    const problem = `The branch "${plain(branch.name)}" is the default branch of the repository`;
    return {
      code: 'invalid_input',
      problem,
      advice: 'Records need a branch of their own: choose another --state-branch.',
    };
  }
  return null;
}

export function refuseOld(from: string, to: string, old: readonly Seen[], next: readonly Seen[]): Failure | null {
  const missing = old.find(({ found }) => found.kind === 'absent');
  const comesFromNext = next.some(({ found }) => movedTo(found) === from);
  // Whoever moves records makes all branches, so that one that is not there was to be made yet.
  if (missing !== undefined && comesFromNext) {
    const problem = `The move from "${plain(to)}" to "${plain(from)}" is not finished: the branch "${missing.branch.name}" is not there`;
    return { code: 'state_branch_foreign', problem, advice: `Finish it first: ${migrateCommand(to, from)}.` };
  }
  if (old.every(({ found }) => found.kind === 'absent')) {
    const problem = `The repository has no records under the "state-branch" "${plain(from)}"`;
    const advice =
      'Say with --from what the workflows have used so far. If none has claimed yet, there is nothing to move.';
    return { code: 'invalid_input', problem, advice };
  }
  for (const { branch, found } of old) {
    const other = movedTo(found);
    if (other === null || other === to) continue;
    const problem = `The records of the branch "${branch.name}" have moved to "${plain(other)}"`;
    return { code: 'state_branch_foreign', problem, advice: `Move them from there: ${migrateCommand(other, to)}.` };
  }
  return null;
}

/** @param begun whether an old branch is marked already. */
export function taken({ name }: StateBranch, from: string, begun: boolean): Failure {
  const problem = `The branch "${name}" is there already, and was not made from the records of "${plain(from)}"`;
  const so = begun ? `"${plain(from)}" stays marked as moved` : 'nothing was written';
  const advice =
    `It is not overwritten, and ${so}. Its log tells who began it ("git log origin/${name}"). If nothing of it is needed, ` +
    'delete it and run this again; else choose another --state-branch.';
  return { code: 'state_branch_foreign', problem, advice };
}

/** A move that was done, and the branches that it made have been moved on since. */
export function left(from: string, to: string, found: Found): Failure {
  const later = plain(String(movedTo(found)));
  const problem = `The records of "${plain(from)}" were moved to "${plain(to)}", and from there to "${later}"`;
  const advice = `Nothing was written. Set the input "state-branch" to ${later} in all workflows of this repository.`;
  return { code: 'state_branch_foreign', problem, advice };
}

function movedTo(found: Found): string | null {
  return found.kind === 'ours' ? (found.marker.moved?.to ?? null) : null;
}
