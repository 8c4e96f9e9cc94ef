import { expect, test } from '@jest/globals';
import type { LogEntry } from '../../../src/core/board/log-event.js';
import type { OwnershipRecord } from '../../../src/core/record.js';
import { entry, ownedBy, story, tenureWords, type Trailers } from './words.js';

/** What is told of who owned. */
export type Row = readonly [
  name: string,
  log: readonly LogEntry[],
  record: OwnershipRecord | null,
  told: readonly string[],
];

export function tells(rows: readonly Row[]): void {
  test.each(rows)('%s', (_name, log, record, told) => {
    expect(story(log, record).tenures.map(tenureWords)).toEqual(told);
  });
}

/** Run 1 begins. */
export const claim = entry(0, 'claim', '1', 1);
/** Run 2 owns since the fifth minute. */
export const second = ownedBy('2', 2, 5);
/** Run 2 comes after run 1 in the fifth minute. */
export const after = (type: string, trailers: Trailers = {}): readonly LogEntry[] => [
  claim,
  entry(5, type, '2', 2, { 'Previous-Run-Id': '1', 'Request-Id': 'write', ...trailers }),
];
