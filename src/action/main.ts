import { randomUUID } from 'node:crypto';
import { setSecret } from '@actions/core';
import { coordinateWithWaiting } from '../wait.js';
import type { Failure, Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import { createLookups, LookupError } from '../store/pull-request-lookups.js';
import { resolveTarget, type PullRequestLookups, type TargetAnswer } from '../target/resolve.js';
import { Deadline } from '../time/deadline.js';
import { systemClock } from '../time/clock.js';
import { connect, openStore } from './connect.js';
import { holderOf, readEnvironment, readEventPayload, type Environment } from './environment.js';
import { readInputs, type Inputs } from './inputs.js';
import { log } from './log.js';
import { reportOf, type Report, type ReportFacts } from './report.js';
import { rememberOutcome, rememberPending } from './remember.js';
import { cancelReplaced } from './cancel-replaced.js';

/** The main step: inputs and event → target → read, decide, commit → a report. Never throws for a refusal. */
export async function main(): Promise<Report> {
  const clock = systemClock;
  const started = { now: clock.now(), serverUrl: 'https://github.com' };
  const answered = readInputs();
  if (!answered.ok) return failed({ ...started, onConflict: answered.onConflict }, answered.failure);
  const { inputs } = answered;
  setSecret(inputs.token);

  const known = { ...started, onConflict: inputs.onConflict, command: inputs.command, stateBranch: inputs.stateBranch };
  const surroundings = readEnvironment(process.env);
  if (!surroundings.ok) return failed(known, surroundings.failure);
  const { environment } = surroundings;
  const facts = { ...known, serverUrl: environment.serverUrl };

  const request = requestOf(inputs, environment);
  if (request.run.runId === '' && inputs.command !== 'check' && inputs.command !== 'status') {
    return withoutRunId(facts, inputs, environment);
  }

  const deadline = new Deadline(clock, inputs.timeoutMs);
  const transport = await connect(environment, inputs.token);
  const resolved = await findTarget(inputs, environment, createLookups(transport, clock, deadline));
  if (resolved.kind === 'error') return reportOf({ ...facts, request, outcome: resolved });
  const { target } = resolved;

  const store = openStore({
    transport,
    target,
    stateBranch: inputs.stateBranch,
    clock,
    environment,
    requiredPermission: inputs.takeoverPermission === 'none' ? 'write' : inputs.takeoverPermission,
  });
  if (inputs.releaseOnExit) rememberPending({ inputs, request, target });
  const outcome = await coordinateWithWaiting(request, {
    store,
    clock,
    deadline,
    waitTimeoutMs: inputs.waitTimeoutMs,
    timeoutMs: inputs.timeoutMs,
    takeoverPermission: inputs.takeoverPermission === 'none' ? 'granted' : 'unasked',
    warn: log.warn,
    info: log.info,
    debug: log.debug,
  });
  if (inputs.releaseOnExit) rememberOutcome({ inputs, request, target }, outcome);
  if (inputs.cancelSuperseded) await cancelReplaced(outcome, store, new Deadline(clock, 10_000));
  return reportOf({ ...facts, now: clock.now(), request, target, outcome });
}

function requestOf(inputs: Inputs, environment: Environment): CoordinationRequest {
  const { workflowRunId, subagentRunId, attempt } = environment;
  const runId = inputs.runId ?? subagentRunId ?? (workflowRunId === null ? '' : String(workflowRunId));
  // Only a run that the user named is "asked for": a merge guard's own run never owns the pull request.
  const targetRunId = inputs.command === 'check' ? (inputs.targetRunId ?? inputs.runId) : inputs.targetRunId;
  return {
    command: inputs.command,
    id: randomUUID(),
    run: { runId, attempt, holder: holderOf(environment) },
    reason: inputs.reason,
    fencingToken: inputs.fencingToken,
    requireExisting: inputs.requireExisting,
    requireActiveOwner: inputs.requireActiveOwner,
    targetRunId,
    evict: inputs.evict,
    strict: inputs.strict,
    supersede: inputs.supersede,
    staleAfterMs: inputs.staleAfterMs,
    jobOutcome: null,
  };
}

/** The commands that act for a run need one; outside of Actions `ensure` is allowed to have nothing to do. */
function withoutRunId(facts: Omit<ReportFacts, 'outcome'>, { command }: Inputs, environment: Environment): Report {
  if (command === 'ensure' && !environment.insideActions) {
    return reportOf({ ...facts, outcome: { kind: 'ok', status: 'skipped_no_async_run_id', view: null } });
  }
  return failed(facts, {
    code: 'run_id_required',
    problem: `The command ${command} acts for a run, and none is named`,
    advice: 'Set the input "run-id", or the variable PI_SUBAGENT_RUN_ID, or run inside a workflow.',
  });
}

type ErrorOutcome = Extract<Outcome, { kind: 'error' }>;
type Resolved = { readonly kind: 'target'; readonly target: Target } | ErrorOutcome;

async function findTarget(inputs: Inputs, environment: Environment, lookups: PullRequestLookups): Promise<Resolved> {
  const { event, repository, serverUrl } = environment;
  const payload = readEventPayload(event.path);
  if (!payload.ok && inputs.pr === null) {
    const problem = `The event payload cannot be read (${payload.problem})`;
    return errorOf({ code: 'target_unresolved', problem, advice: 'Set the inputs "repo" and "pr".' });
  }
  let answer: TargetAnswer;
  try {
    const { name, ref, sha } = event;
    answer = await resolveTarget(
      {
        repoInput: inputs.repo,
        prInput: inputs.pr,
        repository,
        serverUrl,
        event: { name, ref, sha, payload: payload.ok ? payload.payload : null },
      },
      lookups,
    );
  } catch (error) {
    if (error instanceof LookupError) return errorOf(error.failure);
    throw error;
  }
  if (answer.ok) return { kind: 'target', target: answer.target };
  return errorOf({ code: answer.code, problem: answer.message, advice: '' });
}

function failed(facts: Omit<ReportFacts, 'outcome'>, failure: Failure): Report {
  return reportOf({ ...facts, outcome: errorOf(failure) });
}

/** An error from before anything could have been written. */
function errorOf(failure: Failure): ErrorOutcome {
  return { kind: 'error', failure, mayHaveWritten: false };
}
