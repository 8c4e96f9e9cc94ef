import { notLongClosed, type FoundRecord } from '../core/sweep/plan.js';
import type { BranchesReading } from '../board/branches.js';
import type { BoardContext } from '../board/context.js';
import type { Texts } from '../board/details.js';
import { recordOf } from '../board/records.js';
import type { Answered } from '../board/told.js';
import { readClosedStates, type ClosedStates } from './closed-states.js';
import { readRecordTexts, type PlacedRecord } from './record-texts.js';
import type { SweepReading } from './sweep-reading.js';

/** What a sweep reads beside the branches. It takes longest, and so is read once, whatever comes in between. */
export interface Known {
  readonly pullRequests: ClosedStates;
  readonly texts: Texts;
}

/** The pull requests of all records, and the texts of those alone that were closed long ago. */
export async function readKnown(
  context: BoardContext,
  reading: BranchesReading,
  olderThanMs: number,
): Promise<Answered<Known>> {
  const records = reading.branches.flatMap(({ head, records: there }): readonly PlacedRecord[] =>
    head === null ? [] : there.map((record) => ({ ...record, head })),
  );
  const numbers = records.map(({ pr }) => pr);
  const pullRequests = await readClosedStates(context, reading, numbers);
  if (!pullRequests.ok) return pullRequests;
  const facts = { now: reading.now, olderThanMs, pullRequests: pullRequests.value };
  const closed = records.filter(({ pr }) => notLongClosed(pr, facts) === null);
  const texts = await readRecordTexts(context, reading, closed);
  return texts.ok ? { ok: true, value: { pullRequests: pullRequests.value, texts: texts.value } } : texts;
}

/** A text never changes under its id; whatever has another id by now was changed meanwhile, and so is in use. */
export function foundRecords(reading: SweepReading, { texts }: Known): readonly FoundRecord[] {
  return reading.records.map((entry) => {
    const { pr, scope, blob } = entry;
    return blob === null || texts.has(blob) ? recordOf(entry, texts, reading) : { pr, scope, reading: null };
  });
}
