import type { Failure } from '../core/outcome.js';
import type { Run } from '../core/run.js';
import { askerOf, readEnvironment, readEventPayload, type Environment } from '../environment/environment.js';
import { parseInputs, type Inputs } from '../inputs/inputs.js';
import { runOf, unusableRunId } from '../inputs/request-of.js';
import { entryFor, readStepFile, type Entry, type StepFile } from '../step-file/step-file.js';
import { parsePullRequestInput } from '../target/target.js';
import type { Asker, Place } from '../use-case/wanted.js';
import { OVERVIEW_COMMANDS, type AnyCommand } from '../core/request.js';
import type { Texts } from './asked.js';

/** Who asks on a command line, of what, and from where. */
export interface Context {
  readonly inputs: Inputs;
  readonly environment: Environment;
  readonly place: Place;
  readonly asker: Asker;
  /** Its run id is empty where nobody named one: then it is the person whose token it is. */
  readonly run: Run;
  /** `RUNNER_TEMP`, where a step of this job has left its file. */
  readonly stepFolder: string | null;
}

export type ContextAnswer =
  { readonly ok: true; readonly context: Context } | { readonly ok: false; readonly failure: Failure };

/**
 * Options come first, then what a step of this job has left, then the variables of the runner, then the checkout that the
 * command is called in.
 *
 * @param about the command whose help tells what its options may be.
 */
export async function findContext(
  command: AnyCommand,
  texts: Texts,
  variables: NodeJS.ProcessEnv,
  about: string = command,
): Promise<ContextAnswer> {
  const read = readEnvironment(variables);
  if (!read.ok) return read;
  const runnerTemp = variables['RUNNER_TEMP'] ?? '';
  const left = runnerTemp === '' ? ({ kind: 'none' } as const) : readStepFile(runnerTemp);
  if (left.kind === 'unreadable') {
    const problem = `What the steps of this job have left in ${left.path} cannot be read: ${left.problem}`;
    return wrong(problem, 'Remove the file, and run a step of the action again.');
  }
  const file = left.kind === 'file' && isOfThisRun(left.file, read.environment) ? left.file : null;
  const found = file === null ? await withoutSteps(command, read.environment, texts) : among(file, read.environment);
  if (!found.ok) return found;
  const { environment, asker } = found;
  const entry = file === null ? null : entryOf(file, texts, environment.serverUrl);
  const known = entry === null ? texts : { ...textsOf(entry, command, texts), ...texts };
  const parsed = parseInputs({ ...known, command, 'github-token': 'read-elsewhere' }, environment.serverUrl);
  if (!parsed.ok) {
    const problem = parsed.wrong.map(({ name, problem: words }) => `The option "--${name}" ${words}`).join('; ');
    return wrong(problem, `See runner-coord ${about} --help.`);
  }
  const { inputs } = parsed;
  const unusable = entry === null ? unusableRunId(inputs, environment) : null;
  if (unusable !== null) return wrong(unusable, 'Correct the variable where it is set, or give --run-id.');
  const { name, ref, sha, path } = environment.event;
  const place: Place = {
    ...{ repo: inputs.repo, pr: inputs.pr, scope: inputs.scope },
    event: { name, ref, sha },
    payload: readEventPayload(path),
  };
  const run =
    entry === null ? runOf(inputs, environment) : { ...entry.run, runId: inputs['run-id'] ?? entry.run.runId };
  const stepFolder = file === null ? null : runnerTemp;
  return { ok: true, context: { inputs, environment, place, asker, run, stepFolder } };
}

/** A folder that the runner did not empty may hold what another run has left. Few variables are no contradiction. */
function isOfThisRun({ workflowRun }: StepFile, { workflowRunId, attempt }: Environment): boolean {
  if (workflowRunId === null || workflowRun === null) return true;
  return workflowRun.id === workflowRunId && workflowRun.attempt === attempt;
}

type Found =
  | { readonly ok: true; readonly environment: Environment; readonly asker: Asker }
  | { readonly ok: false; readonly failure: Failure };

