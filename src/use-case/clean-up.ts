import { coordinate } from '../coordinate/coordinate.js';
import { Meter } from '../coordinate/meter.js';
import type { Effort } from '../core/effort.js';
import type { Outcome } from '../core/outcome.js';
import type { Target } from '../core/record.js';
import type { LeaveRequest, ReleaseRequest } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';
import { Deadline } from '../time/deadline.js';
import { courtesyDeadline } from './courtesy.js';
import { openStore } from './open-store.js';
import { showOwner } from './show-owner.js';
import type { Asker, Surroundings } from './wanted.js';

export interface CleaningUp {
  /** The release of the tenure that a step began, or the end of what it may have begun. */
  readonly request: ReleaseRequest | LeaveRequest;
  readonly asker: Asker;
  readonly target: Target;
  readonly repositoryId: number | null;
  readonly stateBranch: string;
  readonly timeoutMs: number;
  /** What the step wrote, so that nothing has to be read if nothing moved since; `null` where that is not known. */
  readonly known: Snapshot | null;
  readonly outdatedHeads: readonly string[];
  /** Show who owns afterwards; that takes a reading, so that `known` is of no use then. */
  readonly prStatus: boolean;
}

export interface CleanedUp {
  readonly outcome: Outcome;
  readonly effort: Effort;
}

/** Ends what a step began and nobody goes on with. Nobody else's tenure is touched, so no permission is asked for. */
export async function cleanUp(work: CleaningUp, surroundings: Surroundings): Promise<CleanedUp> {
  const { request, asker, target, repositoryId, stateBranch, timeoutMs, known, outdatedHeads, prStatus } = work;
  const { clock, newId, say, transport } = surroundings;
  const meter = new Meter(clock, transport);
  const takeover = { permission: 'write', actors: [] } as const;
  const deadline = new Deadline(clock, timeoutMs);
  const writes: string[] = [];
  const outcome = await coordinate(request, {
    ...{ stateBranch, clock, newId, repositoryId, outdatedHeads, deadline, meter },
    store: openStore({ target, asker, stateBranch, takeover }, surroundings),
    takeoverPermission: 'denied',
    ...(known === null || prStatus ? {} : { known }),
    beforeWrite: ({ id }) => {
      if (id !== null) writes.push(id);
    },
    warn: say.warn,
    debug: say.debug,
  });
  if (prStatus) await showOwner(outcome, writes, surroundings, courtesyDeadline(clock, deadline));
  return { outcome, effort: meter.effort };
}
