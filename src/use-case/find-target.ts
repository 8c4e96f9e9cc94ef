import type { Failure } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import { LookupError } from '../store/pull-request-lookups.js';
import { resolveTarget, type PullRequestLookups, type TargetAnswer } from '../target/resolve.js';
import type { Asker, Place } from './wanted.js';

export type FoundTarget =
  { readonly ok: true; readonly target: Target } | { readonly ok: false; readonly failure: Failure };

/** The pull request that was named, or that the event is about. */
export async function findTarget(
  { repo: repoInput, pr: prInput, scope, event, payload }: Place,
  { repository }: Asker,
  serverUrl: string,
  lookups: PullRequestLookups,
): Promise<FoundTarget> {
  if (!payload.ok && prInput === null) {
    const problem = `The event payload cannot be read (${payload.problem})`;
    return { ok: false, failure: { code: 'target_unresolved', problem, advice: 'Set the inputs "repo" and "pr".' } };
  }
  let answer: TargetAnswer;
  try {
    answer = await resolveTarget(
      { repoInput, prInput, repository, serverUrl, event: { ...event, payload: payload.ok ? payload.payload : null } },
      lookups,
    );
  } catch (error) {
    if (error instanceof LookupError) return { ok: false, failure: error.failure };
    throw error;
  }
  return answer.ok
    ? { ok: true, target: { ...answer.target, scope } }
    : { ok: false, failure: { code: answer.code, problem: answer.message, advice: '' } };
}
