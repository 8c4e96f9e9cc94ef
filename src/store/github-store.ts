import { recordPath, type ActiveRun, type QueueEntry, type StoredTarget, type Target } from '../core/record.js';
import { formerNames, stateBranchOf } from '../core/state-branch.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';
import { askPermission, type RequiredPermission } from './actor-permission.js';
import { AnswerClock } from './answer-time.js';
import { commitChange } from './commit-change.js';
import { keepAnswers } from './kept-answers.js';
import { askPullRequestState } from './pull-request-state.js';
import { transient, type Purpose } from './failures.js';
import { formerVariables } from './former-fields.js';
import { readGraphqlAnswer } from './graphql-answer.js';
import { askLiveness, type OwnerRunContext, type OwnWorkflowRun } from './owner-run.js';
import { readQuery } from './read-query.js';
import { readSnapshot } from './read-snapshot.js';
import type { ReadResult, WatchableStore } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';
import { lookAtRecord, type Timed } from './watch-record.js';

export interface GithubStoreOptions {
  readonly transport: Transport;
  readonly target: Target;
  /** The name of the branch, or the pattern of its shards. */
  readonly stateBranch: string;
  readonly clock: Clock;
  readonly serverUrl: string;
  /** Who started this workflow run, and who started it again; see `askPermission`. */
  readonly actors: readonly string[];
  readonly allowedActors: readonly string[];
  readonly requiredPermission: RequiredPermission;
  readonly ownWorkflowRun: OwnWorkflowRun | null;
}

/** The state branch of a repository on GitHub. */
export function createGithubStore(options: GithubStoreOptions): WatchableStore {
  const { transport, target, clock, ownWorkflowRun, serverUrl } = options;
  const branch = stateBranchOf(options.stateBranch, target.pr);
  const formers = formerNames(branch, target.pr);
  const [owner, name] = target.repo.split('/');
  const answerClock = new AnswerClock();
  const purpose = (doing: string, permission: string): Purpose => ({ doing, permission, now: clock.now() });
  const timed = (answer: HttpAnswer, sentMs: number, { doing }: Purpose): Timed => {
    const told = answerClock.read(answer, sentMs, clock.monotonic());
    if (told.kind === 'now') return told;
    const how = told.kind === 'kept' ? 'a kept answer, by its Date or Age,' : 'an answer without a Date';
    return { kind: 'failed', failure: transient(`Something on the way to GitHub gave ${how} while ${doing}`, answer) };
  };
  const around = keepAnswers(transport);
  const runContext = (): OwnerRunContext => ({ transport: around, ownWorkflowRun, serverUrl, now: clock.now() });

  return {
    target,
    async read(deadline: Deadline): Promise<ReadResult> {
      const variables = {
        owner,
        name,
        pr: target.pr,
        ref: `refs/heads/${branch.name}`,
        path: recordPath(target),
        ...formerVariables(formers),
      };
      const sent = clock.monotonic();
      const answer = await transport.graphql(readQuery(formers.length), variables, deadline);
      const why = purpose('reading the state branch', 'contents: read');
      const read = readGraphqlAnswer(answer, why);
      if (read.kind === 'failed') return { kind: 'failed', failure: read.failure };
      const told = timed(answer, sent, why);
      if (told.kind !== 'now') return told;
      const shown = readSnapshot(answer, target, branch, told.time, why);
      if (shown.kind !== 'unfounded') return shown;
      // Hardly ever.
      const { judgeFormers } = await import('./former-branches.js');
      const failure = judgeFormers(shown.formers, shown.snapshot.target, branch);
      return failure === null ? { kind: 'read', snapshot: shown.snapshot } : { kind: 'failed', failure };
    },
    look(known, deadline: Deadline) {
      const sent = clock.monotonic();
      const why = purpose('looking at the record', 'contents: read');
      const context = { transport, target, stateBranch: branch.name, purpose: why };
      return lookAtRecord({ ...context, timed: (answer) => timed(answer, sent, why) }, known, deadline);
    },
    async write(change, deadline: Deadline) {
      const { expectedHead } = change;
      const why = purpose('writing to the state branch', 'contents: write');
      if (expectedHead !== null)
        return commitChange(transport, branch.name, { ...change, expectedHead }, why, deadline);
      // Once in the life of a branch.
      const { createBranch } = await import('./create-branch.js');
      return createBranch(transport, branch, change, why, deadline);
    },
    ownerLiveness: (owner: ActiveRun, present: StoredTarget, deadline: Deadline) =>
      askLiveness(runContext(), 'owner', owner, present, deadline),
    waiterLiveness: (place: QueueEntry, present: StoredTarget, deadline: Deadline) =>
      askLiveness(runContext(), 'waiter', place, present, deadline),
    pullRequestState: (present: StoredTarget, deadline: Deadline) =>
      askPullRequestState(around, present, clock.now(), deadline),
    takeoverPermission({ repo }: StoredTarget, deadline: Deadline) {
      const { actors, allowedActors: allowed, requiredPermission: required } = options;
      return askPermission({ transport, repo, actors, allowed, required, now: clock.now() }, deadline);
    },
    async cancelRun(run: ActiveRun, present: StoredTarget, deadline: Deadline) {
      // Most steps cancel nothing.
      const { askToCancel } = await import('./cancel-run.js');
      return askToCancel(runContext(), run, present, deadline);
    },
  };
}
