import { Patience } from '../coordinate/patience.js';
import type { Failure } from '../core/outcome.js';
import type { Asker, Surroundings } from '../use-case/wanted.js';
import { Deadline } from '../time/deadline.js';
import { BranchSweep, type SweepAsked } from './branch-sweep.js';
import type { SweptBranch } from './swept-branch.js';

export interface SweepWanted extends SweepAsked {
  /** All branches that keep records, each of which is swept by a commit of its own. */
  readonly branches: readonly string[];
  readonly asker: Asker;
  readonly token: string;
  readonly temporaryFolder: string;
  readonly timeoutMs: number;
}

export type SweepAnswer =
  | { readonly ok: true; readonly repo: string; readonly branches: readonly SweptBranch[] }
  | { readonly ok: false; readonly failure: Failure; readonly mayHaveWritten: boolean };

/** Sweeps one branch after the other. The first that fails ends it: those before are swept, and can be swept again. */
export async function sweepRepository(
  { branches, asker, token, temporaryFolder, timeoutMs, ...asked }: SweepWanted,
  { transport, clock, serverUrl, say, newId }: Surroundings,
): Promise<SweepAnswer> {
  const deadline = new Deadline(clock, timeoutMs);
  const swept: SweptBranch[] = [];
  let { repo } = asked;
  for (const branch of branches) {
    const patience = new Patience({ clock, deadline, debug: say.debug });
    const context = { transport, clock, deadline, patience, serverUrl, token, temporaryFolder, asker, say, newId };
    const answer = await new BranchSweep(context, asked, branch).run();
    if (!answer.ok) {
      const hasWritten = swept.some(({ commit }) => commit !== null);
      return { ...answer, mayHaveWritten: answer.mayHaveWritten || hasWritten };
    }
    repo = answer.repo;
    swept.push(answer.swept);
  }
  return { ok: true, repo, branches: swept };
}
