import type { ChildProcess } from 'node:child_process';
import { isRest, type FaultAction } from '../../support/local-github/index.js';
import { holderOf, recordOf, type PlantedRecord } from '../../support/records.js';
import { someId, type StepOptions, type StepResult } from '../../support/runner.js';
import { recordPath, STATE_BRANCH } from '../../support/world.js';
import type { Stage } from './scenario.js';

/** What the scenarios of the line share: who stands in it, and something to do while somebody does. */

/** A look of a waiter at the record. */
export const LOOK = 'GET /repos/{owner}/{repo}/contents/{path}';
/** What a waiter asks now and then, beside the life of the owner. */
export const PULL_STATE = 'GET /repos/{owner}/{repo}/pulls/{pull_number}';

/** Does something as soon as so many looks have been answered: while a waiter is between two of them. */
export function afterLooks({ github }: Pick<Stage, 'github'>, count: number, work: () => unknown): void {
  let answered = 0;
  const after: FaultAction['after'] = (usual) => {
    answered += 1;
    if (answered === count) setTimeout(() => void work(), 20);
    return usual;
  };
  github.faults.always(isRest(LOOK), { name: 'watched', after });
}

export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The run ids of those in line, the first first. */
export async function lineOf({ repository }: Pick<Stage, 'repository'>, path = recordPath(17)): Promise<string[]> {
  const text = await repository.readFile(STATE_BRANCH, path);
  if (text === null) return [];
  return (JSON.parse(text) as { queue: { runId: string }[] }).queue.map(({ runId }) => runId);
}

export async function untilInLine(
  stage: Pick<Stage, 'repository'>,
  runId: number | string,
  path?: string,
): Promise<void> {
  await until(async () => (await lineOf(stage, path)).includes(String(runId)));
}

/** A step under way, and its process. */
export interface Waiter {
  readonly ended: Promise<StepResult>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Starts a claim in a process of its own, and gives it once it stands in line. */
export async function waiterOf(stage: Stage, options: StepOptions & { readonly runId: number }): Promise<Waiter> {
  let process: ChildProcess | null = null;
  const ended = stage.step('claim', { ...options, onStart: (child) => (process = child) });
  await Promise.race([untilInLine(stage, options.runId), ended]);
  return { ended, kill: (signal) => void process?.kill(signal) };
}

/** A place in line for an hour, as a step of the workflow run of that number takes it. */
export function placeOf(
  workflowRunId: number,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    ...{ runId: String(workflowRunId), attempt: 1, since: new Date().toISOString(), until: inMinutes(60) },
    ...{ detached: false, expiresAfter: null, holder: holderOf(workflowRunId), id: someId(), ...changes },
  };
}

/** A record in front of which others stand already. */
export function recordWithLine(
  places: readonly Readonly<Record<string, unknown>>[],
  planted: PlantedRecord = {},
): Record<string, unknown> {
  return { ...recordOf(planted), queue: places };
}

/** A record whose tenure is a person's, which no workflow run stands behind. */
export function recordOfHold(expiresAt: string): Record<string, unknown> {
  const record = recordOf({ owner: { runId: 'person:mona', holder: null } });
  return { ...record, activeRun: { ...(record['activeRun'] as object), detached: true, expiresAt } };
}

export function inMinutes(minutes: number): string {
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
