import type { Failure } from '../core/outcome.js';
import type { Asker } from './wanted.js';

/** Which repository is meant by a command that is about none of its pull requests. */

/** The repository that is named, else the one that this process works in. */
export function overviewRepository(named: string | null, { repository }: Asker): string | null {
  return (named ?? repository)?.toLowerCase() ?? null;
}

export const WITHOUT_REPOSITORY: Failure = {
  code: 'target_unresolved',
  problem: 'Which repository is meant is not known',
  advice: 'Set the input "repo".',
};
