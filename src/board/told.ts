import type { Failure } from '../core/outcome.js';
import type { Patience } from '../coordinate/patience.js';
import type { StoreFailure } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';

/** What one request came to. */
export type Told<T> =
  { readonly kind: 'told'; readonly value: T } | { readonly kind: 'failed'; readonly failure: StoreFailure };

export type Answered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** Asks until there is an answer, or until it makes no sense to go on. */
export async function untilTold<T>(
  ask: () => Promise<Told<T>>,
  { patience, deadline }: { readonly patience: Patience; readonly deadline: Deadline },
): Promise<Answered<T>> {
  while (!deadline.expired) {
    const told = await ask();
    if (told.kind === 'told') return { ok: true, value: told.value };
    const failure = await patience.afterFailure(told.failure);
    if (failure !== null) return { ok: false, failure };
  }
  return { ok: false, failure: patience.deadlineExceeded() };
}
