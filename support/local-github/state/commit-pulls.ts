import type { PullRecord } from './pulls.js';
import type { Repository } from './repository.js';

/**
 * The pull requests a commit belongs to, as `commits/{sha}/pulls` has it: for a commit on the default branch only the
 * merged ones that brought it there, else those that have it between base and head.
 */
export async function pullsOfCommit(repository: Repository, oid: string): Promise<PullRecord[]> {
  const defaultHead = await repository.head(repository.defaultBranch);
  if (defaultHead !== null && (await repository.store.isAncestor(oid, defaultHead))) {
    return repository.pulls.all().filter((pull) => pull.mergedCommits.includes(oid));
  }
  const found: PullRecord[] = [];
  for (const pull of repository.pulls.all()) {
    const open = pull.state === 'open';
    const head = (open ? await pull.headRepository.head(pull.headRefName) : null) ?? pull.lastHead;
    if (open && pull.headRepository !== repository) await repository.pulls.publishHead(pull);
    const base = (open ? await repository.head(pull.baseRefName) : null) ?? pull.lastBase;
    if ((await repository.store.revList(head, `^${base}`)).includes(oid)) found.push(pull);
  }
  return found;
}
