import type { EventFacts, HeadLookup } from './answer.js';
import { hereOf } from './payload.js';

/** The look-up of a branch of this very repository; `sha` where that has to be its present head. */
export function ownHead({ payload, repo }: EventFacts, branch: string, sha: string | null): HeadLookup {
  const [owner = ''] = repo.split('/');
  return { owner, branch, repository: hereOf(payload, repo), sha };
}
