import { addPath } from '@actions/core';
import { isStorableRepository } from '../core/printable.js';
import { isOwned, type Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import { exitSignalOf, inRepository, relationOf, type Run } from '../core/run.js';
import type { Environment } from '../environment/environment.js';
import { installShims, type CommandLine } from '../step-file/shims.js';
import { noteStep, type Note, type Order, type Surroundings } from '../step-file/step-file.js';
import type { Asker, Wanted } from '../use-case/wanted.js';
import { textOf, traceForDebugging } from './faults.js';
import { log } from './log.js';

/** What a step knows at its end. */
export interface EndedStep extends CommandLine, Pick<Wanted, 'stateBranch' | 'takeover'> {
  readonly environment: Pick<Environment, 'serverUrl' | 'apiUrl' | 'graphqlUrl'>;
  readonly asker: Asker;
  readonly request: CoordinationRequest;
  /** `null` where it could not be found out. */
  readonly target: Target | null;
  readonly outcome: Outcome;
  /** `RUNNER_TEMP`; `null` outside of Actions, where there is no later step. */
  readonly runnerTemp: string | null;
}

/**
 * Leaves the command `runner-coord` for later steps of the job, and what it has to know. A courtesy: whatever goes wrong
 * is a warning, since the answer of this step stands.
 */
export function leaveForLater(step: EndedStep): void {
  const { runnerTemp } = step;
  if (runnerTemp === null) return;
  try {
    const { note, order } = noteOf(step);
    const noted = noteStep(runnerTemp, surroundingsOf(step), note, order);
    const installed = installShims(runnerTemp, step);
    if (installed.kind === 'installed') addPath(installed.folder);
    const failures = [noted, installed].filter((answer) => answer.kind === 'failed');
    for (const { cause } of failures) if (cause !== null) traceForDebugging(cause);
    // Both stumble over the same folder.
    if (failures.length > 0) warn([...new Set(failures.map(({ problem }) => problem))].join('; '));
  } catch (error) {
    traceForDebugging(error);
    warn(textOf(error));
  }
}

function warn(problem: string): void {
  log.warn(
    `This step did its work, but later steps of this job may lack the command runner-coord, or what it has to know: ${problem}.`,
  );
}

function surroundingsOf({ environment, asker }: EndedStep): Surroundings {
  const { serverUrl, apiUrl, graphqlUrl } = environment;
  const { repository, repositoryId, actors, workflowRun } = asker;
  const named = repository !== null && isStorableRepository(repository) ? repository : null;
  return { serverUrl, apiUrl, graphqlUrl, repository: named, repositoryId, actors, workflowRun };
}

/** What later steps get to know of this one's target, and whether they are about it unless they name another. */
function noteOf({ request, target, stateBranch, takeover, outcome }: EndedStep): {
  readonly note: Note | null;
  readonly order: Order;
} {
  const { command, run } = request;
  const order = orderAfter(command);
  if (order === null || target === null || run.runId === '') return { note: null, order: 'kept' };
  const { repo, pr, scope } = target;
  const note: Note = {
    target: { repo, pr, scope: scope ?? null },
    stateBranch,
    run,
    takeoverPermission: takeover.permission,
    takeoverActors: takeover.actors,
    fencingToken: tokenAfter(outcome, run),
  };
  return { note, order };
}

/** `null`: the command only looks, and says nothing of what this job is about. */
function orderAfter(command: CoordinationRequest['command']): Order | null {
  switch (command) {
    // Also where they are refused: later steps then hear the refusal, not the yes of an earlier target.
    case 'claim':
    case 'takeover':
    case 'ensure':
    case 'assert':
      return 'first';
    case 'release':
    case 'signal-exit':
      return 'kept';
    case 'check':
    case 'status':
    case 'leave':
      return null;
  }
}

/** The token of the tenure that this job holds after the step. */
function tokenAfter(outcome: Outcome, run: Run): Note['fencingToken'] {
  if (outcome.kind === 'error') return 'unchanged';
  const record = outcome.view?.record ?? null;
  const active = record?.activeRun ?? null;
  if (isOwned(outcome, run)) return active?.fencingToken ?? null;
  if (outcome.kind === 'ok' || record === null || active === null || exitSignalOf(record) !== null) return null;
  // Refused for another reason (a closed pull request, a token of another tenure): the tenure is no news to this job.
  return relationOf(active, inRepository(run, outcome.view.target)) === 'mine' ? 'unchanged' : null;
}
