import { randomUUID } from 'node:crypto';
import { setSecret } from '@actions/core';
import { coordinateWithWaiting } from '../wait.js';
import type { Failure, Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { Command, CoordinationRequest } from '../core/request.js';
import { createLookups, LookupError } from '../store/pull-request-lookups.js';
import { isForkPullRequest } from '../target/fork.js';
import { resolveTarget, type PullRequestLookups, type TargetAnswer } from '../target/resolve.js';
import { Deadline } from '../time/deadline.js';
import { systemClock } from '../time/clock.js';
import { connect, openStore } from './connect.js';
import { holderOf, readEnvironment, readEventPayload, type Environment, type EventPayload } from './environment.js';
import { readInputs, type Inputs } from './inputs.js';
import { log } from './log.js';
import { reportOf, type Report, type ReportFacts } from './report.js';
import { rememberOutcome, rememberPending } from './remember.js';
import { cancelReplaced } from './cancel-replaced.js';

/** Cancelling is a courtesy: it gets what is left of the step, or a moment after a long wait. */
const LONGEST_CANCEL_MS = 10_000;
const LEAST_CANCEL_MS = 1_000;

/** The commands after which a step can hold something to release; looking at a record is none of them. */
const HOLDING: readonly Command[] = ['claim', 'takeover', 'ensure', 'assert'];

/** The main step: inputs and event → target → read, decide, commit → a report. Never throws for a refusal. */
export async function main(): Promise<Report> {
  const clock = systemClock;
  const started = { now: clock.now(), serverUrl: 'https://github.com' };
  const answered = readInputs(process.env['GITHUB_SERVER_URL'] ?? 'https://github.com');
  if (!answered.ok) return failed({ ...started, onConflict: answered.onConflict }, answered.failure);
  const { inputs } = answered;
  setSecret(inputs.token);

  const known = { ...started, onConflict: inputs.onConflict, command: inputs.command, stateBranch: inputs.stateBranch };
  const surroundings = readEnvironment(process.env);
  if (!surroundings.ok) return failed(known, surroundings.failure);
  const { environment } = surroundings;
  const facts = { ...known, serverUrl: environment.serverUrl, action: environment.action };

  const request = requestOf(inputs, environment);
  if (request.run.runId === '' && inputs.command !== 'check' && inputs.command !== 'status') {
    return withoutRunId(facts, inputs, environment);
  }

  const deadline = new Deadline(clock, inputs.timeoutMs);
  const transport = await connect(environment, inputs.token);
  const payload = readEventPayload(environment.event.path);
  const resolved = await findTarget(inputs, environment, payload, createLookups(transport, clock, deadline));
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
  const releases = inputs.releaseOnExit && HOLDING.includes(inputs.command);
  if (releases) rememberPending({ inputs, request, target });
  const decided = await coordinateWithWaiting(request, {
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
  const readOnlyFork =
    environment.event.name.startsWith('pull_request') &&
    environment.event.name !== 'pull_request_target' &&
    payload.ok &&
    isForkPullRequest(payload.payload);
  const outcome = readOnlyFork ? explainFork(decided) : decided;
  if (releases) rememberOutcome({ inputs, request, target }, outcome);
  if (inputs.cancelSuperseded)
    await cancelReplaced(
      outcome,
      store,
      new Deadline(clock, Math.min(LONGEST_CANCEL_MS, Math.max(LEAST_CANCEL_MS, deadline.remainingMs))),
    );
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

async function findTarget(
  inputs: Inputs,
  environment: Environment,
  payload: EventPayload,
  lookups: PullRequestLookups,
): Promise<Resolved> {
  const { event, repository, serverUrl } = environment;
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

/** GitHub only says that the token may not; where the event tells why, the message does too. */
function explainFork(outcome: Outcome): Outcome {
  if (outcome.kind !== 'error' || outcome.failure.code !== 'permission_denied') return outcome;
  const advice =
    'This pull request comes from a fork, so the token is read-only whatever "permissions:" says (claiming takes ' +
    '"contents: write"). Trigger the workflow with pull_request_target or workflow_run; assert, check and status work here.';
  return { ...outcome, failure: { ...outcome.failure, advice } };
}

/** An error from before anything could have been written. */
function errorOf(failure: Failure): ErrorOutcome {
  return { kind: 'error', failure, mayHaveWritten: false };
}
