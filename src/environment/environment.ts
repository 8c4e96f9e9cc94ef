import { readFileSync } from 'node:fs';
import type { Holder } from '../core/record.js';
import type { Failure } from '../core/outcome.js';
import { plain } from '../core/text.js';
import { isStorableRepository, isStorableUrl, storableName } from '../core/printable.js';
import type { Asker, EventPayload } from '../use-case/wanted.js';

/** What the runner says about this workflow run. `null`: not said, as outside of Actions. */
export interface Environment {
  readonly insideActions: boolean;
  readonly repository: string | null;
  /** The id of `repository`, which no rename changes. */
  readonly repositoryId: number | null;
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly event: EventSource;
  readonly workflowRunId: number | null;
  readonly attempt: number;
  /** The run id that a sub-agent was given by whoever started it, as it stands there; it counts only where it is used. */
  readonly subagentRunId: string | null;
  /** Who started this workflow run. */
  readonly actor: string | null;
  /** Who started this attempt of it: on a re-run that may be somebody else. */
  readonly triggeringActor: string | null;
  readonly workflow: string | null;
  readonly job: string | null;
}

export interface EventSource {
  readonly name: string;
  readonly path: string | null;
  readonly ref: string | null;
  readonly sha: string | null;
}

export type EnvironmentAnswer =
  { readonly ok: true; readonly environment: Environment } | { readonly ok: false; readonly failure: Failure };

/** Reads the variables of the runner, strictly: a run id or attempt that is none would make a false identity. */
export function readEnvironment(variables: NodeJS.ProcessEnv): EnvironmentAnswer {
  const text = (name: string): string | null => variables[name]?.trim() || null;
  const problems: string[] = [];
  const integer = (name: string): number | null => {
    const value = text(name);
    if (value === null) return null;
    if (/^[1-9]\d{0,15}$/.test(value) && Number.isSafeInteger(Number(value))) return Number(value);
    problems.push(`${name} must be a positive integer, but is "${plain(value, 80)}"`);
    return null;
  };
  const url = (name: string, otherwise: string): string => {
    const value = (text(name) ?? otherwise).replace(/\/+$/, '');
    if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
      problems.push(`${name} must be a URL, but is "${plain(value, 80)}"`);
    }
    return value;
  };
  const subagentRunId = text('PI_SUBAGENT_RUN_ID');

  const apiUrl = url('GITHUB_API_URL', 'https://api.github.com');
  const environment: Environment = {
    insideActions: text('GITHUB_ACTIONS') === 'true',
    repository: text('GITHUB_REPOSITORY'),
    repositoryId: integer('GITHUB_REPOSITORY_ID'),
    serverUrl: url('GITHUB_SERVER_URL', 'https://github.com'),
    apiUrl,
    graphqlUrl: url('GITHUB_GRAPHQL_URL', `${apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`),
    event: {
      name: text('GITHUB_EVENT_NAME') ?? '',
      path: text('GITHUB_EVENT_PATH'),
      ref: text('GITHUB_REF'),
      sha: text('GITHUB_SHA'),
    },
    workflowRunId: integer('GITHUB_RUN_ID'),
    attempt: integer('GITHUB_RUN_ATTEMPT') ?? 1,
    subagentRunId,
    actor: storableName(text('GITHUB_ACTOR')),
    triggeringActor: storableName(text('GITHUB_TRIGGERING_ACTOR')),
    workflow: storableName(text('GITHUB_WORKFLOW')),
    job: storableName(text('GITHUB_JOB')),
  };
  if (problems.length === 0) return { ok: true, environment };
  const problem = `The environment is not what a runner gives: ${problems.join('; ')}`;
  return { ok: false, failure: { code: 'invalid_input', problem, advice: 'Correct the variable where it is set.' } };
}

/** Everybody who stands behind this attempt; both have to be allowed what only some are. */
export function actorsOf({ actor, triggeringActor }: Environment): readonly string[] {
  return [actor, triggeringActor].filter((login) => login !== null);
}

/** Who this step acts for, as the use case wants to know. */
export function askerOf(environment: Environment): Asker {
  const { repository, repositoryId, workflowRunId: id, attempt } = environment;
  return { repository, repositoryId, actors: actorsOf(environment), workflowRun: id === null ? null : { id, attempt } };
}

/** How the record describes this run. */
export function holderOf(environment: Environment): Holder | null {
  const { workflowRunId, workflow, job, attempt, serverUrl, repository, repositoryId } = environment;
  const actor = environment.triggeringActor ?? environment.actor;
  if (workflowRunId === null && workflow === null && job === null && actor === null) return null;
  // What no record may hold is left out: one that cannot be read again would shut everybody out.
  const repo = repository !== null && isStorableRepository(repository) ? repository.toLowerCase() : null;
  const address = `${serverUrl}/${repository ?? ''}/actions/runs/${String(workflowRunId)}/attempts/${String(attempt)}`;
  const url = workflowRunId !== null && repo !== null && isStorableUrl(address) ? address : null;
  return { repo, repoId: repositoryId, workflowRunId, workflow, job, actor, url };
}

/** What the runner says of the event; no payload at all is `null`. */
export function readEventPayload(path: string | null): EventPayload {
  if (path === null) return { ok: true, payload: null };
  try {
    return { ok: true, payload: JSON.parse(readFileSync(path, 'utf8')) as unknown };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? plain(error.message) : 'unknown reason' };
  }
}
