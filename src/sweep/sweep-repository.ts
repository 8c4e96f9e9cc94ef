import { Meter } from '../coordinate/meter.js';
import { Patience } from '../coordinate/patience.js';
import type { Effort } from '../core/effort.js';
import type { Failure } from '../core/outcome.js';
import { stateBranchesOf } from '../core/state-branch.js';
import { readBranches } from '../board/branches.js';
import { misplacedStateBranch } from '../store/branch-marker.js';
import type { Asker, Surroundings } from '../use-case/wanted.js';
import { Deadline } from '../time/deadline.js';
import { BranchSweep, type SweepAsked, type SweepContext } from './branch-sweep.js';
import { readKnown } from './known.js';
import { readingsOf } from './sweep-reading.js';
import type { SweptBranch } from './swept-branch.js';

export interface SweepWanted extends SweepAsked {
  /** `owner/name`. */
  readonly repo: string;
  /** One branch, or the pattern of all shards. */
  readonly stateBranch: string;
  readonly asker: Asker;
  readonly token: string;
  readonly temporaryFolder: string;
  readonly timeoutMs: number;
}

export type SweepAnswer = { readonly effort: Effort } & (
  | { readonly ok: true; readonly repo: string; readonly branches: readonly SweptBranch[] }
  | { readonly ok: false; readonly failure: Failure; readonly mayHaveWritten: boolean }
);

/** Sweeps all state branches of a repository, by a commit each. */
export async function sweepRepository(
  { asker, token, temporaryFolder, timeoutMs, ...wanted }: SweepWanted,
  { transport, clock, serverUrl, say, newId }: Surroundings,
): Promise<SweepAnswer> {
  const deadline = new Deadline(clock, timeoutMs);
  const meter = new Meter(clock, transport);
  const patience = new Patience({ clock, deadline, debug: say.debug, meter });
  const around = { transport, clock, deadline, serverUrl, token, temporaryFolder, asker, say, newId, meter };
  const answer = await sweepAll({ ...around, patience }, wanted);
  return { ...answer, effort: meter.effort };
}

type WithoutEffort<T> = T extends unknown ? Omit<T, 'effort'> : never;

/** What takes longest is read once for all branches. The first that fails ends it: those before are swept, and can be again. */
async function sweepAll(
  context: SweepContext,
  { repo, stateBranch, ...asked }: Pick<SweepWanted, 'repo' | 'stateBranch' | 'olderThanMs' | 'dryRun'>,
): Promise<WithoutEffort<SweepAnswer>> {
  const wanted = stateBranchesOf(stateBranch);
  const failed = (failure: Failure): WithoutEffort<SweepAnswer> => ({ ok: false, failure, mayHaveWritten: false });
  const read = await readBranches(context, repo, wanted, context.clock.now());
  if (!read.ok) return failed(read.failure);
  const used = { defaultBranch: read.value.defaultBranch, headBranch: null, baseBranch: '' };
  const misplaced = wanted.map((branch) => misplacedStateBranch(used, branch)).find((failure) => failure !== null);
  if (misplaced != null) return failed(misplaced);
  const known = await readKnown(context, read.value, asked.olderThanMs);
  if (!known.ok) return failed(known.failure);
  const readings = readingsOf(read.value);
  const branches: SweptBranch[] = [];
  for (const [index, branch] of wanted.entries()) {
    const first = readings[index];
    if (first === undefined) throw new Error('every branch that is asked for is answered');
    const { clock, deadline, say, meter } = context;
    const patience = new Patience({ clock, deadline, debug: say.debug, meter });
    const answer = await new BranchSweep({ ...context, patience }, asked, branch, first, known.value).run();
    if (!answer.ok) {
      const hasWritten = branches.some(({ commit }) => commit !== null);
      return { ...answer, mayHaveWritten: answer.mayHaveWritten || hasWritten };
    }
    branches.push(answer.swept);
  }
  return { ok: true, repo: read.value.repo, branches };
}
