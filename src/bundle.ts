/** What is built into one file: the steps of the action. The entries that the runner starts (main, post) import it. */
export { runMain } from './action/run-main.js';
export { runPost } from './action/run-post.js';
