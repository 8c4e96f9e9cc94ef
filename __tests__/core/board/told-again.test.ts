import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { BoardCounts, Tenure } from '../../../src/core/board/model.js';
import { must } from '../must.js';
import { NOW } from '../samples.js';
import { move } from './moves.js';
import { Played } from './played.js';
import type { TrueTenure, TrueWait } from './truth.js';

const plays = fc.array(move, { minLength: 5, maxLength: 40, size: 'max' }).map((moves) => new Played(moves));
const RUNS = { numRuns: 150 };

describe('whatever the commands write, the board tells again', () => {
  test('who owned and who waited from when to when, how it ended, and how often', () => {
    const ends = new Set<string>();
    let exactWaits = 0;
    fc.assert(
      fc.property(plays, (played) => {
        const { truth, publishes, lostRaces } = played;
        const { tenures, waits, counts } = played.boardSince(NOW);
        same(tenures.map(shapeOf), sorted(truth.tenures).map(shapeOf), 'tenures');
        const waited = sorted(truth.waits.filter(({ isHidden }) => !isHidden));
        // Of some it is not told when they left, but always that they came.
        const exact = waited.map((wait) => wait.to === null || !truth.isVague(wait));
        same(
          waits.map(({ runId, from, to, end }, index) => [runId, from, ...(exact[index] === true ? [to, end] : [])]),
          waited.map(({ runId, from, to, end }, index) => [runId, from, ...(exact[index] === true ? [to, end] : [])]),
          'waits',
        );
        mustCount(counts, { ...countsOf(truth.tenures, NOW), publishes, lostRaces });
        for (const { end } of [...tenures, ...waits]) ends.add(end);
        exactWaits += exact.filter(Boolean).length;
      }),
      RUNS,
    );
    // Otherwise the days were too quiet to prove anything.
    const all = ['evicted', 'expired', 'holds', 'left', 'released', 'served', 'superseded', 'taken_over', 'waits'];
    expect([...ends].sort()).toEqual(all);
    expect(exactWaits).toBeGreaterThan(100);
  });

  test('the same of a span, whether more than that was read or not', () => {
    let early = 0;
    fc.assert(
      fc.property(plays, fc.nat({ max: 99 }), (played, part) => {
        const since = played.log[Math.floor((part / 100) * played.log.length)]?.committedAt ?? NOW;
        const board = played.boardSince(since);
        const { tenures, counts } = board;
        same(
          played.boardSince(
            since,
            played.log.filter(({ committedAt }) => committedAt >= since),
          ),
          board,
          'boards',
        );
        const { truth } = played;
        const isWhole = ({ from, to }: Pick<Tenure, 'from' | 'to'>): boolean =>
          from !== null && (from >= since || to === null);
        same(
          tenures.filter(isWhole).map(shapeOf),
          sorted(truth.tenures).filter(isWhole).map(shapeOf),
          'tenures of the span',
        );
        const isCut = (tenure: TrueTenure): boolean => !isWhole(tenure) && isSurelyTold(tenure, since);
        const [earlier, cut] = [tenures.filter(isCut), sorted(truth.tenures).filter(isCut)];
        same(earlier.map(endOf), cut.map(endOf), 'ends in the span');
        mustCount(counts, { tenures: truth.tenures.filter(({ from }) => from !== null && from >= since).length });
        early += cut.length;
      }),
      RUNS,
    );
    expect(early).toBeGreaterThan(20);
  });
});

function same(told: unknown, truth: unknown, what: string): void {
  const show = (value: unknown): string => JSON.stringify(value, null, 1);
  must(isDeepStrictEqual(told, truth), `${what}: told ${show(told)}, and it was ${show(truth)}`);
}

/** In the order of the board. */
function sorted<Item extends TrueTenure | TrueWait>(items: readonly Item[]): Item[] {
  const key = ({ scope, from }: Item): string => `${scope ?? ''} ${from ?? ''}`;
  return items.toSorted((one, other) => (key(one) < key(other) ? -1 : 1));
}

function shapeOf({ scope, runId, fencingToken, from, to, end, reason }: TrueTenure): unknown {
  return { scope, runId, fencingToken, from, to, end, reason };
}

function endOf({ scope, runId, to, end, reason }: TrueTenure): unknown {
  return { scope, runId, to, end, reason };
}

/** A claim that begins a tenure of one's own anew names nobody: the owner may not have been heard of before. */
function isSurelyTold({ to, reason }: TrueTenure, since: string): boolean {
  return to !== null && to >= since && reason !== 'the run began anew';
}

function countsOf(tenures: readonly TrueTenure[], since: string): Partial<BoardCounts> {
  const endedBy = (wanted: Tenure['end']): number => tenures.filter(({ end }) => end === wanted).length;
  return {
    tenures: tenures.filter(({ from }) => from !== null && from >= since).length,
    takeovers: endedBy('taken_over'),
    superseded: endedBy('superseded'),
    evictions: endedBy('evicted'),
    expired: endedBy('expired'),
  };
}

function mustCount(counts: BoardCounts, wanted: Partial<BoardCounts>): void {
  same({ ...counts, ...wanted }, counts, 'counts');
}
