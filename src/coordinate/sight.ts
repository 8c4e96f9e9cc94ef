import { readRecord } from '../core/read-record.js';
import type { OwnershipRecord, StoredTarget } from '../core/record.js';
import { writeRecord } from '../core/write-record.js';
import type { ShownRecord } from '../store/state-store.js';

/** What a look at the text of a record tells of the record that was decided from. */

/** The record in a text, or `null` where there is none that can be read. */
export function recordIn(shown: ShownRecord | null, target: StoredTarget): OwnershipRecord | null {
  if (shown === null) return null;
  const reading = readRecord(shown.text, target);
  return reading.kind === 'record' ? reading.record : null;
}

/** The rules see the record and not its text, so that the same record gets the same answer. */
export function isSameRecord(one: OwnershipRecord, other: OwnershipRecord): boolean {
  return writeRecord(one) === writeRecord(other);
}
