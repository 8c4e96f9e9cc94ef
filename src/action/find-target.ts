import type { Failure } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import { LookupError } from '../store/pull-request-lookups.js';
import { resolveTarget, type PullRequestLookups, type TargetAnswer } from '../target/resolve.js';
import type { Environment, EventPayload } from './environment.js';
import type { Inputs } from './inputs.js';

export type FoundTarget =
  { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly failure: Failure };

/** The pull request that the inputs name or the event is about. */
export async function findTarget(
  inputs: Inputs,
  { event, repository, serverUrl }: Environment,
  payload: EventPayload,
  lookups: PullRequestLookups,
): Promise<FoundTarget> {
  if (!payload.ok && inputs.pr === null) {
    const problem = `The event payload cannot be read (${payload.problem})`;
    return { ok: false, failure: { code: 'target_unresolved', problem, advice: 'Set the inputs "repo" and "pr".' } };
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
    if (error instanceof LookupError) return { ok: false, failure: error.failure };
    throw error;
  }
  return answer.ok
    ? { ok: true, target: answer.target }
    : { ok: false, failure: { code: answer.code, problem: answer.message, advice: '' } };
}
