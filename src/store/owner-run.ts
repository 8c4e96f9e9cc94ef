import * as v from 'valibot';
import type { ActiveRun } from '../core/record.js';
import type { Deadline } from '../time/deadline.js';
import { ask } from './ask.js';
import { failureOfStatus, type Purpose } from './failures.js';
import type { Advised } from './state-store.js';
import type { Transport } from './transport.js';

/** What is asked of GitHub about the workflow run that holds a tenure. */

const RunSchema = v.object({
  status: v.nullable(v.string()),
  run_attempt: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
});

/** The workflow run that this process belongs to. */
export interface OwnWorkflowRun {
  readonly id: number;
  readonly attempt: number;
}

export interface OwnerRunContext {
  readonly transport: Transport;
  /** The target's repository, `owner/name`. */
  readonly repo: string;
  /** The workflow run that asks, if it is one of this repository: it is alive, and never cancels itself. */
  readonly ownWorkflowRun: OwnWorkflowRun | null;
  /** ISO time, for messages. */
  readonly now: string;
}

/** The id of the owner's workflow run if it is a run of this repository, else `null`. */
function workflowRunOf(owner: ActiveRun, repo: string): number | null {
  const id = owner.holder?.workflowRunId ?? null;
  const url = owner.holder?.url ?? null;
  if (id === null) return null;
  // The URL names the repository; a run of another one has an id that means something else here.
  return url === null || url.toLowerCase().includes(`/${repo}/actions/runs/${String(id)}`) ? id : null;
}

/**
 * Whether the owner's workflow run is over: completed, or replaced by a later attempt. One request. Anything that is
 * not a clear answer is `unknown`, which counts as alive.
 */
export async function askOwnerLiveness(
  { transport, repo, now, ownWorkflowRun }: OwnerRunContext,
  owner: ActiveRun,
  deadline: Deadline,
): Promise<Advised<'alive' | 'dead' | 'unknown'>> {
  const id = workflowRunOf(owner, repo);
  if (id === null) return { value: 'unknown', warning: null };
  if (id === ownWorkflowRun?.id) {
    // Another job of this very run: nobody needs to be asked whether it is alive, or which attempt is the latest.
    return { value: ownWorkflowRun.attempt > owner.attempt ? 'dead' : 'alive', warning: null };
  }
  const [ownerName, name] = repo.split('/');
  const purpose: Purpose = {
    doing: `asking whether workflow run ${String(id)} is over`,
    permission: 'actions: read',
    now,
  };
  const answer = await ask(
    transport,
    {
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      parameters: { owner: ownerName, repo: name, run_id: id },
      purpose,
    },
    deadline,
  );
  const failure = failureOfStatus(answer, purpose);
  if (answer.kind === 'answer' && answer.status === 404) {
    const warning =
      `GitHub shows no workflow run ${String(id)} in ${repo}, so its tenure counts as alive. The run was deleted, ` +
      'or the token lacks the permission "actions: read".';
    return { value: 'unknown', warning };
  }
  if (failure !== null || answer.kind === 'no_answer') {
    const why = failure === null ? 'no answer' : `${failure.problem}. ${failure.advice}`;
    return {
      value: 'unknown',
      warning: `Whether the owner is still alive is not known, so it counts as alive: ${why}`,
    };
  }
  const run = v.safeParse(RunSchema, answer.body, { abortEarly: true });
  if (!run.success) {
    const warning =
      'Whether the owner is still alive is not known, so it counts as alive: GitHub’s answer could not be understood.';
    return { value: 'unknown', warning };
  }
  const over = run.output.status === 'completed' || (run.output.run_attempt ?? 0) > owner.attempt;
  return { value: over ? 'dead' : 'alive', warning: null };
}

/** Asks GitHub to cancel the owner's workflow run. One request; the caller's own command never depends on the answer. */
export async function askToCancel(
  { transport, repo, now, ownWorkflowRun }: OwnerRunContext,
  owner: ActiveRun,
  deadline: Deadline,
): Promise<Advised<'requested' | 'over_already' | 'not_possible'>> {
  const id = workflowRunOf(owner, repo);
  if (id === null) {
    const warning = 'The replaced owner was not cancelled: it is no workflow run of this repository.';
    return { value: 'not_possible', warning };
  }
  if (id === ownWorkflowRun?.id) {
    const warning = 'The replaced owner was not cancelled: it is another job of this very workflow run.';
    return { value: 'not_possible', warning };
  }
  const [ownerName, name] = repo.split('/');
  const purpose: Purpose = { doing: `cancelling workflow run ${String(id)}`, permission: 'actions: write', now };
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
    { owner: ownerName, repo: name, run_id: id },
    deadline,
  );
  if (answer.kind === 'answer' && answer.status === 409) return { value: 'over_already', warning: null };
  const failure = failureOfStatus(answer, purpose);
  if (failure === null) return { value: 'requested', warning: null };
  return {
    value: 'not_possible',
    warning: `The replaced owner was not cancelled: ${failure.problem}. ${failure.advice}`,
  };
}
