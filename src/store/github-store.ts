import { recordPath, type ActiveRun, type Target } from '../core/record.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { askPermission, type RequiredPermission } from './actor-permission.js';
import { commitChange } from './commit-change.js';
import { createBranch } from './create-branch.js';
import type { Purpose } from './failures.js';
import { askOwnerLiveness, askToCancel, type OwnWorkflowRun } from './owner-run.js';
import { READ_QUERY, readSnapshot } from './read-snapshot.js';
import type { StateStore } from './state-store.js';
import type { Transport } from './transport.js';

export interface GithubStoreOptions {
  readonly transport: Transport;
  readonly target: Target;
  readonly stateBranch: string;
  readonly clock: Clock;
  readonly actor: string | null;
  /** The asking workflow run where it is one of the target's repository. */
  readonly ownWorkflowRun: OwnWorkflowRun | null;
  readonly requiredPermission: RequiredPermission;
}

/** The state branch of a repository on GitHub. */
export function createGithubStore(options: GithubStoreOptions): StateStore {
  const { transport, target, stateBranch, clock, ownWorkflowRun } = options;
  const [owner, name] = target.repo.split('/');
  const place = { target, stateBranch };
  const purpose = (doing: string, permission: string): Purpose => ({ doing, permission, now: clock.now() });

  return {
    target,
    async read(deadline: Deadline) {
      const variables = {
        owner,
        name,
        pr: target.pr,
        ref: `refs/heads/${stateBranch}`,
        path: recordPath(target),
      };
      const answer = await transport.graphql(READ_QUERY, variables, deadline);
      return readSnapshot(answer, target, stateBranch, purpose('reading the state branch', 'contents: read'));
    },
    write(change, deadline: Deadline) {
      const { expectedHead } = change;
      const why = purpose('writing to the state branch', 'contents: write');
      return expectedHead === null
        ? createBranch(transport, place, change, why, deadline)
        : commitChange(transport, place, { ...change, expectedHead }, why, deadline);
    },
    ownerLiveness(run: ActiveRun, deadline: Deadline) {
      return askOwnerLiveness({ transport, repo: target.repo, ownWorkflowRun, now: clock.now() }, run, deadline);
    },
    takeoverPermission(deadline: Deadline) {
      const { actor, requiredPermission: required } = options;
      return askPermission({ transport, repo: target.repo, actor, required, now: clock.now() }, deadline);
    },
    cancelRun(run: ActiveRun, deadline: Deadline) {
      return askToCancel({ transport, repo: target.repo, ownWorkflowRun, now: clock.now() }, run, deadline);
    },
  };
}
