import { expect, test } from '@jest/globals';
import type { LogEntry } from '../../../src/core/board/log-event.js';
import type { OwnershipRecord, QueueEntry } from '../../../src/core/record.js';
import { place } from '../samples.js';
import { at, entry, ownedBy, story, waitWords, type Trailers } from './words.js';

/** What is told of who waited. */
export type Row = readonly [
  name: string,
  log: readonly LogEntry[],
  record: OwnershipRecord | null,
  told: readonly string[],
];

export function tells(rows: readonly Row[]): void {
  test.each(rows)('%s', (_name, log, record, told) => {
    expect(story(log, record).waits.map(waitWords)).toEqual(told);
  });
}

/** Joins; the place is named by run and minute. */
export function join(minute: number, runId: string, trailers: Trailers = {}): LogEntry {
  return entry(minute, 'join', runId, 1, { 'Request-Id': `${runId}@${String(minute)}`, ...trailers });
}

/** The place that was taken in that minute is served. */
export function serve(minute: number, runId: string, since: number, trailers: Trailers = {}): LogEntry {
  return entry(minute, 'handover', runId, minute, { Place: `${runId}@${String(since)}`, ...trailers });
}

/** The place that was taken in that minute is in the record, until half past nine. */
export function standing(runId: string, since: number, changes: Partial<QueueEntry> = {}): QueueEntry {
  return place(runId, { since: at(since), until: at(90), id: `${runId}@${String(since)}`, ...changes });
}

export function withLine(...queue: readonly QueueEntry[]): OwnershipRecord {
  return ownedBy('1', 1, 0, { queue });
}

/** Of that workflow run. */
export const of = (workflowRunId: string, attempt = '1'): Trailers => ({
  'Workflow-Run-Id': workflowRunId,
  Attempt: attempt,
});
