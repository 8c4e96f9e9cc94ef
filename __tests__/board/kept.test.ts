import { expect, test } from '@jest/globals';
import type { LogEntry } from '../../src/core/board/log-event.js';
import { keptName, readKept, writeKept, type Kept, type KeptLog } from '../../src/board/kept.js';

/** What is kept of the logs of several branches. */

const OF = { repoId: 7, stateBranch: 'coord-{shard}' };
const oidOf = (number: number): string => number.toString(16).padStart(40, '0');

/** Commits of those numbers, a second apart. */
function entriesOf(...numbers: readonly number[]): readonly LogEntry[] {
  return numbers.map((number) => ({
    ...{ commit: oidOf(number), committedAt: new Date(number * 1000).toISOString(), message: String(number) },
  }));
}

function logOf(since: number, ...numbers: readonly number[]): KeptLog {
  return { head: oidOf(numbers[0] ?? 0), since: new Date(since * 1000).toISOString(), entries: entriesOf(...numbers) };
}

function keptOf(logs: Readonly<Record<string, KeptLog>>): Kept {
  return { ...OF, logs: new Map(Object.entries(logs)), texts: new Map(), verdicts: new Map() };
}

test('what branches share is written once, and all of them have it', () => {
  const kept = keptOf({
    a: logOf(1, 9, 4, 3, 2),
    b: logOf(1, 8, 3, 2),
    c: logOf(1, 7, 8, 3, 2),
    d: logOf(1, 3, 2),
    e: logOf(1, 6),
  });
  const text = writeKept(kept);
  expect(text.match(/"commit":/g)).toHaveLength(7);
  expect(readKept(text, OF)).toEqual(kept);
  // A log that goes on with what is not there is none.
  expect(readKept(text.replace(`"then":"${oidOf(3)}"`, `"then":"${oidOf(5)}"`), OF)).toBeNull();
});

test('it is whole only as far back as each of them', () => {
  const read = readKept(writeKept(keptOf({ a: logOf(1, 9, 3, 2), b: logOf(5, 8) })), OF);
  expect([...(read?.logs.values() ?? [])].map(({ since }) => since)).toEqual(
    Array(2).fill(new Date(5000).toISOString()),
  );
});

test('the newest of all together are kept', () => {
  const numbers = Array.from({ length: 20_002 }, (_, index) => 20_002 - index);
  const odd = numbers.filter((number) => number % 2 === 1);
  const even = numbers.filter((number) => number % 2 === 0);
  const read = readKept(writeKept(keptOf({ odd: logOf(0, ...odd), even: logOf(0, ...even) })), OF);
  const logs = [...(read?.logs.values() ?? [])];
  expect(logs.map(({ entries }) => entries.at(-1)?.message)).toEqual(['3', '4']);
  expect(logs.map(({ since }) => Date.parse(since))).toEqual([3000, 3000]);
});

test('its name is by all heads, and of one branch the head itself', () => {
  expect(keptName([oidOf(1)])).toBe(oidOf(1));
  const names = [keptName([oidOf(1), oidOf(2)]), keptName([oidOf(1), oidOf(3)]), keptName([])];
  expect(new Set(names).size).toBe(3);
  expect(names[0]).toMatch(/^[0-9a-f]{64}$/);
});
