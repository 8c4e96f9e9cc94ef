import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { records } from './arbitraries.js';
import { move, playLine } from './line-day.js';

describe('whatever happens in front of one pull request', () => {
  test('the line is served in order, each tenure after the end of the one before', () => {
    let handOvers = 0;
    let passedBy = 0;
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 40, size: 'max' }), (moves) => {
        const tally = playLine(null, moves);
        handOvers += tally.handOvers;
        passedBy += tally.passedBy;
      }),
      // So many that what is expected below is certain: in half of them one run in a hundred had too few.
      { numRuns: 800 },
    );
    // Otherwise the days were too quiet to prove anything.
    expect(handOvers).toBeGreaterThan(200);
    expect(passedBy).toBeGreaterThan(20);
  });

  test('also with any record before it', () => {
    let handOvers = 0;
    fc.assert(
      fc.property(records, fc.array(move, { maxLength: 15, size: 'max' }), (record, moves) => {
        handOvers += playLine(record, moves).handOvers;
      }),
      { numRuns: 400 },
    );
    expect(handOvers).toBeGreaterThan(20);
  });
});
