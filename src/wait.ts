import { coordinate, type CoordinationContext } from './coordinate.js';
import { describeOwner } from './core/message.js';
import type { Outcome } from './core/outcome.js';
import type { CoordinationRequest } from './core/request.js';
import { formatDuration } from './core/text.js';
import { Deadline } from './time/deadline.js';

/** The pause between two polls: it rises from the first to the last, and each is spread by a quarter to both sides. */
const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 30_000;
const GROWTH = 1.5;

export interface WaitingContext extends CoordinationContext {
  /** 0: do not wait. */
  readonly waitTimeoutMs: number;
  readonly info: (message: string) => void;
}

/**
 * Coordinates, and asks again while another run owns the target and the user is willing to wait. One monotonic deadline
 * ends the waiting and any request that hangs in it. Whoever asks first after a release gets the target; there is no
 * queue, because a queue would cost commits.
 */
export async function coordinateWithWaiting(request: CoordinationRequest, context: WaitingContext): Promise<Outcome> {
  const { clock, waitTimeoutMs, store } = context;
  if (waitTimeoutMs === 0) return coordinate(request, context);
  const waiting = new Deadline(clock, waitTimeoutMs);
  for (let poll = 0; ; poll += 1) {
    const outcome = await coordinate(request, { ...context, deadline: waiting });
    const owner = outcome.kind === 'conflict' ? (outcome.view.record?.activeRun ?? null) : null;
    if (owner === null || !mayEndByWaiting(request, outcome, owner.runId) || waiting.expired) return outcome;
    const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** poll) * (0.75 + clock.random() / 2);
    const left = formatDuration(waiting.remainingMs);
    const name = `${store.target.repo}#${String(store.target.pr)}`;
    context.info(`Waiting for ${name}: ${describeOwner(owner, clock.now())}; ${left} left.`);
    await waiting.sleep(pause);
    // The last look comes when the time is up; it would find no time left.
    if (waiting.expired) return outcome;
  }
}

/** Only the refusal "another run has it" can turn into a grant by itself. */
function mayEndByWaiting({ command, run }: CoordinationRequest, outcome: Outcome, ownerRunId: string): boolean {
  if (outcome.kind !== 'conflict' || ownerRunId === run.runId) return false;
  return (
    (command === 'claim' && outcome.code === 'active_run_exists') ||
    (command === 'ensure' && outcome.code === 'ownership_lost')
  );
}
