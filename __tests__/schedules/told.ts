import type { Outcome } from '../../src/core/outcome.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import type { Around, Reply, Stored } from '../model/terms.js';
import { isOwner } from '../model/who.js';
import { tenureName } from './faulty-store.js';
import type { Operation, Told } from './operation.js';

/** What an operation was told and what it answered, in the words of the reference model. */

export type Answered = Exclude<Outcome, { kind: 'error' }>;

const CAN_OWN = ['claim', 'takeover', 'assert', 'ensure', 'check', 'status'];

export function replyOf({ request }: Operation, outcome: Answered): Omit<Reply, 'asked'> {
  const record = asStored(outcome.view?.record ?? null);
  const active = record?.activeRun ?? null;
  const isOwned = record !== null && CAN_OWN.includes(request.command) && isOwner(record, request.run, record.target);
  return {
    ok: outcome.kind === 'ok',
    code: outcome.kind === 'ok' ? outcome.status : outcome.code,
    owned: outcome.kind === 'ok' && isOwned,
    owner: active?.runId ?? null,
    token: active?.fencingToken ?? null,
  };
}

/** What the operation was told at each of its decisions. */
export function arounds({ told }: Operation, record: Stored | null): Around[] {
  return told.map((one) => aroundOf(one, record));
}

export function aroundOf(told: Told, record: Stored | null): Around {
  const { id, now, target, tokenFloor, open, liveness, permission } = told;
  const active = record?.activeRun ?? null;
  return {
    ...{ id, now, tokenFloor, open },
    target: { ...target, scope: null },
    ownerRun: active === null ? 'unasked' : (liveness.get(tenureName(active)) ?? 'unasked'),
    mayTakeOver: permission === 'granted',
  };
}

/** A commit that an operation makes beside what it was asked for, so that no earlier write of it can land any more. */
export function isAside({ request }: Operation, { type }: HistoryEvent): boolean {
  return type === 'leave' && request.command !== 'leave';
}

/** Both are the plain JSON of the branch. */
export function asStored(record: OwnershipRecord | null): Stored | null {
  return record as Stored | null;
}
