import type { Failure } from '../core/outcome.js';
import { recordPath } from '../core/record.js';
import type { SweepPlan } from '../core/sweep/plan.js';
import { isWrite } from './sweep-message.js';
import type { SweepReading } from './sweep-reading.js';

/** What came of one state branch. */
export interface SweptBranch {
  readonly branch: string;
  /** Where it stood when that was decided; `null`: there is no such branch yet. */
  readonly head: string | null;
  /** How many records there were. */
  readonly records: number;
  readonly plan: SweepPlan;
  readonly floorBefore: number;
  /** The commit that removed them; `null`: nothing was written, or its id was not seen. */
  readonly commit: string | null;
}

export type BranchAnswer =
  | { readonly ok: true; readonly swept: SweptBranch }
  | { readonly ok: false; readonly failure: Failure; readonly mayHaveWritten: boolean };

/** A write whose outcome was not told, or that was said to have come too late. */
export interface SentSweep {
  readonly id: string;
  readonly swept: SweptBranch;
  readonly isUnknown: boolean;
}

export function sweptOf({ branch, head, records, tokenFloor }: SweepReading, plan: SweepPlan): SweptBranch {
  return { branch, head, records: records.length, plan, floorBefore: tokenFloor, commit: null };
}

/**
 * Which of them is on the branch: the one whose id the log shows. Where more has happened since than a page of the log, what
 * it was to bring about has to tell.
 */
export function landedIn({ page, records, tokenFloor }: SweepReading, sent: readonly SentSweep[]): SweptBranch | null {
  const there = new Set(records.map(pathOf));
  for (const { id, swept } of sent) {
    const entry = page.entries.find(({ message }) => isWrite(message, id));
    if (entry !== undefined) return { ...swept, commit: entry.commit };
    const { plan } = swept;
    const isDone = tokenFloor >= plan.tokenFloor && plan.removed.every((record) => !there.has(pathOf(record)));
    if (page.next !== null && isDone) return swept;
  }
  return null;
}

function pathOf({ pr, scope }: { readonly pr: number; readonly scope: string | null }): string {
  return recordPath({ repo: '', pr, scope });
}
