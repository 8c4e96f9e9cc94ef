import type { CoordinationContext } from './context.js';
import { Coordination } from './coordinate.js';
import { describeOwner } from '../core/words/owner.js';
import { mayEnsure } from '../core/commands/ensure.js';
import type { Outcome, View } from '../core/outcome.js';
import type { ActiveRun } from '../core/record.js';
import type { CoordinationRequest, EnsureRequest } from '../core/request.js';
import { inRepository } from '../core/run.js';
import { formatDuration } from '../core/text.js';
import { Deadline } from '../time/deadline.js';

/** The pause between two polls: it rises from the first to the last, and each is spread by a quarter to both sides. */
const FIRST_PAUSE_MS = 5_000;
const LAST_PAUSE_MS = 30_000;
const GROWTH = 1.5;
/** What is left for the last look, and at most a quarter of the waiting. */
const LAST_LOOK_MS = 1_000;

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
  const coordination = new Coordination(request, { ...context, warn: once(context.warn) });
  if (waitTimeoutMs === 0) return coordination.look(context.deadline);
  const waiting = new Deadline(clock, waitTimeoutMs);
  let refusal: Outcome | null = null;
  for (let poll = 0; ; poll += 1) {
    const deadline = new Deadline(clock, Math.min(timeoutMs, waiting.remainingMs));
    const outcome = await coordination.look(deadline);
    const owner = ownerToWaitFor(request, outcome);
    // Once there is something to wait for, a passing fault of GitHub does not end the waiting.
    const fault = refusal !== null && outcome.kind === 'error' ? outcome.failure : null;
    if (owner === null && fault?.passing !== true) return outcome;
    if (owner !== null) refusal = outcome;
    tell(context, owner, outcome, waiting);
    const pause = Math.min(LAST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** poll) * (0.75 + clock.random() / 2);
    // The last look is taken just before the time is up.
    const untilLastLook = waiting.remainingMs - Math.min(LAST_LOOK_MS, waitTimeoutMs / 4);
    const told = fault?.retryAfterMs ?? 0;
    if (told > 0 && told > untilLastLook) return outcome;
    if (untilLastLook <= 0) return outcome.kind === 'error' && outcome.mayHaveWritten ? outcome : (refusal ?? outcome);
    await waiting.sleep(Math.max(told, Math.min(pause, untilLastLook)));
  }
}

/** Says each warning once, however often it comes up while waiting. */
function once(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (!said.has(message)) warn(message);
    said.add(message);
  };
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
  const now = outcome.kind === 'conflict' ? outcome.view.now : clock.now();
  const seen = owner === null ? problem : describeOwner(owner, now);
  info(`Waiting for ${name}: ${seen}; ${formatDuration(waiting.remainingMs)} left.`);
}

/** Only the refusal "another run has it" can turn into a grant by itself. */
function ownerToWaitFor(request: CoordinationRequest, outcome: Outcome): ActiveRun | null {
  if (outcome.kind !== 'conflict') return null;
  const owner = outcome.view.record?.activeRun ?? null;
  const mayBeClosed = 'requireOpen' in request && request.requireOpen === false;
  if (outcome.view.pullRequest?.state !== 'open' && !mayBeClosed) return null;
  const waits =
    (request.command === 'claim' && outcome.code === 'active_run_exists') ||
    (request.command === 'ensure' && outcome.code === 'ownership_lost' && speaks(request, outcome.view));
  return waits && owner !== null && owner.runId !== request.run.runId ? owner : null;
}

/** A token that does not let this attempt ask does not let it wait either. */
function speaks(request: EnsureRequest, { record, target }: View): boolean {
  return mayEnsure({ ...request, run: inRepository(request.run, target) }, record);
}
