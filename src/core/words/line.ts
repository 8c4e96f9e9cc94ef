import type { OwnershipRecord, QueueEntry } from '../record.js';
import { ageInMs } from '../staleness.js';
import { formatDuration, plain } from '../text.js';
import { runName } from './owner.js';

/** The line in front of a target, in words. */

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth'];

/**
 * `third in line behind run 1002 (workflow "fix", by mona), since … (for 3 min)`, where somebody is before it.
 *
 * @param writes the ids of the writes of the step that waits, by which its own place is known among those of its run.
 */
export function placeInWords(record: OwnershipRecord, writes: readonly string[], now: string): string | null {
  const index = record.queue.findIndex(({ id }) => id !== null && writes.includes(id));
  if (index === -1) return null;
  const before = record.queue[index - 1];
  const place = `${ordinal(index + 1)} in line`;
  return before === undefined ? place : `${place} behind ${waiterInWords(before, now)}`;
}

/** Whether and how many wait: `; 3 runs wait for it`. */
export function lineInWords({ queue }: OwnershipRecord): string {
  if (queue.length === 0) return '';
  return queue.length === 1 ? '; one run waits for it' : `; ${String(queue.length)} runs wait for it`;
}

export function ordinal(position: number): string {
  return ORDINALS[position - 1] ?? `number ${String(position)}`;
}

function waiterInWords({ runId, holder, since }: QueueEntry, now: string): string {
  const details = [
    holder?.workflow == null ? null : `workflow "${plain(holder.workflow, 80)}"`,
    holder?.actor == null ? null : `by ${plain(holder.actor, 80)}`,
  ].filter((detail) => detail !== null);
  const age = ageInMs(since, now);
  const time = since === null || age === null ? '' : `, since ${since} (for ${formatDuration(age)})`;
  return `${runName(runId)}${details.length === 0 ? '' : ` (${details.join(', ')})`}${time}`;
}
