import type { Question } from '../core/answer.js';
import type { ActiveRun, StoredTarget } from '../core/record.js';
import { placeKey } from '../core/queue.js';
import type { Liveness, TakeoverPermission, WaiterLiveness } from '../core/request.js';
import type { StateStore } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';

/** What has been asked of GitHub beside the record, so that it is asked once. */
export interface Known {
  readonly permission: TakeoverPermission;
  /** Whether the owner is over; good for that owner only. */
  readonly liveness: { readonly owner: string; readonly value: Liveness } | null;
  /** Whether steps in line are over. */
  readonly waiters: WaiterLiveness;
}

export function nothingKnown(permission: TakeoverPermission): Known {
  return { permission, liveness: null, waiters: new Map() };
}

/** What is still good for the next decision: a word on who is alive is of its moment. */
export function withoutLiveness({ permission }: Known): Known {
  return nothingKnown(permission);
}

export function livenessOf({ liveness }: Known, owner: ActiveRun | null): Liveness {
  return owner !== null && liveness?.owner === nameOf(owner) ? liveness.value : 'unasked';
}

/** Asks the one thing that a decision wants to know. */
export async function find(
  known: Known,
  question: Question,
  { store, warn }: { readonly store: StateStore; readonly warn: (message: string) => void },
  owner: ActiveRun | null,
  target: StoredTarget,
  deadline: Deadline,
): Promise<Known> {
  if (question.question === 'takeover_permission') {
    const { value, warning } = await store.takeoverPermission(target, deadline);
    if (warning !== null) warn(warning);
    return { ...known, permission: value };
  }
  if (question.question === 'waiter_liveness') {
    const { value, warning } = await store.waiterLiveness(question.place, target, deadline);
    if (warning !== null) warn(warning);
    return { ...known, waiters: new Map([...known.waiters, [placeKey(question.place), value]]) };
  }
  if (owner === null) return known;
  const { value, warning } = await store.ownerLiveness(owner, target, deadline);
  if (warning !== null) warn(warning);
  return { ...known, liveness: { owner: nameOf(owner), value } };
}

/** A renewal may change who holds the tenure. */
function nameOf({ fencingToken, runId, attempt, holder }: ActiveRun): string {
  return JSON.stringify([fencingToken, runId, attempt, holder?.repoId ?? null, holder?.workflowRunId ?? null]);
}
