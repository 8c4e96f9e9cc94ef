import type { Decision } from './answer.js';
import type { ActiveRun, OwnershipRecord, SupersedeCause } from './record.js';
import type { ClaimRequest, EnsureRequest, Facts } from './request.js';
import { exitSignalOf } from './run.js';
import { isStale } from './staleness.js';
import { succeed } from './succession.js';

/**
 * Ends another run's tenure where the policy allows a plain claim to (docs/guarantees.md, 10), for whoever's turn it is;
 * asks for what it needs to know, or answers `null` for "it stays".
 */
export function supersede(
  record: OwnershipRecord,
  active: ActiveRun,
  request: ClaimRequest | EnsureRequest,
  facts: Facts,
): Decision | null {
  if (request.supersede === 'never') return null;
  const replace = (cause: SupersedeCause): Decision => succeed(record, request, facts, { status: 'taken_over', cause });
  if (exitSignalOf(record) !== null) return replace('exit_signal');
  // A hold is not renewed, and ends by its end.
  const ages = request.supersede === 'stale' && !active.detached;
  if (ages && isStale(active, facts.now, request.staleAfterMs)) return replace('stale');
  if (!canBeAsked(active)) return null;
  if (facts.ownerLiveness === 'unasked') return { kind: 'ask', question: 'owner_liveness' };
  return facts.ownerLiveness === 'dead' ? replace('dead') : null;
}

/** Whether GitHub can say if the owner is over: it knows workflow runs only, and a hold outlives its own. */
export function canBeAsked({ detached, holder }: ActiveRun): boolean {
  return !detached && holder?.workflowRunId != null;
}
