import { type PullRecord, pullTips } from './pulls.js';
import type { Repository } from './repository.js';

/**
 * The pull requests a commit belongs to, as `commits/{sha}/pulls` has it: for a commit on the default branch only the
 * merged ones that brought it there, else all that have it between base and head, in any state. Of pull requests stacked
 * on one another it is therefore in those alone whose own base lacks it.
 */
export async function pullsOfCommit(repository: Repository, oid: string): Promise<PullRecord[]> {
  const defaultHead = await repository.head(repository.defaultBranch);
  if (defaultHead !== null && (await repository.store.isAncestor(oid, defaultHead))) {
    return repository.pulls.all().filter((pull) => pull.mergedCommits.includes(oid));
  }
  const found: PullRecord[] = [];
  for (const pull of repository.pulls.all()) {
    if (pull.state === 'open') await repository.pulls.publishHead(pull);
    const { head, base } = await pullTips(repository, pull, (wanted) => wanted.store.refs.list());
    if ((await repository.store.revList(head, `^${base}`)).includes(oid)) found.push(pull);
  }
  return found;
}
