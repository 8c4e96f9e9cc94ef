/** What a child process of node runs before its entry, as a value of `NODE_OPTIONS`. */
export function preload(script: string): string {
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}

/** Chance decided beforehand: every jittered pause takes no time, so that many retries fit into a test. */
export const WITHOUT_CHANCE = preload('Math.random = () => 0;');
