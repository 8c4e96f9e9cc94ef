import type { Answer, FaultAction } from './plan.js';

/** The answer says nothing about the time. */
export function withoutDate(): FaultAction {
  return { name: 'without Date', injections: { withoutDate: true } };
}

/**
 * The answer as a cache hands it out that has kept it for so long: `Age`, and the `Date` of then. Some caches put their
 * own time there instead (`'now'`).
 */
export function withAge(seconds: number, date: 'then' | 'now' = 'then'): FaultAction {
  return {
    name: `with Age ${seconds}`,
    after: (usual, { date: came }) => {
      const at = came.getTime() - (date === 'then' ? seconds * 1000 : 0);
      return { ...usual, headers: { ...usual.headers, age: String(seconds), date: new Date(at).toUTCString() } };
    },
  };
}

/** A proxy that keeps the first answer and repeats it, `Date` and all, unless asked not to (`Cache-Control: no-cache`). */
export function keptAnswer(options: { readonly obeysNoCache?: boolean } = {}): FaultAction {
  let kept: Answer | undefined;
  const asksAnew = (cacheControl: string): boolean => options.obeysNoCache === true && /no-cache/.test(cacheControl);
  return {
    name: 'kept answer',
    before: ({ cacheControl }) => (asksAnew(cacheControl) ? undefined : kept),
    after: (usual, { date }) => {
      kept = { ...usual, headers: { ...usual.headers, date: date.toUTCString() } };
      return kept;
    },
  };
}
