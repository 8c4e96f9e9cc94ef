import { randomUUID } from 'node:crypto';
import { setSecret } from '@actions/core';
import { coordinateWithWaiting } from '../coordinate/wait.js';
import type { Failure, Outcome } from '../core/outcome.js';
import { createLookups } from '../store/pull-request-lookups.js';
import { isForkPullRequest } from '../target/fork.js';
import { systemClock } from '../time/clock.js';
import { Deadline } from '../time/deadline.js';
import { cancelReplaced } from './cancel-replaced.js';
import { connect, openStore, repositoryIdOf } from './connect.js';
import { readEnvironment, readEventPayload, type Environment, type EventPayload } from './environment.js';
import { findTarget } from './find-target.js';
import { readInputs, type Inputs } from './inputs.js';
import { log } from './log.js';
import { Memory } from './remember.js';
import { reportOf, type Report, type ReportFacts } from './report.js';
import { isSomebodyElse, requestOf, runOf } from './request.js';

/** Cancelling is a courtesy: it gets what is left of the step, or a moment after a long wait. */
const LONGEST_CANCEL_MS = 10_000;
const LEAST_CANCEL_MS = 1_000;

/** The main step: inputs and event → target → read, decide, commit → a report. Never throws for a refusal. */
export async function main(): Promise<Report> {
  const clock = systemClock;
  const started = { now: clock.now(), serverUrl: 'https://github.com' };
  const answered = readInputs(process.env['GITHUB_SERVER_URL'] ?? 'https://github.com');
  if (!answered.ok) return failed({ ...started, onConflict: answered.onConflict }, answered.failure);
  const { inputs } = answered;
  setSecret(inputs['github-token']);

  const { command, 'state-branch': stateBranch, timeout: timeoutMs } = inputs;
  const known = { ...started, onConflict: inputs['on-conflict'], command, stateBranch };
  const surroundings = readEnvironment(process.env);
  if (!surroundings.ok) return failed(known, surroundings.failure);
  const { environment } = surroundings;
  const facts = { ...known, serverUrl: environment.serverUrl, action: environment.action };

  const run = runOf(inputs, environment);
  if (run.runId === '' && command !== 'check' && command !== 'status') return withoutRunId(facts, inputs, environment);
  if (isSomebodyElse(run, environment)) return failed(facts, somebodyElse(run.runId));
  const request = requestOf(inputs, run);

  const deadline = new Deadline(clock, timeoutMs);
  const transport = await connect(environment, inputs['github-token']);
  const payload = readEventPayload(environment.event.path);
  const found = await findTarget(inputs, environment, payload, createLookups(transport, clock, deadline));
  if (!found.ok) return failed({ ...facts, request }, found.failure);
  const { target } = found;

  const permission = inputs['takeover-permission'];
  const store = openStore({
    transport,
    target,
    stateBranch,
    clock,
    environment,
    requiredPermission: permission === 'none' ? 'write' : permission,
    allowedActors: inputs['takeover-actors'],
  });
  const repositoryId = repositoryIdOf(target, environment);
  const releaseOnExit = inputs['release-on-exit'];
  const memory = new Memory({ run, target, repositoryId, stateBranch, timeoutMs, releaseOnExit, clock });
  const decided = await coordinateWithWaiting(request, {
    store,
    stateBranch,
    clock,
    deadline,
    newId: randomUUID,
    repositoryId,
    waitTimeoutMs: inputs['wait-timeout'],
    timeoutMs,
    takeoverPermission: permission === 'none' ? 'granted' : 'unasked',
    beforeWrite: (event) => memory.beforeWrite(event),
    warn: log.warn,
    info: log.info,
    debug: log.debug,
  });
  const outcome = hasReadOnlyToken(environment, payload) ? explainFork(decided) : decided;
  memory.afterOutcome(outcome);
  if (inputs['cancel-superseded']) {
    const left = Math.min(LONGEST_CANCEL_MS, Math.max(LEAST_CANCEL_MS, deadline.remainingMs));
    await cancelReplaced(outcome, store, new Deadline(clock, left));
  }
  const now = outcome.kind === 'error' ? clock.now() : (outcome.view?.now ?? clock.now());
  return reportOf({ ...facts, now, request, target, outcome });
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

function somebodyElse(runId: string): Failure {
  return {
    code: 'invalid_input',
    problem: `The run id "${runId}" is reserved for the person that it names, who has not started this run`,
    advice: 'Leave "run-id" out, or choose one that does not begin with "person:".',
  };
}

/** GitHub gives a run for a fork's pull request a token that can only read. */
function hasReadOnlyToken({ event }: Environment, payload: EventPayload): boolean {
  const { name } = event;
  if (!name.startsWith('pull_request') || name === 'pull_request_target' || !payload.ok) return false;
  return isForkPullRequest(payload.payload);
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
function failed(facts: Omit<ReportFacts, 'outcome'>, failure: Failure): Report {
  return reportOf({ ...facts, outcome: { kind: 'error', failure, mayHaveWritten: false } });
}
