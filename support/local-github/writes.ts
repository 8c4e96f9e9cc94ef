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

export interface BrokenRule {
  readonly text: string;
  /** It forbids creation only; REST then says no more than that the update failed. */
  readonly onlyCreation: boolean;
}

/** The rule against writing one of these refs, or null. */
export async function ruleAgainst(
  repository: Repository,
  changes: readonly Pick<RefChange, 'name'>[],
): Promise<BrokenRule | null> {
  for (const { name } of changes) {
    if (!name.startsWith('refs/heads/')) continue;
    const isCreation = (await repository.store.refs.get(name)) === null;
    const rule = repository.rules.against(name.slice('refs/heads/'.length), isCreation);
    if (rule === null) continue;
    return { text: `Repository rule violations found\n\n${rule.message}`, onlyCreation: rule.onlyCreation };
  }
  return null;
}

/** Whether git would take this as the full name of a ref below refs/. */
export function isRefName(name: string): boolean {
  return /^refs\/[^/]+\/.+/.test(name) && !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|\.$|\/$/.test(name);
}
