import type { Naming } from './history.js';

/** What the repository was called, and when. */

/** Whether it may have had this name at some moment between two. */
export function mayBeCalled(names: readonly Naming[], repo: string, from: number, to: number): boolean {
  return names.some(
    (name, index) => name.repo === repo && name.from <= to && (names[index + 1]?.to ?? Infinity) >= from,
  );
}

/** Whether it had a name at all moments between two, so that nobody could meet another one. */
export function isCalled(names: readonly Naming[], repo: string, from: number, to: number): boolean {
  return names.some(
    (name, index) => name.repo === repo && name.to <= from && (names[index + 1]?.from ?? Infinity) >= to,
  );
}
