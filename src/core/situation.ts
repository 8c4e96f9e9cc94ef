import { conflict, type Decision } from './answer.js';
import type { ActiveRun, OwnershipRecord } from './record.js';
import type { CoordinationRequest, Facts } from './request.js';

/** What a decision is made from: the record that was read, or `null` where there is none. */
export interface Situation<R extends CoordinationRequest = CoordinationRequest> {
  readonly record: OwnershipRecord | null;
  /** The tenure that time has ended; `null`: none. Whoever may begin one gets the record without it. */
  readonly expired: ActiveRun | null;
  /** The record as it was read, whatever time has made of it. */
  readonly stored: OwnershipRecord | null;
  readonly request: R;
  readonly facts: Facts;
}

export interface OwnedRecord {
  readonly record: OwnershipRecord;
  readonly active: ActiveRun;
}

/** The record with its owner, or `null` where nobody owns. */
export function ownedRecord(record: OwnershipRecord | null): OwnedRecord | null {
  return record === null || record.activeRun === null ? null : { record, active: record.activeRun };
}

/** Whether the token, where one is given, is that of the tenure. */
export function meansTenure(request: { readonly fencingToken: number | null }, active: ActiveRun | null): boolean {
  return request.fencingToken === null || request.fencingToken === active?.fencingToken;
}

/** Whether the run that is meant, where one is named, is the owner. */
export function meansOwner(request: { readonly targetRunId: string | null }, active: ActiveRun | null): boolean {
  return request.targetRunId === null || request.targetRunId === active?.runId;
}

/** `null` when the actors may; a check that was not made yet is asked for, and anything but a grant refuses. */
export function refuseWithoutPermission(facts: Facts): Decision | null {
  if (facts.takeoverPermission === 'unasked') return { kind: 'ask', question: 'takeover_permission' };
  return facts.takeoverPermission === 'granted' ? null : conflict('takeover_forbidden');
}

/** Whether a tenure must not begin, because the pull request is closed and the user did not say that this is fine. */
export function isClosedTo(request: { readonly requireOpen: boolean | null }, facts: Facts): boolean {
  return !facts.pullRequestOpen && request.requireOpen !== false;
}
