/** What is built into one file: the steps of the action, and the way to the command line. The entries import it. */
export { runMain } from './action/run-main.js';
export { runPost } from './action/run-post.js';

/** A step of the action never calls it, and shall not read it. */
export async function runCli(): Promise<void> {
  const { runCli: run } = await import('./command-line/run-cli.js');
  return run();
}
