import { messageIn } from './failures.js';
import type { StoreFailure, WriteResult } from './state-store.js';
import type { HttpAnswer } from './transport.js';

/** The statuses by which GitHub itself refuses a write before it is carried out. */
const REFUSALS: readonly number[] = [401, 403, 404, 409, 410, 422, 429];

/**
 * What a write came to whose answer is a failure. Certainly not applied only if GitHub says so in its own words, or if it
 * cannot have arrived. Whatever else answered, a proxy's page or a time-out on the way, may have come after it was applied.
 */
export function failedWrite(answer: HttpAnswer, failure: StoreFailure): WriteResult {
  return isRefusal(answer) && failure.retry.kind !== 'backoff' ? { kind: 'failed', failure } : unknownWrite(failure);
}

/** To be settled by reading, so it is always worth another round. */
export function unknownWrite(failure: StoreFailure): WriteResult {
  const { retry } = failure;
  return { kind: 'unknown', failure: { ...failure, retry: retry.kind === 'never' ? { kind: 'backoff' } : retry } };
}

function isRefusal(answer: HttpAnswer): boolean {
  if (answer.kind === 'no_answer') return answer.permanent !== undefined;
  return REFUSALS.includes(answer.status) && messageIn(answer.body) !== '';
}
