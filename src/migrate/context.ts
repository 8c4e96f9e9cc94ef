import type { Patience } from '../coordinate/patience.js';
import type { Purpose } from '../store/failures.js';
import type { HttpAnswer, Transport } from '../store/transport.js';
import type { Clock } from '../time/clock.js';
import type { Deadline } from '../time/deadline.js';

/** What every request of a migration needs. */
export interface MigrationContext {
  readonly transport: CountingTransport;
  readonly clock: Clock;
  readonly deadline: Deadline;
  readonly patience: Patience;
}

export interface CountingTransport extends Transport {
  /** How many requests went through it. */
  readonly requests: number;
}

export function countRequests(transport: Transport): CountingTransport {
  let requests = 0;
  const counted = (answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> => {
    requests += 1;
    return answer();
  };
  return {
    get requests() {
      return requests;
    },
    graphql: (...asked) => counted(() => transport.graphql(...asked)),
    rest: (...asked) => counted(() => transport.rest(...asked)),
  };
}

export function purposeOf({ clock }: MigrationContext, doing: string, permission = 'contents: write'): Purpose {
  return { doing, permission, now: clock.now() };
}
