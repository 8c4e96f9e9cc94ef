import { describe, expect, test } from '@jest/globals';
import { beginningOf, beginsTenure, endsTenure, isBegunBy, keepHistory } from '../../src/core/history.js';
import type { HistoryEvent } from '../../src/core/record.js';
import { active, free, NOW, owned } from './samples.js';

let count = 0;
function event(type: string, fencingToken: number | null): HistoryEvent {
  count += 1;
  return {
    ...{ type, runId: '1001', attempt: 1, previousRunId: null, at: NOW, reason: null, fencingToken },
    ...{ id: `id-${String(count)}`, actor: null, workflow: null, workflowRunId: 1001 },
  };
}
const many = (type: string, token: number, times: number): HistoryEvent[] =>
  Array.from({ length: times }, () => event(type, token));
const words = (events: readonly HistoryEvent[]): string[] =>
  events.map(({ type, fencingToken }) => `${type} ${String(fencingToken)}`);

test.each([
  ['claim', true, false],
  ['takeover', true, false],
  ['handover', true, false],
  ['release', false, true],
  ['evict', false, true],
  ['expired', false, true],
  ['refresh', false, false],
  ['confirm', false, false],
  ['publish', false, false],
  ['signal-exit', false, false],
  ['leave', false, false],
  ['async_run_takeover', false, false],
])('%s begins a tenure: %s, ends one: %s', (type, begins, ends) => {
  expect(beginsTenure(event(type, 1))).toBe(begins);
  expect(endsTenure(event(type, 1))).toBe(ends);
});

describe('the beginning of a tenure', () => {
  test('is the last event that began it, or is not known', () => {
    const events = [
      event('claim', 1),
      event('refresh', 1),
      event('release', 1),
      event('handover', 2),
      event('confirm', 2),
    ];
    expect(beginningOf(events, 1)).toBe(events[0]);
    expect(beginningOf(events, 2)).toBe(events[3]);
    expect(beginningOf(events, 3)).toBeUndefined();
  });

  test('is by the write that made it, or by the place in line that was served', () => {
    const served = owned({
      activeRun: active({ id: 'another’s' }),
      history: [{ ...event('handover', 4), entry: 'place' }],
    });
    expect(isBegunBy(owned(), ['other', 'id-4'])).toBe(true);
    expect(isBegunBy(served, ['place'])).toBe(true);
    expect(isBegunBy(served, ['other'])).toBe(false);
    // Who made the hand-over has begun nothing by it.
    expect(isBegunBy(served, ['another’s'])).toBe(false);
    const unnamed = owned({ history: [event('handover', 4)] });
    expect(isBegunBy(unnamed, ['id-4'])).toBe(false);
    expect(isBegunBy(free(), ['id-4'])).toBe(false);
    expect(isBegunBy(owned({ activeRun: active({ id: null }), history: [] }), ['id-4'])).toBe(false);
  });
});

describe('of the history', () => {
  test('up to 50 events all are kept', () => {
    const events = many('refresh', 1, 50);
    expect(keepHistory(events)).toBe(events);
    expect(keepHistory([])).toEqual([]);
  });

  test('minor events go first, the oldest of them first', () => {
    const events = [
      event('leave', 0),
      event('confirm', 1),
      event('refresh', 1),
      event('publish', 1),
      ...many('leave', 2, 49),
    ];
    expect(words(keepHistory(events))).toEqual(words([...events.slice(0, 1), ...events.slice(4)]));
    const one = [event('confirm', 1), event('refresh', 1), ...many('leave', 2, 49)];
    expect(words(keepHistory(one))).toEqual(words(one.slice(1)));
  });

  test('then the rest goes, the oldest first', () => {
    const events = many('leave', 2, 55);
    expect(keepHistory(events)).toEqual(events.slice(5));
  });

  test('what began and ended the last ten tenures stays, however much happens', () => {
    const tenures = Array.from({ length: 12 }, (_, index) => [
      event('claim', index + 1),
      event(index % 2 === 0 ? 'release' : 'evict', index + 1),
    ]).flat();
    const events = [...tenures, event('takeover', 13), ...many('refresh', 13, 80), ...many('leave', 13, 80)];
    const kept = words(keepHistory(events));
    expect(kept).toHaveLength(50);
    for (let token = 4; token <= 12; token += 1) {
      expect(kept).toContain(`claim ${String(token)}`);
      expect(kept).toContain(`${token % 2 === 1 ? 'release' : 'evict'} ${String(token)}`);
    }
    expect(kept).toContain('takeover 13');
    for (const gone of ['claim 1', 'release 1', 'claim 2', 'claim 3', 'release 3', 'refresh 13'])
      expect(kept).not.toContain(gone);
  });

  test('the newest signal of each of these tenures stays', () => {
    const signals = [event('signal-exit', 1), event('signal-exit', 1), event('signal-exit', 2)];
    const events = [
      event('claim', 1),
      ...signals.slice(0, 2),
      event('takeover', 2),
      ...signals.slice(2),
      ...many('leave', 3, 60),
    ];
    const kept = keepHistory(events);
    expect(kept).toHaveLength(50);
    expect(kept.filter(({ type }) => type === 'signal-exit')).toEqual(signals.slice(1));
    expect(words(kept.slice(0, 4))).toEqual(['claim 1', 'signal-exit 1', 'takeover 2', 'signal-exit 2']);
  });

  test('the event that was just written stays, minor or not', () => {
    const claims = Array.from({ length: 10 }, (_, index) => event('claim', index + 1));
    const last = event('confirm', 10);
    const kept = keepHistory([...claims, ...many('leave', 10, 45), last]);
    expect(kept).toHaveLength(50);
    expect(kept.at(-1)).toBe(last);
  });

  test('nothing makes it longer than 50, not even a record that somebody made', () => {
    const events = many('release', 1, 90);
    expect(keepHistory([event('claim', 1), ...events])).toEqual(events.slice(40));
  });

  test('what older versions wrote without tokens goes by its age', () => {
    const old = many('async_run_takeover', 1, 60).map((each) => ({ ...each, fencingToken: null }));
    expect(keepHistory([...old, event('claim', 2)])).toHaveLength(50);
  });
});
