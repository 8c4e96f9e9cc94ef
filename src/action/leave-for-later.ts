import { addPath } from '@actions/core';
import { isStorableRepository } from '../core/printable.js';
import type { Environment } from '../environment/environment.js';
import { noteAfter, type Ended } from '../step-file/note-after.js';
import { installShims, type CommandLine } from '../step-file/shims.js';
import { noteStep, type Surroundings } from '../step-file/step-file.js';
import type { Asker } from '../use-case/wanted.js';
import { textOf, traceForDebugging } from './faults.js';
import { log } from './log.js';

/** What a step knows at its end. */
export interface EndedStep extends CommandLine, Ended {
  readonly environment: Pick<Environment, 'serverUrl' | 'apiUrl' | 'graphqlUrl'>;
  readonly asker: Asker;
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
    const { note, order } = noteAfter(step);
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
