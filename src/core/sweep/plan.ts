import { targetKey } from '../board/log-event.js';
import { isFree } from '../board/rows.js';
import type { RecordReading } from '../read-record.js';

/** What a sweep removes, and what it leaves where it is. Whatever is not known for certain stays. */

/** A pull request as GitHub shows it. */
export interface ClosedState {
  readonly state: 'open' | 'closed' | 'merged';
  /** `null` while it is open. */
  readonly closedAt: string | null;
}

/** A record that lies on the branch. */
export interface FoundRecord {
  readonly pr: number;
  readonly scope: string | null;
  /** `null`: its text was not read; it came when the others had been read already. */
  readonly reading: RecordReading | null;
}

export interface SweepFacts {
  /** By GitHub's clock. */
  readonly now: string;
  readonly olderThanMs: number;
  /** Of the branch, as its marker has it. */
  readonly tokenFloor: number;
  /** What is missing here is not known. */
  readonly pullRequests: ReadonlyMap<number, ClosedState>;
}

/** Why a record stays, in the order of the questions. */
export const KEPT_REASONS = [
  /** GitHub does not show the pull request, or not when it was closed. */
  'unknown',
  'open',
  /** It was closed not long enough ago. */
  'recent',
  /** It came, or changed, while the sweep was under way. */
  'changed',
  /** Somebody has to mend it first: its token may count. */
  'unreadable',
  /** Somebody owns it or stands in line, be it past their end. */
  'in_use',
  /** No honest token is so great, and as a floor it would be in the way of all others. */
  'token_too_great',
] as const;
export type KeptReason = (typeof KEPT_REASONS)[number];

export interface RemovedRecord {
  readonly pr: number;
  readonly scope: string | null;
  readonly fencingToken: number;
}

export interface SweepPlan {
  /** By pull request and scope. */
  readonly removed: readonly RemovedRecord[];
  readonly kept: Readonly<Record<KeptReason, number>>;
  /** What no later tenure of this branch may have: it only rises. */
  readonly tokenFloor: number;
}

/**
 * Every tenure of the branch goes on from the floor. One record with a token from nowhere must not leave all others of them
 * with next to none.
 */
export const GREATEST_FLOOR = 2 ** 52;

/** Decided from one reading of the branch, and good for that one only. */
export function planSweep(records: readonly FoundRecord[], facts: SweepFacts): SweepPlan {
  const removed: RemovedRecord[] = [];
  const kept = Object.fromEntries(KEPT_REASONS.map((reason) => [reason, 0])) as Record<KeptReason, number>;
  for (const record of records) {
    const verdict = judge(record, facts);
    if (typeof verdict === 'string') kept[verdict] += 1;
    else removed.push(verdict);
  }
  // No two are of one target.
  removed.sort((one, other) => one.pr - other.pr || (targetKey(one) < targetKey(other) ? -1 : 1));
  const tokenFloor = removed.reduce((floor, { fencingToken }) => Math.max(floor, fencingToken), facts.tokenFloor);
  return { removed, kept, tokenFloor };
}

/** `null`: it was closed for longer than that. A pull request alone says so, and its records need not be read otherwise. */
export function notLongClosed(pr: number, facts: Omit<SweepFacts, 'tokenFloor'>): 'unknown' | 'open' | 'recent' | null {
  const shown = facts.pullRequests.get(pr);
  if (shown === undefined) return 'unknown';
  if (shown.state === 'open') return 'open';
  const ageMs = Date.parse(facts.now) - Date.parse(shown.closedAt ?? '');
  if (Number.isNaN(ageMs)) return 'unknown';
  return ageMs > facts.olderThanMs ? null : 'recent';
}

function judge({ pr, scope, reading }: FoundRecord, facts: SweepFacts): RemovedRecord | KeptReason {
  const notYet = notLongClosed(pr, facts);
  if (notYet !== null) return notYet;
  if (reading === null) return 'changed';
  if (reading.kind !== 'record') return 'unreadable';
  const { record } = reading;
  if (!isFree(record)) return 'in_use';
  const { fencingToken } = record;
  return fencingToken > GREATEST_FLOOR ? 'token_too_great' : { pr, scope, fencingToken };
}
