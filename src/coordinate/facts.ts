import type { View } from '../core/outcome.js';
import type { OwnershipRecord } from '../core/record.js';
import type { Facts } from '../core/request.js';
import type { Snapshot } from '../store/state-store.js';
import type { Clock } from '../time/clock.js';
import { serverNow } from '../time/server-time.js';
import type { CoordinationContext } from './context.js';
import { livenessOf, type Known } from './known.js';

/** What a decision may know beside the record, at this moment of GitHub's clock. */
export function factsOf(
  record: OwnershipRecord | null,
  { time, target, tokenFloor, pullRequest }: Snapshot,
  known: Known,
  ownWrites: readonly string[],
  { clock, newId }: Pick<CoordinationContext, 'clock' | 'newId'>,
): Facts {
  return {
    now: serverNow(time, clock.monotonic()),
    writeId: newId(),
    target,
    tokenFloor,
    pullRequestOpen: pullRequest?.state === 'open',
    ownerLiveness: livenessOf(known, record?.activeRun ?? null),
    waiterLiveness: known.waiters,
    ownWrites,
    takeoverPermission: known.permission,
  };
}

/** What an answer stands on. */
export function viewOf(
  record: OwnershipRecord | null,
  { head, target, pullRequest, time }: Snapshot,
  clock: Clock,
): View {
  const now = serverNow(time, clock.monotonic());
  return { record, stateCommit: head, target, pullRequest, now, previousHead: null, replaced: null };
}
