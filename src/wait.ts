import { coordinate, type CoordinationContext } from './coordinate.js';
import { describeOwner } from './core/message.js';
import type { Outcome } from './core/outcome.js';
import type { ActiveRun } from './core/record.js';
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
  /** What one look may take while waiting. */
  readonly timeoutMs: number;
  readonly info: (message: string) => void;
}

/**
 * Coordinates, and asks again while another run owns the target and the user is willing to wait. One monotonic deadline
 * ends the waiting and any request that hangs in it. Whoever asks first after a release gets the target; there is no
 * queue, because a queue would cost commits.
 */
export async function coordinateWithWaiting(request: CoordinationRequest, context: WaitingContext): Promise<Outcome> {
  const { clock, waitTimeoutMs, timeoutMs } = context;
  if (waitTimeoutMs === 0) return coordinate(request, context);
  const waiting = new Deadline(clock, waitTimeoutMs);
  let refusal: Outcome | null = null;
  for (let poll = 0; ; poll += 1) {
    const deadline = new Deadline(clock, Math.min(timeoutMs, waiting.remainingMs));
    const outcome = await coordinate(request, { ...context, deadline });
    const owner = ownerToWaitFor(request, outcome);
    // Once there is something to wait for, a passing fault of GitHub does not end the waiting.
    const passing = refusal !== null && outcome.kind === 'error' && outcome.failure.passing === true;
    if (owner === null && !passing) return outcome;
    if (owner !== null) refusal = outcome;
    tell(context, owner, outcome, waiting);
    const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** poll) * (0.75 + clock.random() / 2);
    await waiting.sleep(pause);
    // A look needs time that is not there any more.
    if (waiting.expired) return outcome;
  }
}

/** One visible line a poll. */
function tell(
  { info, store, clock }: WaitingContext,
  owner: ActiveRun | null,
  outcome: Outcome,
  waiting: Deadline,
): void {
  const name = `${store.target.repo}#${String(store.target.pr)}`;
  const problem = outcome.kind === 'error' ? outcome.failure.problem : '';
  const seen = owner === null ? problem : describeOwner(owner, clock.now());
  info(`Waiting for ${name}: ${seen}; ${formatDuration(waiting.remainingMs)} left.`);
}

/** Only the refusal "another run has it" can turn into a grant by itself. */
function ownerToWaitFor({ command, run }: CoordinationRequest, outcome: Outcome): ActiveRun | null {
  if (outcome.kind !== 'conflict') return null;
  const owner = outcome.view.record?.activeRun ?? null;
  const waits =
    (command === 'claim' && outcome.code === 'active_run_exists') ||
    (command === 'ensure' && outcome.code === 'ownership_lost');
  return waits && owner?.runId !== run.runId ? owner : null;
}
