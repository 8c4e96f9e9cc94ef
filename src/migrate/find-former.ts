import type { Answered } from '../board/told.js';
import { formerPatterns } from '../core/migration-names.js';
import { chooseFormer } from '../core/migration-former.js';
import { stateBranchesOf } from '../core/state-branch.js';
import type { MigrationContext } from './context.js';
import { readBranches } from './read-branches.js';

/** The pattern under which the records are, where nobody has said it. One request. */
export async function findFormer(context: MigrationContext, asked: string, to: string): Promise<Answered<string>> {
  const branches = formerPatterns(to).flatMap((pattern) => stateBranchesOf(pattern));
  const read = await readBranches(context, asked, branches);
  if (!read.ok) return read;
  const seen = read.value.found.flatMap((found, index) => {
    const branch = branches[index];
    return branch === undefined ? [] : [{ branch, found }];
  });
  const chosen = chooseFormer(to, seen);
  return chosen.kind === 'refused' ? { ok: false, failure: chosen.failure } : { ok: true, value: chosen.from };
}
