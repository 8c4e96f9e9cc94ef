/** The push guard, for both shells. Loaded late: most steps guard nothing. */
export { installGuard, removeGuard, type GuardAnswer } from './guard.js';

/** What the hook has to find again where a tool calls git with few variables. Everybody can read a hook: no token. */
export function guardVariables(variables: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['RUNNER_TEMP', 'GITHUB_ACTIONS', 'GITHUB_RUN_ID', 'GITHUB_RUN_ATTEMPT'];
  return Object.fromEntries(
    names.flatMap((name) => (variables[name] === undefined ? [] : [[name, variables[name]] as const])),
  );
}
