import type { KeptReason, SweepPlan } from '../sweep/plan.js';

/** What came of a sweep, over all state branches. */
export interface SweepCounts {
  readonly records: number;
  readonly removed: number;
  readonly kept: SweepPlan['kept'];
}

/** One sentence. `floors`: of the branches after it, of which there is one unless they are sharded; none: there is no branch yet. */
export function sweptText(
  { records, removed }: Pick<SweepCounts, 'records' | 'removed'>,
  floors: readonly number[],
  dryRun: boolean,
): string {
  const [floor] = floors;
  if (floor === undefined) return 'There is no state branch yet, and so nothing to remove.';
  const greatest = String(floors.reduce((one, other) => Math.max(one, other), floor));
  const token = floors.length === 1 ? `token floor` : `greatest token floor`;
  const some = `${removed === 0 ? 'none' : number(removed)} of ${number(records)} record${records === 1 ? '' : 's'}`;
  if (dryRun) return `Would remove ${some}; the ${token} would ${removed === 0 ? 'stay' : 'be'} ${greatest}.`;
  return `Removed ${some}; the ${token} ${removed === 0 ? 'stays' : 'is now'} ${greatest}.`;
}

const KEPT_TEXTS: Readonly<Record<KeptReason, string>> = {
  open: 'the pull request is open',
  recent: 'it was closed not long enough ago',
  in_use: 'somebody owns it or stands in line',
  unknown: 'GitHub does not show the pull request',
  unreadable: 'it cannot be read',
  changed: 'it changed meanwhile',
  token_too_great: 'its token is too great for a floor',
};

/** Why the others stay, the most frequent reason first; `null`: there are no others. */
export function keptText({ kept }: Pick<SweepCounts, 'kept'>): string | null {
  const reasons = (Object.keys(KEPT_TEXTS) as KeptReason[])
    .filter((reason) => kept[reason] > 0)
    .sort((one, other) => kept[other] - kept[one])
    .map((reason) => `${number(kept[reason])} because ${KEPT_TEXTS[reason]}`);
  return reasons.length === 0 ? null : `Kept: ${reasons.join(', ')}.`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
