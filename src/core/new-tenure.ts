import type { Decision } from './answer.js';
import { HIGHEST_TOKEN, SCHEMA_VERSION, type ActiveRun, type OwnershipRecord, type StoredTarget } from './record.js';
import type { Facts, Term } from './request.js';
import type { Run } from './run.js';

/** What a tenure looks like at its beginning, whoever begins it. */

/** What a target looks like before its first tenure. Token 0 was never handed out. */
export function blankRecord(target: StoredTarget): OwnershipRecord {
  return {
    schemaVersion: SCHEMA_VERSION,
    target,
    fencingToken: 0,
    activeRun: null,
    previousRun: null,
    queue: [],
    history: [],
    exitSignals: [],
  };
}

/** The token of the next tenure; `null` where there is none that could be raised again. */
export function nextToken({ fencingToken }: OwnershipRecord, { tokenFloor }: Facts): number | null {
  const next = Math.max(fencingToken, tokenFloor) + 1;
  return next > HIGHEST_TOKEN ? null : next;
}

export function startedTenure(
  { runId, attempt, holder }: Run,
  fencingToken: number,
  { detached, expiresAfterMs }: Pick<Term, 'detached' | 'expiresAfterMs'>,
  { now, writeId }: Facts,
): ActiveRun {
  return {
    ...{ runId, attempt, fencingToken },
    claimedAt: now,
    updatedAt: now,
    expiresAt: expiresAfterMs === null ? null : new Date(Date.parse(now) + expiresAfterMs).toISOString(),
    detached,
    id: writeId,
    renewedBy: null,
    holder,
  };
}

export function tokensUsedUp({ pr }: StoredTarget): Decision {
  return {
    kind: 'fail',
    failure: {
      code: 'state_corrupt',
      problem: `The fencing token of pull request ${String(pr)} cannot be raised any more; no honest record gets that far`,
      advice: 'Restore the last good version of the record from the log of the state branch.',
    },
  };
}
