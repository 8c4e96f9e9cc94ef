import { readMarker, type Marker } from '../core/marker.js';
import { migrateCommand } from '../core/migration-names.js';
import type { StoredTarget } from '../core/record.js';
import type { StateBranch } from '../core/state-branch.js';
import { plain } from '../core/text.js';
import { permanent } from './failures.js';
import { formersThere, type Formers } from './former-fields.js';
import type { StoreFailure } from './state-store.js';

/**
 * Whether the records of a repository lie under another name than the one that is asked for. The names are looked at in the
 * same query as the branch itself, and count only where that one does not exist.
 */

/** `null`: none of them is a state branch of this repository, so a new one may be made. */
export function judgeFormers(
  formers: Formers,
  target: Pick<StoredTarget, 'repoId'>,
  branch: StateBranch,
): StoreFailure | null {
  for (const former of formersThere(formers)) {
    const { marker } = former.target;
    if (marker === null) continue;
    const text = marker.object?.text ?? null;
    const reading = text === null ? null : readMarker(text);
    const made = reading?.kind === 'marker' ? reading.marker : null;
    // A copy that came with a fork or a template is not ours; one that cannot be read may be.
    if (made !== null && made.repoId !== target.repoId) continue;
    // Two plain names are two branches, whatever they look like.
    if (branch.shard === null && made?.shard === null) continue;
    return recordsElsewhere(branch, former.name, made);
  }
  return null;
}

/**
 * @param branch where the records are.
 * @param marker of that branch; `null`: it cannot be read.
 */
function recordsElsewhere({ name, pattern }: StateBranch, branch: string, marker: Marker | null): StoreFailure {
  const made = marker?.stateBranch ?? branch;
  const movedTo = marker?.moved?.to ?? null;
  if (movedTo === pattern) {
    const problem = `The branch "${name}" is not there yet: the records are being moved to "${pattern}" from the branch "${branch}"`;
    const advice = `Nothing was written. If nobody is at it any more, let it be finished: ${migrateCommand(made, pattern)}.`;
    return permanent('state_branch_foreign', problem, advice);
  }
  const present = plain(movedTo ?? made);
  const problem = `The input "state-branch" is "${pattern}", but this repository keeps its records under "${present}" (branch "${branch}")`;
  const advice =
    `Nothing was written. Set "state-branch" to ${present} in this workflow as in all others, or move the records ` +
    `once, while no run is at work: ${migrateCommand(present, pattern)}.`;
  return permanent('state_branch_foreign', problem, advice);
}
