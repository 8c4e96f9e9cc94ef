import type { LoggedRequest } from '../types.js';
import { isRest } from './matchers.js';
import type { Answer, FaultAction, Match } from './plan.js';

/* What may come back from `POST git/refs`. Its answer counts for what it says about the commit, and not by its status. */

export function isRefCreation(): Match {
  return isRest(/^POST \/(repos|repositories)\/.*\/git\/refs$/);
}

const UPDATE_FAILED: Answer = {
  status: 422,
  headers: {},
  body: {
    message: 'Reference update failed',
    documentation_url: 'https://docs.github.com/rest/git/refs#create-a-reference',
    status: '422',
  },
};

function wantedRef({ body }: LoggedRequest): string {
  return typeof body === 'object' && body !== null && 'ref' in body ? String(body.ref) : 'refs/heads/main';
}

/** 200 `{}`, nothing applied. */
export function refCreationAnswersNothing(): FaultAction {
  return { name: 'ref creation answers nothing', before: () => ({ status: 200, headers: {}, body: {} }) };
}

/** 201 in the usual shape, but for another commit; nothing applied. */
export function refCreationNamesAnother(sha = 'f'.repeat(40)): FaultAction {
  return {
    name: 'ref creation names another commit',
    before: (request) => {
      const ref = wantedRef(request);
      const api = request.path.replace(/\/git\/refs$/, '/git');
      const object = { sha, type: 'commit', url: `${api}/commits/${sha}` };
      return { status: 201, headers: {}, body: { ref, node_id: 'REF_other', url: `${api}/${ref}`, object } };
    },
  };
}

/** Applied, but what comes back is not understood. */
export function refCreatedAnswersGarbage(body: unknown = '<html>It works!</html>', status = 200): FaultAction {
  return { name: 'ref created, garbage answered', after: () => ({ status, headers: {}, body }) };
}

/** 422 `Reference update failed`, nothing applied: as for a lost race. */
export function refCreationFails(): FaultAction {
  return { name: 'ref creation fails', before: () => UPDATE_FAILED };
}

/** 422 `Reference update failed`, although it was applied. */
export function refCreatedAnswersUpdateFailed(): FaultAction {
  return { name: 'ref created, failure answered', after: () => UPDATE_FAILED };
}
