import type { Deadline } from '../time/deadline.js';
import { failureOfStatus, type Purpose } from './failures.js';
import type { HttpAnswer, Transport } from './transport.js';

export interface Question {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly purpose: Purpose;
}

/** GitHub rarely limits twice in a row whoever waited as long as it said. */
const MOST_WAITS = 2;

/**
 * Asks a side question of a decision. Only a rate limit whose end GitHub tells, and that ends in time, is waited out;
 * any other failure is an answer that the caller reads as "not known".
 */
export async function ask(
  transport: Transport,
  { route, parameters, purpose }: Question,
  deadline: Deadline,
): Promise<HttpAnswer> {
  for (let waits = 0; ; waits += 1) {
    const answer = await transport.rest(route, parameters, deadline);
    const retry = failureOfStatus(answer, purpose)?.retry;
    if (retry?.kind !== 'after' || retry.ms >= deadline.remainingMs || waits === MOST_WAITS) return answer;
    await deadline.sleep(retry.ms);
  }
}
