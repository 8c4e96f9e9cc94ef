import type { Failure } from '../core/outcome.js';
import type { StoredTarget, Target } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';

/** What becomes of a request by the old name of a repository that was renamed or transferred. */

/** Ending goes on under the new name, where the repository is known to be the same; nothing begins there. */
export function movesAlong({ command }: CoordinationRequest, present: StoredTarget, id: number | null): boolean {
  return (command === 'release' || command === 'leave') && id !== null && id === present.repoId;
}

export function movedFailure(asked: Target, present: StoredTarget): Failure {
  return {
    code: 'target_moved',
    problem: `The repository ${asked.repo} is now ${present.repo}: it was renamed or transferred, so nobody owns a pull request by its old name`,
    advice:
      `A run that began after that has the new name by itself; where "repo" or a pull request’s URL is given, set it to ${present.repo}. ` +
      'Stop this run without touching the pull request, and start it again there.',
  };
}
