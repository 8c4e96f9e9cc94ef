/** Throws plainly where it is called thousands of times; a matcher each would take most of the time. */
export function must(truth: boolean, what: string): void {
  if (!truth) throw new Error(what);
}
