import type { Outcome } from '../../src/core/outcome.js';
import type { HistoryEvent, OwnershipRecord } from '../../src/core/record.js';
import type { Around, Ask, Reply, Stored } from '../model/terms.js';
import { isOwner } from '../model/who.js';
import { tenureName } from './faulty-store.js';
import type { Operation, Told } from './operation.js';

/** What an operation was told and what it answered, in the words of the reference model. */

export type Answered = Exclude<Outcome, { kind: 'error' }>;

const CAN_OWN = ['claim', 'takeover', 'assert', 'push', 'ensure', 'check', 'status'];
const HEAD_BRANCH = { name: 'topic', isFork: false, isDefaultBranch: false };
const CLAIMS = ['claim', 'ensure'];

export function replyOf({ request }: Operation, outcome: Answered): Omit<Reply, 'asked'> {
  const record = asStored(outcome.view?.record ?? null);
  const active = record?.activeRun ?? null;
  const isOwned =
    record !== null &&
    CAN_OWN.includes(request.command) &&
    isOwner(record, request.run, record.target, outcome.view?.now ?? '');
  return {
    ok: outcome.kind === 'ok',
    code: outcome.kind === 'ok' ? outcome.status : outcome.code,
    owned: outcome.kind === 'ok' && isOwned,
    owner: active?.runId ?? null,
    token: active?.fencingToken ?? null,
  };
}

/** One decision: what it was asked for by then, and what it was told. */
export interface Moment {
  readonly ask: Ask;
  readonly around: Around;
}

/** The decisions that may have led to the answer; those that led to something beside it are moments of their own. */
export function momentsOf(operation: Operation, record: Stored | null, asides: ReadonlySet<string>): Moment[] {
  return operation.told.filter(({ id }) => !asides.has(id)).flatMap((told) => momentsAt(operation, told, record));
}

/** Whose time is up may be at its last look, or still at the one before. */
export function momentsAt({ ask }: Operation, told: Told, record: Stored | null): Moment[] {
  const around = aroundOf(told, record);
  const { line } = ask;
  if (line === null || !told.isTimeUp) return [{ ask, around }];
  return ['wait', 'leave'].map((action) => ({ ask: { ...ask, line: { ...line, action } }, around }));
}

export function aroundOf(told: Told, record: Stored | null): Around {
  const { id, now, target, tokenFloor, open, liveness, waiters, permission, ownWrites, branch } = told;
  const active = record?.activeRun ?? null;
  // Every field by its name: this is called so often that a spread would be felt.
  const { repo, repoId, pr } = target;
  return {
    id,
    now,
    tokenFloor,
    open,
    ownWrites,
    target: { repo, repoId, pr, scope: null },
    ownerRun: active === null ? 'unasked' : (liveness.get(tenureName(active)) ?? 'unasked'),
    waiterRun: (waiter) => waiters.get(String(waiter.id)) ?? 'unasked',
    mayTakeOver: permission === 'granted',
    headBranch: HEAD_BRANCH,
    branch,
  };
}

/**
 * A commit that an operation makes beside its answer: one by which it joins or leaves the line, hands over to whose turn
 * it is, or gives back what it cannot use, and one after which no earlier write of it can land any more.
 */
export function isAside({ request, ids }: Operation, { type, entry }: HistoryEvent): boolean {
  if (type === 'leave') return request.command !== 'leave';
  if (!CLAIMS.includes(request.command)) return false;
  return type === 'join' || type === 'release' || (type === 'handover' && !ids.has(entry ?? ''));
}

/** Whether the commit gave the target to a place of this operation, whoever made it. */
export function serves({ ids }: Operation, { type, entry }: HistoryEvent): boolean {
  return type === 'handover' && entry !== undefined && ids.has(entry);
}

/** Both are the plain JSON of the branch. */
export function asStored(record: OwnershipRecord | null): Stored | null {
  return record as Stored | null;
}
