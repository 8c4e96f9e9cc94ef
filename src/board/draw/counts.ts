import type { Board } from '../../core/board/model.js';
import { formatDuration } from '../../core/text.js';
import { minute, number } from './words.js';

/** The counts of the board in words. */

/** How many reasons are named. */
export const SHOWN_REASONS = 10;

function several(count: number, one: string, more = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : more}`;
}

/** `20 owners (2 of them holds), 4 wait, 31 records are free` */
export function nowText({ counts }: Board): string {
  const holds = counts.holds === 0 ? '' : ` (${several(counts.holds, 'hold')})`;
  return [
    `${several(counts.owners, 'owner')}${holds}`,
    `${number(counts.waiting)} ${counts.waiting === 1 ? 'waits' : 'wait'}`,
    `${several(counts.free, 'record')} free`,
  ].join(', ');
}

/** What was in the span, and what is not worth a word is left out. */
export function spanText({ counts }: Board): string {
  const median =
    counts.medianTenureMs === null ? '' : ` (half of them shorter than ${formatDuration(counts.medianTenureMs)})`;
  const happened: readonly (readonly [number, string])[] = [
    [counts.takeovers, `${number(counts.takeovers)} taken over`],
    [counts.superseded, `${number(counts.superseded)} superseded`],
    [counts.evictions, `${number(counts.evictions)} evicted`],
    [counts.expired, `${number(counts.expired)} expired`],
    [counts.publishes, several(counts.publishes, 'publish', 'publishes')],
    [counts.lostRaces, several(counts.lostRaces, 'lost race')],
  ];
  return [
    `${several(counts.tenures, 'tenure')} began${median}`,
    ...happened.filter(([count]) => count > 0).map(([, text]) => text),
    ...(counts.longestWaitMs === null ? [] : [`longest wait ${formatDuration(counts.longestWaitMs)}`]),
  ].join(', ');
}

/** `since 2026-03-01 10:00 UTC`, and whether all of it was read. */
export function spanName({ since, isComplete }: Board): string {
  const name = `since ${minute(since)} UTC`;
  return isComplete ? name : `${name}, though the log was not read back that far`;
}
