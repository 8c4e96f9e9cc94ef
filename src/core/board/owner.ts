import { isExpired } from '../expiry.js';
import { isPast } from '../queue.js';
import type { ActiveRun, Holder, OwnershipRecord, QueueEntry } from '../record.js';
import { exitSignalOf } from '../run.js';
import { ageInMs } from '../staleness.js';
import type { BoardOwner, BoardPlace, OwnerState, Party, Trouble } from './model.js';

/** What GitHub says of the workflow run behind an owner. */
export type RunState = 'alive' | 'over' | 'unknown';

/** Whoever waits longer is told about. */
const LONG_WAIT_MS = 3_600_000;

export function partyOf(run: {
  readonly runId: string;
  readonly attempt: number;
  readonly holder: Holder | null;
}): Party {
  const { holder, runId, attempt } = run;
  const { workflow = null, job = null, actor = null, url = null } = holder ?? {};
  return { runId, attempt, workflow, job, actor, url };
}

export function ownerOf(record: OwnershipRecord, active: ActiveRun, runState: RunState, now: string): BoardOwner {
  return {
    ...partyOf(active),
    state: stateOf(record, active, runState, now),
    fencingToken: active.fencingToken,
    since: active.claimedAt,
    ageMs: ageInMs(active.claimedAt, now),
    expiresAt: active.expiresAt,
    detached: active.detached,
    exitReason: exitSignalOf(record)?.reason ?? null,
  };
}

/** What matters most comes first: an ended tenure is nobody's, and who was told to exit may be over as well. */
function stateOf(record: OwnershipRecord, active: ActiveRun, runState: RunState, now: string): OwnerState {
  if (isExpired(active, now)) return 'expired';
  const isOver = !active.detached && runState === 'over';
  if (exitSignalOf(record) !== null) return isOver ? 'over' : 'signalled';
  if (active.detached) return 'held';
  return runState;
}

export function placeOnBoard(place: QueueEntry, now: string): BoardPlace {
  const { since, until } = place;
  return { ...partyOf(place), since, waitsMs: ageInMs(since, now), until, isPast: isPast(place, now) };
}

const TROUBLE_OF: Readonly<Partial<Record<OwnerState, Trouble>>> = {
  over: 'owner_over',
  expired: 'tenure_expired',
  signalled: 'signalled_goes_on',
};

export function troublesOf(owner: BoardOwner | null, line: readonly BoardPlace[]): readonly Trouble[] {
  const ofOwner = owner === null ? undefined : TROUBLE_OF[owner.state];
  const isLong = line.some(({ isPast: past, waitsMs }) => !past && waitsMs !== null && waitsMs > LONG_WAIT_MS);
  return [...(ofOwner === undefined ? [] : [ofOwner]), ...(isLong ? (['long_line'] as const) : [])];
}
