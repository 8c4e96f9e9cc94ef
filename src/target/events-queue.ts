/** merge_group: the merge queue tests a pull request on a branch of its own, which names it. */
import type { EventReader } from './answer.js';
import { nextStep } from './hints.js';
import { isAbsent, valueAt } from './payload.js';
import { parseQueueRef } from './refs.js';
import { shown } from './text.js';

/**
 * A group may test several pull requests at once; its ref names the last one, whose turn it is, and that is the answer.
 * The base branch in the ref is held against `merge_group.base_ref`, so that a misread ref cannot pass.
 */
export const readMergeGroup: EventReader = ({ name, payload }) => {
  const source = 'merge_group.head_ref';
  const ref = valueAt(payload, source);
  if (isAbsent(ref)) return { kind: 'none', looked: [source], hint: nextStep(name) };
  const queue = typeof ref === 'string' ? parseQueueRef(ref) : null;
  if (queue === null) {
    const form = 'refs/heads/gh-readonly-queue/<base>/pr-<number>-<sha>';
    return { kind: 'invalid', problem: `${source} should be ${form}, but is ${shown(ref)}` };
  }
  const base = valueAt(payload, 'merge_group.base_ref');
  if (!isAbsent(base) && base !== `refs/heads/${queue.base}` && base !== queue.base) {
    const problem = `${source} is for the base branch ${shown(queue.base)}, but merge_group.base_ref is ${shown(base)}`;
    return { kind: 'invalid', problem };
  }
  return { kind: 'found', pr: queue.pr, source };
};
