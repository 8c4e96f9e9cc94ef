import type { Failure } from '../core/outcome.js';
import type { Publication } from '../core/publication.js';
import { OVERVIEW_COMMANDS, type AnyCommand, type CoordinationRequest, type Line, type Term } from '../core/request.js';
import type { Run } from '../core/run.js';
import { holderOf, type Environment } from '../environment/environment.js';
import { readRunId } from './values.js';
import type { CoordinationInputs, Inputs } from './inputs.js';

/** The run that this step acts for; its id is the empty text where nobody named one. */
export function runOf(inputs: Inputs, environment: Environment): Run {
  const { workflowRunId, subagentRunId, attempt } = environment;
  const given = subagentRunId !== null && readRunId(subagentRunId).ok ? subagentRunId : null;
  const runId = inputs['run-id'] ?? given ?? (workflowRunId === null ? '' : String(workflowRunId));
  return { runId, attempt, holder: holderOf(environment) };
}

const WITHOUT_RUN: readonly AnyCommand[] = ['check', 'status', ...OVERVIEW_COMMANDS];

/** Why the run id that the environment gives may not be one; `null` where another one is used, or none is needed. */
export function unusableRunId(inputs: Inputs, { subagentRunId }: Environment): string | null {
  const needsNone = WITHOUT_RUN.includes(inputs.command);
  if (inputs['run-id'] !== null || subagentRunId === null || needsNone) return null;
  const read = readRunId(subagentRunId);
  return read.ok ? null : `PI_SUBAGENT_RUN_ID must be ${read.allowed}`;
}

/** The run ids `person:<login>` belong to persons: nobody else may go by one. `null`: this one is free to be used. */
export function reservedForSomebodyElse({ runId }: Run, actors: readonly string[]): Failure | null {
  const [, login] = /^person:(.*)$/i.exec(runId) ?? [];
  if (login === undefined) return null;
  if (actors.length > 0 && actors.every((actor) => actor.toLowerCase() === login.toLowerCase())) return null;
  return {
    code: 'invalid_input',
    problem: `The run id "${runId}" is reserved for the person that it names, who has not started this run`,
    advice: 'Leave "run-id" out, or choose one that does not begin with "person:".',
  };
}

const HOUR_MS = 3_600_000;

/** Outside of Actions GitHub knows of no run whose end could be seen, so every tenure is a hold, and a short one. */
function termOf(
  { detached, 'expires-after': given }: Inputs,
  { insideActions }: Pick<Environment, 'insideActions'>,
): Term {
  const otherwise = insideActions ? (detached ? 8 * HOUR_MS : null) : HOUR_MS;
  return { detached: detached || !insideActions, expiresAfterMs: given ?? otherwise, byDefault: given === null };
}

/** A place counts for as long as the step may take in all: after that nobody is there to take what is handed over. */
function lineOf({ 'wait-timeout': waitTimeoutMs, timeout: timeoutMs }: Inputs): Line | null {
  return waitTimeoutMs === 0 ? null : { action: 'wait', placeMs: waitTimeoutMs + timeoutMs };
}

/** What the inputs ask for. @param publication what a push publishes; `null` for every other command. */
export function requestOf(
  inputs: CoordinationInputs,
  run: Run,
  environment: Pick<Environment, 'insideActions'>,
  publication: Publication | null,
): CoordinationRequest {
  const { command, reason } = inputs;
  const asking = { run, reason };
  const opening = { requireOpen: inputs['require-open'] };
  const superseding = { ...opening, supersede: inputs.supersede, staleAfterMs: inputs['stale-after'] };
  const meaning = { fencingToken: inputs['fencing-token'] };
  const beginning = { term: termOf(inputs, environment) };
  const lining = { line: lineOf(inputs) };
  const targetRunId = inputs['target-run-id'];
  switch (command) {
    case 'claim':
      return { command, ...asking, ...superseding, ...beginning, ...lining };
    case 'takeover':
      return { command, ...asking, ...opening, ...beginning };
    case 'assert':
      return {
        ...{ command, ...asking, ...opening, ...meaning },
        requireExisting: inputs['require-existing'],
        strict: inputs.strict,
      };
    case 'push':
      if (publication === null) throw new Error('a push is asked for a commit');
      return { command, ...asking, ...opening, ...meaning, publication };
    case 'ensure':
      return { command, ...asking, ...superseding, ...meaning, ...beginning, ...lining };
    case 'release':
      return {
        command,
        ...asking,
        ...meaning,
        evict: inputs.evict,
        targetRunId,
        jobOutcome: null,
        begunBy: null,
        writes: [],
      };
    case 'signal-exit':
      return { command, ...asking, ...meaning, requireActiveOwner: inputs['require-active-owner'], targetRunId };
    case 'check':
      return { command, ...asking, targetRunId, staleAfterMs: inputs['stale-after'] };
    case 'status':
      return { command, ...asking };
  }
}
