import { describe, expect, test } from '@jest/globals';
import type { LogEntry } from '../../../src/core/board/log-event.js';
import { unitedLog } from '../../../src/core/board/united-log.js';

/** `b 12:30`: the commit `b` of that time. */
function logOf(...texts: readonly string[]): readonly LogEntry[] {
  return texts.map((text) => {
    const [commit = '', time = ''] = text.split(' ');
    return { commit, committedAt: /^\d\d:/.test(time) ? `2026-11-26T${time}:00Z` : time, message: commit };
  });
}

describe('several logs are one', () => {
  test.each<[string, readonly (readonly LogEntry[])[], string]>([
    ['of none', [], ''],
    ['of one, in its order', [logOf('c 12:00', 'b 13:00', 'a 11:00')], 'cba'],
    ['by their times', [logOf('d 14:00', 'b 12:00'), logOf('c 13:00', 'a 11:00'), logOf()], 'dcba'],
    ['in other zones too', [logOf('b 2026-11-26T13:00:00+02:00'), logOf('c 12:00', 'a 10:00')], 'cba'],
    [
      'with what they share once',
      [logOf('c 13:00', 'b 12:00', 'a 11:00'), logOf('d 14:00', 'b 12:00', 'a 11:00')],
      'dcba',
    ],
    ['where one is the beginning of another', [logOf('a 11:00'), logOf('b 12:00', 'a 11:00')], 'ba'],
    [
      'with what they share behind all that came after it, also where the clocks were wrong',
      [logOf('d 14:00', 'b 13:00', 'a 13:00'), logOf('e 15:00', 'c 12:00', 'b 13:00', 'a 13:00')],
      'edcba',
    ],
    [
      'in the order of the branches where the times are the same',
      [logOf('d 12:00', 'c 12:00'), logOf('b 12:00')],
      'dcb',
    ],
    ['though a time is none', [logOf('c never', 'a 11:00'), logOf('b 12:00')], 'cba'],
  ])('%s', (_, logs, expected) => {
    expect(
      unitedLog(logs)
        .map(({ commit }) => commit)
        .join(''),
    ).toBe(expected);
  });

  test('and none of them is changed', () => {
    const logs = [logOf('b 12:00', 'a 11:00'), logOf('c 13:00', 'a 11:00')];
    const copy = structuredClone(logs);
    unitedLog(logs);
    expect(logs).toEqual(copy);
  });
});
