import { isOwned, type Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { CoordinationRequest } from '../core/request.js';
import type { Run } from '../core/run.js';
import type { Wanted } from '../use-case/wanted.js';
import type { Note, Order } from './step-file.js';

/** What was asked, and what came of it. */
export interface Ended extends Pick<Wanted, 'stateBranch' | 'takeover'> {
  readonly request: CoordinationRequest;
  /** `null` where it could not be found out. */
  readonly target: Target | null;
  readonly outcome: Outcome;
}

/** What later steps get to know of this target, and whether they are about it unless they name another. */
export function noteAfter({ request, target, stateBranch, takeover, outcome }: Ended): {
  readonly note: Note | null;
  readonly order: Order;
} {
  const { command, run } = request;
  const order = orderAfter(command, outcome);
  if (order === null || target === null || run.runId === '') return { note: null, order: 'kept' };
  const { repo, pr, scope } = target;
  const note: Note = {
    target: { repo, pr, scope: scope ?? null },
    stateBranch,
    run,
    takeoverPermission: takeover.permission,
    takeoverActors: takeover.actors,
    fencingToken: tokenAfter(outcome, run),
  };
  return { note, order };
}

/** `null`: it says nothing of what this job is about. */
function orderAfter(command: CoordinationRequest['command'], outcome: Outcome): Order | null {
  switch (command) {
    // Also where they are refused: later steps then hear the refusal, not the yes of an earlier target.
    case 'claim':
    case 'takeover':
    case 'ensure':
      return outcome.kind === 'error' && !outcome.mayHaveWritten ? 'kept' : 'first';
    case 'assert':
    case 'push':
    case 'release':
    case 'signal-exit':
      return 'kept';
    case 'check':
    case 'status':
    case 'leave':
    case 'renew':
      return null;
  }
}

/**
 * The token of the tenure that this job began last. It is kept when that tenure ends: were it forgotten, the next tenure
 * of another job of the run would be taken for this one's.
 */
function tokenAfter(outcome: Outcome, run: Run): Note['fencingToken'] {
  const token = outcome.kind === 'ok' ? outcome.view?.record?.activeRun?.fencingToken : undefined;
  return token !== undefined && isOwned(outcome, run) ? token : 'unchanged';
}
