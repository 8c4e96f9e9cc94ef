import type { EventFacts, HeadLookup } from './answer.js';

/** The look-up of a branch of this very repository; `sha` where that has to be its present head. */
export function ownHead({ repo }: EventFacts, branch: string, sha: string | null): HeadLookup {
  const [owner = ''] = repo.split('/');
  return { owner, branch, repository: null, sha };
}
