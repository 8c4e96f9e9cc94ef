/**
 * What is built into one file: the steps of the action, and the way to the command line. The entries import it. Nothing is
 * evaluated before it is asked for: `runner-coord --help` shall not wait for what talks to GitHub.
 */
export async function runMain(): Promise<void> {
  const { runMain: run } = await import(/* webpackMode: "eager" */ './action/run-main.js');
  return run();
}

export async function runPost(): Promise<void> {
  const { runPost: run } = await import(/* webpackMode: "eager" */ './action/run-post.js');
  return run();
}

/** A step of the action never calls it, and shall not read it. */
export async function runCli(): Promise<void> {
  const { runCli: run } = await import('./command-line/run-cli.js');
  return run();
}
