import { describe, expect, it } from '@jest/globals';
import { AnswerClock, type AnswerTime } from '../../src/store/answer-time.js';
import type { HttpAnswer } from '../../src/store/transport.js';

/** GitHub's clock decides, by the Date of an answer that came just now; what is kept or untold decides nothing. */

const START = Date.parse('2026-11-22T08:00:00.000Z');

function answer(seconds: number | null, headers: Record<string, string> = {}): HttpAnswer {
  const date = seconds === null ? {} : { date: new Date(START + seconds * 1000).toUTCString() };
  return { kind: 'answer', status: 200, headers: { ...date, ...headers }, body: {} };
}

/** Looks that take no time, at so many seconds. */
function looks(...all: readonly (readonly [atSeconds: number, HttpAnswer])[]): AnswerTime['kind'][] {
  const clock = new AnswerClock();
  return all.map(([at, given]) => clock.read(given, at * 1000, at * 1000).kind);
}

describe('the time of an answer', () => {
  it('is its Date, at the moment when it was there', () => {
    expect(new AnswerClock().read(answer(5), 1_000, 1_250)).toEqual({
      kind: 'now',
      time: { serverMs: START + 5_000, monotonicMs: 1_250 },
    });
  });

  it.each([{}, { date: '' }, { date: 'yesterday' }])('is untold by %j', (headers) => {
    expect(looks([0, answer(null, headers)])).toEqual(['untold']);
  });

  it('is untold by no answer', () => {
    expect(looks([0, { kind: 'no_answer', problem: 'reset', cause: null }])).toEqual(['untold']);
  });

  it('goes on from look to look, whatever the runner’s own clock says', () => {
    expect(looks([0, answer(500)], [3, answer(503)], [60, answer(560)], [3600, answer(4100)])).toEqual(
      Array.from({ length: 4 }, () => 'now'),
    );
  });

  it('may stand still for as long as it counts whole seconds, and servers differ by one', () => {
    expect(looks([0, answer(1)], [0.9, answer(1)], [1.8, answer(1)], [2.1, answer(2)])).toEqual(
      Array.from({ length: 4 }, () => 'now'),
    );
  });

  it('that does not go on was kept', () => {
    expect(looks([0, answer(0)], [2, answer(0)], [60, answer(0)], [120, answer(120)])).toEqual([
      'now',
      'kept',
      'kept',
      'now',
    ]);
  });

  it('that goes back was kept', () => {
    expect(looks([0, answer(30)], [5, answer(29)], [40, answer(30)], [41, answer(31)])).toEqual([
      'now',
      'kept',
      'kept',
      'now',
    ]);
  });

  it('may go back by what servers differ, and by no more, however soon it is asked again', () => {
    expect(looks([0, answer(30)], [0.5, answer(29)], [1, answer(28)], [1.5, answer(27)])).toEqual([
      'now',
      'now',
      'now',
      'kept',
    ]);
  });

  it('goes back from the newest that was told, not from the last', () => {
    expect(looks([0, answer(30)], [0.5, answer(28)], [1, answer(26)], [2, answer(32)])).toEqual([
      'now',
      'now',
      'kept',
      'now',
    ]);
  });

  // Pauses after a failure are short: each of them alone proves nothing.
  it('that stands still over many looks in short order was kept', () => {
    const often = Array.from({ length: 8 }, (_, index): [number, HttpAnswer] => [index * 0.5, answer(0)]);
    expect(looks(...often)).toEqual(['now', 'now', 'now', 'now', 'kept', 'kept', 'kept', 'kept']);
  });

  it('counts from when the request was sent: what GitHub took over it is not held against it', () => {
    const clock = new AnswerClock();
    expect(clock.read(answer(0), 0, 5_000).kind).toBe('now');
    expect(clock.read(answer(0), 5_100, 9_000).kind).toBe('now');
  });
});

describe('Age', () => {
  it.each(['0', '1', '01', ' 1 '])('of "%s" says nothing against an answer', (age) => {
    expect(looks([0, answer(0, { age })])).toEqual(['now']);
  });

  it.each(['2', '66', '999999999', '', 'old', '-5', '0.5', '1, 1', '1e0'])(
    'of "%s" says that it was kept, at the first look already',
    (age) => {
      expect(looks([0, answer(0, { age })])).toEqual(['kept']);
    },
  );

  it('is taken off where a cache writes its own time over the Date', () => {
    expect(looks([0, answer(0)], [2, answer(1, { age: '1' })])).toEqual(['now', 'kept']);
  });
});
