import type { RequestContext } from './context.js';
import type { RefChange, RefOutcome } from './git/refs.js';
import type { Repository } from './state/repository.js';

/** Lets a planted rival go first, before the write looks at the refs. */
export async function rivalBeforeCheck(context: RequestContext, repository: Repository, ref: string): Promise<void> {
  await context.injections.beforeCheck?.({ repository, ref });
}

/** Moves refs for a request: a planted rival slips in here, and pull requests follow their head branch. */
export async function moveRefs(
  context: RequestContext,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<RefOutcome> {
  const [first] = changes;
  if (first !== undefined) await context.injections.betweenCheckAndUpdate?.({ repository, ref: first.name });
  const outcome = await repository.store.refs.change(changes);
  context.forgetRefs();
  if (outcome.ok) {
    for (const { name } of changes) await context.world.followBranch(repository, name.replace(/^refs\/heads\//, ''));
  }
  return outcome;
}

/** The rule against writing one of these refs, or null. */
export function ruleAgainst(repository: Repository, changes: readonly RefChange[]): string | null {
  for (const { name } of changes) {
    const rule = name.startsWith('refs/heads/') ? repository.ruleAgainst(name.slice('refs/heads/'.length)) : null;
    if (rule !== null) return rule;
  }
  return null;
}

/** Whether git would take this as the full name of a ref below refs/. */
export function isRefName(name: string): boolean {
  return /^refs\/[^/]+\/.+/.test(name) && !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|\.$|\/$/.test(name);
}
