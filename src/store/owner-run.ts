import * as v from 'valibot';
import type { Holder, StoredTarget } from '../core/record.js';
import type { Deadline } from '../time/deadline.js';
import { ask } from './ask.js';
import { failureOfStatus, type Purpose } from './failures.js';
import type { Advised } from './state-store.js';
import type { HttpAnswer, Transport } from './transport.js';

/** Whether the workflow run that holds a tenure, or waits for one, is over, as far as GitHub says. */

const RunSchema = v.object({
  status: v.nullable(v.string()),
  run_attempt: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
});

/** The workflow run that this process belongs to. */
export interface OwnWorkflowRun {
  readonly id: number;
  readonly attempt: number;
  /** `null` in either: not known, so that no other run is taken for this one. */
  readonly repo: string | null;
  readonly repoId: number | null;
}

export interface OwnerRunContext {
  readonly transport: Transport;
  /** The workflow run that asks: it is alive, and never cancels itself. */
  readonly ownWorkflowRun: OwnWorkflowRun | null;
  /** `https://github.com`, or the address of an Enterprise Server. */
  readonly serverUrl: string;
  /** ISO time, for messages. */
  readonly now: string;
}

/**
 * The repository whose run holds the tenure, `owner/name`. One that is the target's is asked under its present name;
 * where the record names none, the address of the run does.
 */
export function repositoryOf(holder: Holder, target: StoredTarget): string | null {
  if (holder.repoId !== null && holder.repoId === target.repoId) return target.repo;
  if (holder.repo !== null) return holder.repo.toLowerCase();
  const [, named] = /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/actions\/runs\//.exec(holder.url ?? '') ?? [];
  return named?.toLowerCase() ?? null;
}

/** Whether the holder is the very workflow run that asks. */
export function isOwnRun(holder: Holder, target: StoredTarget, own: OwnWorkflowRun | null): boolean {
  if (own === null || holder.workflowRunId !== own.id) return false;
  if (holder.repoId !== null && own.repoId !== null) return holder.repoId === own.repoId;
  return own.repo !== null && repositoryOf(holder, target) === own.repo;
}

/** Somebody at work in an attempt of a workflow run. */
export interface Worker {
  readonly holder: Holder | null;
  readonly attempt: number;
}

/**
 * What being over means. An owner goes on in a later attempt of its run, a step that waits does not: it is gone with its
 * own attempt.
 */
export type Role = 'owner' | 'waiter';

/**
 * Whether the workflow run is over: its newest attempt is completed, and is not older than the recorded one. One request.
 * Anything that is not a clear answer is `unknown`, which counts as alive.
 */
export async function askLiveness(
  { transport, now, ownWorkflowRun }: OwnerRunContext,
  role: Role,
  worker: Worker,
  target: StoredTarget,
  deadline: Deadline,
): Promise<Advised<'alive' | 'dead' | 'unknown'>> {
  const { holder } = worker;
  const id = holder?.workflowRunId ?? null;
  if (holder === null || id === null) return { value: 'unknown', warning: null };
  const unknown = (why: string): Advised<'unknown'> => unknownLiveness(role, why);
  // Another job of this very run: its newest attempt is this one or a later one, which is at work.
  if (ownWorkflowRun !== null && isOwnRun(holder, target, ownWorkflowRun)) {
    return { value: wordOn(role, worker, 'in_progress', ownWorkflowRun.attempt), warning: null };
  }
  const repo = repositoryOf(holder, target);
  if (repo === null) {
    return unknown(`the record does not say in which repository workflow run ${String(id)} is. ${BY_HAND[role]}`);
  }
  const purpose: Purpose = {
    doing: `asking whether workflow run ${String(id)} is over`,
    permission: 'actions: read',
    now,
  };
  const answer = await askRun(transport, repo, id, purpose, deadline);
  if (answer.kind === 'answer' && (answer.status === 404 || isRedirect(answer.status))) {
    const elsewhere =
      repo === target.repo
        ? 'The run was deleted, or the token lacks the permission "actions: read"'
        : `It is a run of another repository than ${target.repo}, which the token may not see (an App’s token could), or it was deleted or moved`;
    return unknown(`GitHub shows no workflow run ${String(id)} in ${repo}. ${elsewhere}. ${BY_HAND[role]}`);
  }
  const failure = failureOfStatus(answer, purpose);
  if (failure !== null || answer.kind === 'no_answer') {
    return unknown(failure === null ? 'no answer' : `${failure.problem}. ${failure.advice}`);
  }
  const run = v.safeParse(RunSchema, answer.body, { abortEarly: true });
  if (!run.success) {
    return unknown(`GitHub’s answer about workflow run ${String(id)} could not be understood. ${BY_HAND[role]}`);
  }
  return { value: wordOn(role, worker, run.output.status, run.output.run_attempt), warning: null };
}

/** What the newest attempt of its run says of somebody at work in it. */
function wordOn(role: Role, { attempt }: Worker, status: string | null, newest: number): 'alive' | 'dead' {
  // An answer about an earlier attempt is from the past: the recorded one has begun since.
  if (newest < attempt) return 'alive';
  if (role === 'waiter' && newest > attempt) return 'dead';
  return status === 'completed' ? 'dead' : 'alive';
}

export async function askRun(
  transport: Transport,
  repository: string,
  id: number,
  purpose: Purpose,
  deadline: Deadline,
): Promise<HttpAnswer> {
  const [owner, repo] = repository.split('/');
  return ask(
    transport,
    {
      route: 'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      parameters: { owner, repo, run_id: id },
      purpose,
    },
    deadline,
  );
}

const BY_HAND: Readonly<Record<Role, string>> = {
  owner: 'If it is over, take over with "command: takeover", or claim with "supersede: stale"',
  waiter: 'Its place counts until its time is up',
};

function unknownLiveness(role: Role, why: string): Advised<'unknown'> {
  const who = role === 'owner' ? 'the owner is still alive' : 'a step in line is still there';
  return { value: 'unknown', warning: `Whether ${who} is not known, so it counts as alive: ${why}.` };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
