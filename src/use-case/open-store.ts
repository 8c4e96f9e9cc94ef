import type { Target } from '../core/record.js';
import { stateBranchOf } from '../core/state-branch.js';
import { createGithubStore } from '../store/github-store.js';
import type { WatchableStore } from '../store/state-store.js';
import type { Asker, Surroundings, Wanted } from './wanted.js';

export interface StoreChoice extends Pick<Wanted, 'asker' | 'stateBranch' | 'takeover'> {
  readonly target: Target;
}

/** The state branch of the target's repository, as this process may use it. */
export function openStore(
  { target, asker, stateBranch, takeover }: StoreChoice,
  { transport, clock, serverUrl }: Surroundings,
): WatchableStore {
  const { actors, repository, repositoryId: repoId, workflowRun } = asker;
  return createGithubStore({
    ...{ transport, clock, serverUrl, target, stateBranch, actors },
    allowedActors: takeover.actors,
    requiredPermission: takeover.permission === 'none' ? 'write' : takeover.permission,
    ownWorkflowRun: workflowRun && { ...workflowRun, repo: repository?.toLowerCase() ?? null, repoId },
  });
}

/** The same, written to by git where a commit is to be published; whoever opens it closes it. */
export async function openStoreFor(
  { publishing, ...choice }: StoreChoice & Pick<Wanted, 'publishing'>,
  surroundings: Surroundings,
): Promise<{ readonly store: WatchableStore; readonly close: () => Promise<void> }> {
  const store = openStore(choice, surroundings);
  if (publishing === null) return { store, close: () => Promise.resolve() };
  const { createPublishingStore } = await import('../publish/index.js');
  const stateBranch = stateBranchOf(choice.stateBranch, choice.target.pr).name;
  const { serverUrl } = surroundings;
  const publishingStore = createPublishingStore({ store, stateBranch, serverUrl, ...publishing });
  return { store: publishingStore, close: () => publishingStore.close() };
}

/** The id of the target's repository, where it is known: that of the repository this process works in. */
export function repositoryIdOf(target: Target, { repository, repositoryId }: Asker): number | null {
  return repository?.toLowerCase() === target.repo ? repositoryId : null;
}
