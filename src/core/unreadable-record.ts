import type { Outcome } from './outcome.js';
import type { RecordReading } from './read-record.js';
import { recordPath, type Target } from './record.js';

/** A record that is there but cannot be used. Nothing is written over it; a person has to look. */
export function unreadableRecord(reading: Exclude<RecordReading, { kind: 'record' }>, target: Target): Outcome {
  const where = `The record ${recordPath(target)}`;
  const repair =
    `Look at the file and its history on the state branch. Restore the last good version ` +
    `(git revert or git checkout <commit> -- ${recordPath(target)}), and keep fencingToken at or above the highest ever used.`;
  return reading.kind === 'unsupported'
    ? {
        kind: 'error',
        failure: {
          code: 'state_unsupported',
          problem: `${where} has schema version ${String(reading.version)}; this version of runner-coord reads 1 to 3.`,
          advice: 'Use the newest version of runner-coord in every workflow of this repository.',
        },
      }
    : {
        kind: 'error',
        failure: { code: 'state_corrupt', problem: `${where} cannot be used: ${reading.problem}.`, advice: repair },
      };
}
