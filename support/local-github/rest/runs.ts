import { may } from '../context.js';
import { isoSeconds, ZERO_OID } from '../git/objects.js';
import { nodeId } from '../state/node-ids.js';
import type { Repository } from '../state/repository.js';
import { workflowName, workflowPath } from '../state/runs.js';
import type { WorkflowRun } from '../types.js';
import type { RestCall, RestHandlers, RestResult } from './answer.js';
import { forbidden, notFound, RestRefusal } from './errors.js';
import { pageOf } from './pages.js';
import { repositoryShape, userShape } from './shapes.js';

function findRun({ repository, params }: RestCall): WorkflowRun {
  const run = repository.runs.get(Number(params.run_id));
  if (run === undefined) throw notFound();
  return run;
}

/** Not the time of the question: what has not changed is answered alike. */
function createdAt(repository: Repository, run: WorkflowRun): Date {
  return run.createdAt ?? repository.createdAt;
}

function runShape(repository: Repository, run: WorkflowRun): Record<string, unknown> {
  const { world } = repository;
  const url = `${world.apiUrl}/repos/${repository.nameWithOwner}/actions/runs/${run.id}`;
  const workflow = repository.runs.workflowId(run);
  const at = isoSeconds(createdAt(repository, run));
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

/** What a list may be cut by. Each of them has GitHub show no more than the first thousand. */
const FILTERS: Readonly<Record<string, (run: WorkflowRun, wanted: string, repository: Repository) => boolean>> = {
  status: ({ status, conclusion }, wanted) => status === wanted || conclusion === wanted,
  event: ({ event = 'pull_request' }, wanted) => event === wanted,
  actor: ({ actor = 'octocat' }, wanted) => actor.toLowerCase() === wanted.toLowerCase(),
  branch: ({ headBranch }, wanted, { defaultBranch }) => (headBranch ?? defaultBranch) === wanted,
  head_sha: ({ headSha = ZERO_OID }, wanted) => headSha === wanted,
};
const SHOWN_OF_A_FILTERED_LIST = 1000;

/** Newest first. */
function listRuns(call: RestCall): RestResult {
  const { context, repository, query } = call;
  if (!may(context, repository, 'actions', 'read')) throw forbidden();
  const chosen = [...query].filter(([name]) => !['per_page', 'page', 'exclude_pull_requests'].includes(name));
  const unknown = chosen.find(([name]) => FILTERS[name] === undefined);
  if (unknown !== undefined) throw new Error(`The local GitHub cannot filter runs by ${unknown[0]}.`);
  const found = repository.runs
    .all()
    .filter((run) => chosen.every(([name, wanted]) => FILTERS[name]?.(run, wanted, repository) === true))
    .sort((a, b) => createdAt(repository, b).getTime() - createdAt(repository, a).getTime() || b.id - a.id);
  const shown = chosen.length === 0 ? found : found.slice(0, SHOWN_OF_A_FILTERED_LIST);
  const { items, headers } = pageOf(call, '/actions/runs', shown);
  const workflow_runs = items.map((run) => runShape(repository, run));
  return { status: 200, body: { total_count: found.length, workflow_runs }, headers };
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
  'GET /repos/{owner}/{repo}/actions/runs': listRuns,
  'GET /repos/{owner}/{repo}/actions/runs/{run_id}': getRun,
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel': cancel,
  'POST /repos/{owner}/{repo}/actions/runs/{run_id}/force-cancel': cancel,
};
