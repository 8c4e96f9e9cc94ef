/** What a step that shows who owns loads beside all others. */
export { commitStatusOf, movesCommitStatus } from '../core/words/commit-status.js';
export { setCommitStatus } from '../store/commit-status.js';
