import * as v from 'valibot';
import type { ActiveRun, StoredTarget } from '../core/record.js';
import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, type Purpose } from './failures.js';
import { askRun, isOwnRun, repositoryOf, type OwnerRunContext } from './owner-run.js';
import type { Advised } from './state-store.js';

const WorkflowSchema = v.object({
  name: v.nullish(v.string(), null),
  path: v.nullish(v.string(), null),
  run_attempt: v.nullish(v.number(), null),
});

/**
 * Asks GitHub to cancel the owner's workflow run. A record is no proof of who holds it, so only a run of this server and
 * repository is cancelled, and only if its workflow is the recorded one. Two requests; the caller's own command never
 * depends on the answer.
 */
export async function askToCancel(
  { transport, now, ownWorkflowRun, serverUrl }: OwnerRunContext,
  { holder, attempt }: ActiveRun,
  target: StoredTarget,
  deadline: Deadline,
): Promise<Advised<'requested' | 'over_already' | 'not_possible'>> {
  const id = holder?.workflowRunId ?? null;
  if (holder === null || id === null) return notPossible('it is no workflow run');
  const isHere =
    repositoryOf(holder, target) === target.repo &&
    (holder.repoId === null || holder.repoId === target.repoId) &&
    isOnServer(holder.url, serverUrl);
  if (!isHere) return notPossible('it is no workflow run of this repository on this server');
  if (isOwnRun(holder, target, ownWorkflowRun)) return notPossible('it is another job of this very workflow run');
  const purpose: Purpose = { doing: `cancelling workflow run ${String(id)}`, permission: 'actions: write', now };
  const shown = await askRun(transport, target.repo, id, purpose, deadline);
  const unseen = failureOfStatus(shown, purpose);
  if (unseen !== null || shown.kind === 'no_answer') {
    return notPossible(unseen === null ? 'no answer' : `${unseen.problem}. ${unseen.advice}`);
  }
  const run = v.safeParse(WorkflowSchema, shown.body, { abortEarly: true });
  if (!run.success || !isWorkflow(holder.workflow, run.output)) {
    return notPossible(`workflow run ${String(id)} is not of the workflow that the record names`);
  }
  // GitHub cancels the newest attempt, and a later one than the recorded was not replaced.
  if (run.output.run_attempt !== null && run.output.run_attempt > attempt) {
    return notPossible(`workflow run ${String(id)} was started again since, and its later attempt was not replaced`);
  }
  const [owner, repo] = target.repo.split('/');
  const answer = await transport.rest(
    'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel',
    { owner, repo, run_id: id },
    deadline,
  );
  if (answer.kind === 'answer' && answer.status === 409) return { value: 'over_already', warning: null };
  const failure = failureOfStatus(answer, purpose);
  return failure === null
    ? { value: 'requested', warning: null }
    : notPossible(`${failure.problem}. ${failure.advice}`);
}

/** The runner names a workflow by its name, or by its file where it has none; GitHub may add the ref to the path. */
function isWorkflow(recorded: string | null, { name, path }: v.InferOutput<typeof WorkflowSchema>): boolean {
  return recorded !== null && (recorded === name || recorded === path?.replace(/@.*$/, ''));
}

function isOnServer(url: string | null, serverUrl: string): boolean {
  return url !== null && URL.canParse(url) && URL.canParse(serverUrl) && new URL(url).host === new URL(serverUrl).host;
}

function notPossible(why: string): Advised<'not_possible'> {
  return { value: 'not_possible', warning: `The replaced owner was not cancelled: ${why}.` };
}