/** Agents often start tools with few variables; the file knows what the runner has told the step. */
function among(file: StepFile, environment: Environment): Found {
  const { serverUrl, apiUrl, graphqlUrl, repository, repositoryId, actors, workflowRun } = file;
  return {
    ok: true,
    environment: {
      ...{ ...environment, insideActions: true, serverUrl, apiUrl, graphqlUrl, repository, repositoryId },
      workflowRunId: environment.workflowRunId ?? workflowRun?.id ?? null,
      attempt: workflowRun?.attempt ?? environment.attempt,
      actor: environment.actor ?? actors[0] ?? null,
    },
    asker: { repository, repositoryId, actors, workflowRun },
  };
}

async function withoutSteps(command: AnyCommand, environment: Environment, texts: Texts): Promise<Found> {
  if (environment.insideActions) return { ok: true, environment, asker: askerOf(environment) };
  const outside = { ...environment, workflowRunId: null, attempt: 1 };
  const { findCheckout } = await import('./checkout.js');
  const isOverview = OVERVIEW_COMMANDS.some((name) => name === command);
  const wanted = isOverview ? 'repository' : 'pull request';
  const isNeeded = texts.repo === undefined || (!isOverview && texts.pr === undefined);
  const checkout = await findCheckout(outside, isNeeded, wanted);
  if (!checkout.ok) return checkout;
  return { ok: true, environment: checkout.environment, asker: { ...askerOf(checkout.environment), actors: [] } };
}

/**
 * The entry of the target that is named, or the last used one. A pull request that is named without a scope is the pull
 * request itself, as it is everywhere else: it must not depend on what a step in between has turned to. For a scope that no
 * step has used, who asks and where the records are is as for the rest of the pull request.
 */
function entryOf(file: StepFile, texts: Texts, serverUrl: string): Entry | null {
  const named = texts.pr === undefined ? null : parsePullRequestInput(texts.pr, serverUrl);
  // A wrong one is told by the reader of all options.
  if (named?.ok === false) return null;
  const pr = named === null ? null : named.value.pr;
  const scope = texts.scope ?? (pr === null ? undefined : null);
  const wanted = { repo: named?.value.repo ?? texts.repo ?? null, pr, scope };
  const runId = texts['run-id'];
  const own = { ...file, entries: file.entries.filter(({ run }) => run.runId === runId) };
  const used = entryFor(own, wanted) ?? entryFor(file, wanted);
  if (used !== null) return used;
  const anyScope = { ...wanted, scope: undefined };
  const beside = entryFor(own, anyScope) ?? entryFor(file, anyScope);
  if (beside === null) return null;
  return { ...beside, target: { ...beside.target, scope: scope ?? null }, fencingToken: null };
}

/** What the step has found out, as if it had been given as options. */
function textsOf(entry: Entry, command: AnyCommand, texts: Texts): Texts {
  const { target, stateBranch, takeoverPermission, takeoverActors, fencingToken, run } = entry;
  const isOwnRun = texts['run-id'] === undefined || texts['run-id'] === run.runId;
  // These are about the tenure that this job holds, and not about another one of its run.
  const meansOwn = texts['target-run-id'] === undefined;
  const carriesToken =
    command === 'assert' ||
    command === 'push' ||
    (command === 'release' && meansOwn && !isSaid(texts.evict, 'true')) ||
    (command === 'signal-exit' && meansOwn && !isSaid(texts['require-active-owner'], 'false'));
  const token = carriesToken && isOwnRun && fencingToken !== null ? { 'fencing-token': String(fencingToken) } : {};
  const scope = target.scope === null ? {} : { scope: target.scope };
  return {
    ...{ repo: target.repo, pr: String(target.pr), ...scope, 'state-branch': stateBranch, ...token },
    'takeover-permission': takeoverPermission,
    ...(takeoverActors.length === 0 ? {} : { 'takeover-actors': takeoverActors.join(',') }),
  };
}

function isSaid(text: string | undefined, value: 'true' | 'false'): boolean {
  return text?.toLowerCase() === value;
}

function wrong(problem: string, advice: string): { readonly ok: false; readonly failure: Failure } {
  return { ok: false, failure: { code: 'invalid_input', problem, advice } };
}
