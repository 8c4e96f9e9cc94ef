import { isQuery, isRefCreation, isRest, type Match } from '../../support/local-github/index.js';

/** The requests of a step, by what they are for. */

export const LIVENESS = isRest('GET /repos/{owner}/{repo}/actions/runs/{run_id}');
export const PERMISSION = isRest('GET /repos/{owner}/{repo}/collaborators/{username}/permission');
/** A look at the record by somebody in line. */
export const LOOK = isRest('GET /repos/{owner}/{repo}/contents/{path}');
export const PR_STATE = isRest('GET /repos/{owner}/{repo}/pulls/{pull_number}');
export const CANCEL = isRest('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel');
export const READING = isQuery('repository');
export const COMMIT: Match = ({ rootFields }) => rootFields.includes('createCommitOnBranch');
export const CREATE_REF = isRefCreation();
/** What may make a commit the head. */
export const MOVES_HEAD: Match = (request) => COMMIT(request) || CREATE_REF(request);
