import type { Outcome } from '../core/outcome.js';
import { placeOf } from '../core/queue.js';
import type { CoordinationRequest } from '../core/request.js';
import type { WatchableStore } from '../store/state-store.js';
import { Deadline } from '../time/deadline.js';
import type { CoordinationContext } from './context.js';
import { Coordination } from './coordinate.js';

export interface WaitingContext extends CoordinationContext {
  readonly store: WatchableStore;
  /** 0: do not wait. */
  readonly waitTimeoutMs: number;
  /** What one look may take while waiting, and the end of it. */
  readonly timeoutMs: number;
  /** Ends the waiting before its time. */
  readonly stop?: AbortSignal;
  readonly info: (message: string) => void;
}

/**
 * Coordinates, and where another run owns the target and the user is willing to wait, stands in line until this run is
 * served, the time is up, or nothing is to be waited for any more. Looks cost nothing while nothing changes.
 */
export async function coordinateWithWaiting(request: CoordinationRequest, context: WaitingContext): Promise<Outcome> {
  const coordination = new Coordination(request, { ...context, warn: once(context.warn) });
  const { clock, waitTimeoutMs, timeoutMs, deadline } = context;
  const mayWait = 'line' in request && request.line !== null && waitTimeoutMs > 0;
  if (!mayWait) return coordination.look(deadline);
  const waiting = new Deadline(clock, waitTimeoutMs);
  const outcome = await coordination.look(new Deadline(clock, Math.min(timeoutMs, waitTimeoutMs)));
  const refusal = stillWaiting(outcome, coordination);
  if (refusal === null || (request.command !== 'claim' && request.command !== 'ensure')) return outcome;
  // Most steps never get here.
  const { Wait } = await import('./stand-in-line.js');
  return new Wait(request, coordination, context, waiting, refusal).untilOver();
}

export type Refusal = Extract<Outcome, { kind: 'conflict' }>;

/** The refusal of a step that stands in line; `null` for every other outcome. */
export function stillWaiting(outcome: Outcome, { writes }: Coordination): Refusal | null {
  return outcome.kind === 'conflict' && placeOf(outcome.view.record, writes) !== null ? outcome : null;
}

/** Says each warning once, however often it comes up while waiting. */
function once(warn: (message: string) => void): (message: string) => void {
  const said = new Set<string>();
  return (message) => {
    if (!said.has(message)) warn(message);
    said.add(message);
  };
}
