import type { Question } from '../core/answer.js';
import type { BranchReading } from '../core/publication.js';
import type { ActiveRun } from '../core/record.js';
import { placeKey } from '../core/queue.js';
import type { Liveness, TakeoverPermission, WaiterLiveness } from '../core/request.js';
import type { Snapshot, StateStore, StoreFailure } from '../store/state-store.js';
import type { Deadline } from '../time/deadline.js';

/** What has been asked beside the record, so that it is asked once. */
export interface Known {
  readonly permission: TakeoverPermission;
  /** Whether the owner is over; good for that owner only. */
  readonly liveness: { readonly owner: string; readonly value: Liveness } | null;
  /** Whether steps in line are over. */
  readonly waiters: WaiterLiveness;
  /** The branch of the pull request, as git showed it beside the head that was read. */
  readonly branch: BranchReading | null;
}

export type Found = { readonly known: Known } & (
  | { readonly kind: 'known' }
  /** The reading that the question came of is older than what git shows. */
  | { readonly kind: 'stale' | 'failed'; readonly failure: StoreFailure }
);

export interface FindContext {
  readonly store: StateStore;
  readonly warn: (message: string) => void;
  /** The head of the branch that an earlier push of this request stood on; `null`: there was none. */
  readonly leased: string | null;
}

export function nothingKnown(permission: TakeoverPermission): Known {
  return { permission, liveness: null, waiters: new Map(), branch: null };
}

/** What is still good for the next decision: a word on who is alive is of its moment, and so are heads. */
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
  snapshot: Snapshot,
  context: FindContext,
  deadline: Deadline,
): Promise<Found> {
  if (question.question !== 'branch') {
    return { kind: 'known', known: await ask(known, question, snapshot, context, deadline) };
  }
  const { store, leased } = context;
  if (store.compare === undefined) throw new Error('a push goes through a store that can compare branches');
  const { publication, branch } = question;
  const compared = await store.compare({ ...{ publication, branch, leased }, head: snapshot.head }, deadline);
  if (compared.kind !== 'compared') return { ...compared, known };
  return { kind: 'known', known: { ...known, branch: compared.reading } };
}

async function ask(
  known: Known,
  question: Exclude<Question, { question: 'branch' }>,
  { target, reading }: Snapshot,
  { store, warn }: FindContext,
  deadline: Deadline,
): Promise<Known> {
  if (question.question === 'takeover_permission') {
    return { ...known, permission: heard(await store.takeoverPermission(target, deadline), warn) };
  }
  if (question.question === 'waiter_liveness') {
    const value = heard(await store.waiterLiveness(question.place, target, deadline), warn);
    return { ...known, waiters: new Map([...known.waiters, [placeKey(question.place), value]]) };
  }
  const owner = reading.kind === 'record' ? reading.record.activeRun : null;
  if (owner === null) return known;
  const value = heard(await store.ownerLiveness(owner, target, deadline), warn);
  return { ...known, liveness: { owner: nameOf(owner), value } };
}

function heard<T>({ value, warning }: { value: T; warning: string | null }, warn: (message: string) => void): T {
  if (warning !== null) warn(warning);
  return value;
}

/** A renewal may change who holds the tenure. */
function nameOf({ fencingToken, runId, attempt, holder }: ActiveRun): string {
  return JSON.stringify([fencingToken, runId, attempt, holder?.repoId ?? null, holder?.workflowRunId ?? null]);
}
