import { may } from '../context.js';
import { isoSeconds, ZERO_OID } from '../git/objects.js';
import { nodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { workflowName, workflowPath } from '../state/runs.js';
import type { WorkflowRun } from '../types.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { forbidden, notFound, RestRefusal } from './errors.js';
import { repositoryShape, userShape } from './shapes.js';

function findRun({ repository, params }: RestCall): WorkflowRun {
  const run = repository.runs.get(Number(params.run_id));
  if (run === undefined) throw notFound();
  return run;
}

function runShape(repository: Repository, run: WorkflowRun): Record<string, unknown> {
  const { world } = repository;
  const url = `${world.apiUrl}/repos/${repository.nameWithOwner}/actions/runs/${run.id}`;
  const workflow = repository.runs.workflowId(run);
  // Not the time of the question: what has not changed is answered alike.
  const at = isoSeconds(repository.createdAt);
  const actor = userShape(world, run.actor ?? 'octocat');
  return {
    id: run.id,
    node_id: nodeId('Run', repository.id, run.id),
    name: workflowName(run),
    display_title: workflowName(run),
    head_branch: run.headBranch ?? repository.defaultBranch,
    head_sha: run.headSha ?? ZERO_OID,
    path: workflowPath(run),
    run_number: 1,
    run_attempt: run.runAttempt,
    event: run.event ?? 'pull_request',
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: workflow,
    check_suite_id: 1,
    check_suite_node_id: 'CS_1',
    url,
    html_url: `${repository.url}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: at,
    updated_at: at,
    run_started_at: at,
    actor,
    triggering_actor: userShape(world, run.triggeringActor ?? run.actor ?? 'octocat'),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${world.apiUrl}/repos/${repository.nameWithOwner}/check-suites/1`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.runAttempt > 1 ? `${url}/attempts/${run.runAttempt - 1}` : null,
    workflow_url: `${world.apiUrl}/repos/${repository.nameWithOwner}/actions/workflows/${workflow}`,
    head_commit: null,
    repository: repositoryShape(repository),
    head_repository: repositoryShape(repository),
  };
}

function getRun(call: RestCall): RestResult {
  if (!may(call.context, call.repository, 'actions', 'read')) throw forbidden();
  return { status: 200, body: runShape(call.repository, findRun(call)) };
}

function cancel(call: RestCall): RestResult {
  if (!may(call.context, call.repository, 'actions', 'write')) throw forbidden();
  const run = findRun(call);
  if (run.status === 'completed' || run.onCancel === 'refuse') {
    throw new RestRefusal(409, 'Cannot cancel a workflow run that is completed.');
  }
  if (run.onCancel !== 'ignore') call.repository.updateRun(run.id, { status: 'completed', conclusion: 'cancelled' });
  return { status: 202, body: {} };
}

export const runHandlers: RestHandlers = {
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': getRun,
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel': cancel,
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel': cancel,
};
