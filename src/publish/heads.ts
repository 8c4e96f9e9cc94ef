import type { GitAnswer } from '../git/run-git.js';
import type { Deadline } from '../time/deadline.js';
import { REMOTE, type SideRepository } from './side-repository.js';

export type ListedHeads =
  | { readonly kind: 'listed'; readonly heads: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly answer: GitAnswer };

/** The commits of these refs as git's server has them; one that is not there is not in the answer. */
export async function listHeads(
  side: SideRepository,
  refs: readonly string[],
  deadline: Deadline,
): Promise<ListedHeads> {
  const answer = await side.git(deadline, ['ls-remote', '--quiet', REMOTE, ...refs]);
  if (answer.kind !== 'ended' || answer.status !== 0) return { kind: 'failed', answer };
  const lines = answer.stdout.split('\n').map((line) => line.split('\t'));
  const heads = lines.flatMap(([oid, ref]) => (oid === undefined || ref === undefined ? [] : [[ref, oid] as const]));
  return { kind: 'listed', heads: new Map(heads) };
}
