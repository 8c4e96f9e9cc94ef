import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setSecret } from '@actions/core';
import type { Failure } from '../core/outcome.js';
import { createTransport } from '../store/octokit-transport.js';
import { systemClock } from '../time/clock.js';
import { carryOut, runIdRequired } from '../use-case/carry-out.js';
import type { CommandLine } from '../step-file/shims.js';
import { preparePush, type PreparedPush } from '../use-case/prepare-push.js';
import type { Place, Surroundings } from '../use-case/wanted.js';
import { actorsOf, askerOf, readEnvironment, readEventPayload, type Environment } from '../environment/environment.js';
import type { Inputs } from '../inputs/inputs.js';
import { readInputs } from './read-inputs.js';
import { wantedOf } from '../inputs/wanted-of.js';
import { leaveForLater } from './leave-for-later.js';
import { log } from './log.js';
import { StepMemory } from './remember.js';
import { reportOf, type Report, type ReportFacts } from '../report/report.js';
import { requestOf, reservedForSomebodyElse, runOf, unusableRunId } from '../inputs/request-of.js';

/** The main step: inputs and environment → what is wanted → a report of what came of it. Never throws for a refusal. */
export async function main(): Promise<Report> {
  const clock = systemClock;
  const started = { now: clock.now(), serverUrl: 'https://github.com' };
  const answered = readInputs(process.env['GITHUB_SERVER_URL'] ?? 'https://github.com');
  if (!answered.ok) return failed({ ...started, onConflict: answered.onConflict }, answered.failure);
  const { inputs } = answered;
  const token = inputs['github-token'];
  setSecret(token);

  const { command, 'state-branch': stateBranch, timeout: timeoutMs } = inputs;
  const known = { ...started, onConflict: inputs['on-conflict'], command, stateBranch };
  const read = readEnvironment(process.env);
  if (!read.ok) return failed(known, read.failure);
  const { environment } = read;
  const facts = { ...known, serverUrl: environment.serverUrl };

  if (command === 'board') {
    const { board } = await import('./board.js');
    return board(inputs, environment, await surroundingsOf(environment, token));
  }
  if (command === 'sweep') {
    const { sweep } = await import('./sweep.js');
    return sweep(inputs, environment, await surroundingsOf(environment, token));
  }
  const unusable = unusableRunId(inputs, environment);
  if (unusable !== null) {
    const advice = 'Correct the variable where it is set, or set the input "run-id".';
    return failed(facts, { code: 'invalid_input', problem: unusable, advice });
  }
  const run = runOf(inputs, environment);
  if (run.runId === '' && command !== 'check' && command !== 'status') return withoutRunId(facts, inputs, environment);
  const reserved = reservedForSomebodyElse(run, actorsOf(environment));
  if (reserved !== null) return failed(facts, reserved);

  const prepared = command === 'push' ? await prepareFrom(inputs, token) : null;
  if (prepared?.ok === false) return failed(facts, prepared.failure);
  const request = requestOf({ ...inputs, command }, run, environment, prepared?.publication ?? null);
  const commandLine = ownCommandLine();
  const guard = inputs['guard-push'] ? await import('./guard-push.js') : null;
  const unguarded = (await guard?.guardWorkspace(process.env, commandLine)) ?? null;
  if (unguarded !== null) return failed(facts, unguarded);
  const surroundings = await surroundingsOf(environment, token);
  const { 'release-on-exit': releaseOnExit, 'pr-status': prStatus } = inputs;
  const place = placeOf(inputs, environment);
  const wanted = wantedOf(inputs, request, askerOf(environment), place, prepared?.publishing ?? null);
  const { target, outcome, effort } = await carryOut(
    wanted,
    surroundings,
    (target) => new StepMemory({ run, target, stateBranch, timeoutMs, releaseOnExit, prStatus, clock }),
  );
  if (target !== null) await guard?.pinGuard(process.env, commandLine, { target, run, stateBranch });
  const runnerTemp = process.env['RUNNER_TEMP'] || null;
  leaveForLater({ ...wanted, environment, target, outcome, ...commandLine, runnerTemp });
  const now = outcome.kind === 'error' ? clock.now() : (outcome.view?.now ?? clock.now());
  return reportOf({ ...facts, now, request, target, outcome, effort });
}

/** What main and post work with alike. */
export async function surroundingsOf(environment: Environment, token: string): Promise<Surroundings> {
  const { apiUrl, graphqlUrl, serverUrl } = environment;
  const transport = await createTransport({ token, apiUrl, graphqlUrl });
  return { transport, clock: systemClock, serverUrl, newId: randomUUID, say: log };
}

function placeOf(inputs: Inputs, { event: { name, ref, sha, path } }: Environment): Place {
  const { repo, pr, scope } = inputs;
  return { repo, pr, scope, event: { name, ref, sha }, payload: readEventPayload(path) };
}

/** What is published comes from the workspace, or from a folder of it. */
function prepareFrom(inputs: Inputs, token: string): Promise<PreparedPush> {
  const folder = resolve(process.env['GITHUB_WORKSPACE'] || '.', inputs['working-directory'] ?? '');
  const temporaryFolder = process.env['RUNNER_TEMP'] || tmpdir();
  return preparePush({ folder, temporaryFolder, refspec: inputs.ref, lease: null, dryRun: inputs['dry-run'], token });
}

/** How later steps start the command line: by the node that runs now, from the folder of this entry. */
function ownCommandLine(): CommandLine {
  return { execPath: process.execPath, cli: join(dirname(process.argv[1] ?? ''), 'cli.js') };
}

/** The commands that act for a run need one; outside of Actions `ensure` is allowed to have nothing to do. */
function withoutRunId(facts: Omit<ReportFacts, 'outcome'>, { command }: Inputs, environment: Environment): Report {
  if (command === 'ensure' && !environment.insideActions) {
    return reportOf({ ...facts, outcome: { kind: 'ok', status: 'skipped_no_async_run_id', view: null } });
  }
  return failed(facts, runIdRequired(command));
}

/** An error from before anything could have been written. */
function failed(facts: Omit<ReportFacts, 'outcome'>, failure: Failure): Report {
  return reportOf({ ...facts, outcome: { kind: 'error', failure, mayHaveWritten: false } });
}
