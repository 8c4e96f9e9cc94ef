import type { Board, PaceSlice } from '../../core/board/model.js';
import { minute, number } from './words.js';

/** What changes of the state branch take, in words and in columns. */

/** Empty where no change tells what it took. */
export function paceText({ counts: { pace } }: Board): string {
  const { medianMs, p90Ms, medianRequests, p90Requests, retries } = pace;
  if (medianMs === null || p90Ms === null) return '';
  const tried = retries === 0 ? '' : `; ${retries === 1 ? '1 retry' : `${number(retries)} retries`}`;
  const requests = (count: number | null): string =>
    count === null ? '' : ` and ${count === 1 ? '1 request' : `${number(count)} requests`}`;
  const half = `${secondsText(medianMs)}${requests(medianRequests)}`;
  return `half of the changes took at most ${half}, nine of ten at most ${secondsText(p90Ms)}${requests(p90Requests)}${tried}`;
}

/** What to do about it; empty where it is not slow. */
export function slowText({ counts, stateBranch }: Board): string {
  const { slow, slices } = counts.pace;
  const last = slices.at(-1);
  if (slow === 'no' || last === undefined) return '';
  const since = `since ${minute(last.from)} UTC`;
  const what =
    slow === 'time'
      ? `${since} one change in ten took ${secondsText(last.p90Ms ?? 0)} or more`
      : `${since} a change lost ${racesText(last)} races to others`;
  const wayOut = stateBranch.includes('{shard}')
    ? 'It has shards already; docs/scale.md says what else helps'
    : 'Too much goes on for one state branch: with {shard} in the input "state-branch" there are several, see docs/scale.md';
  return `It is getting slow: ${what}. ${wayOut}.`;
}

type Cell = readonly [text: string, value: number | string];

/** What a row of the table says, in the order of its columns, and by what it is sorted. */
export function paceCells(slice: PaceSlice): readonly [Cell, ...Cell[]] {
  const { from, changes, lostRaces, medianMs, p90Ms } = slice;
  const time = (milliseconds: number | null): Cell =>
    milliseconds === null ? ['–', ''] : [secondsText(milliseconds), milliseconds];
  return [
    [minute(from), from],
    [number(changes), changes],
    changes === 0 ? ['–', ''] : [racesText(slice), lostRaces / changes],
    time(medianMs),
    time(p90Ms),
  ];
}

function racesText({ lostRaces, changes }: PaceSlice): string {
  return (lostRaces / changes).toFixed(1);
}

function secondsText(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
