import type { Failure } from './outcome.js';
import { plain } from './text.js';
import type { RecordReading } from './read-record.js';
import { recordPath, type Target } from './record.js';

/** A record that is there but cannot be used. Nothing is written over it; a person has to look. */
export function unreadableRecord(reading: Exclude<RecordReading, { kind: 'record' }>, target: Target): Failure {
  const path = recordPath(target);
  if (reading.kind === 'unsupported') {
    return {
      code: 'state_unsupported',
      problem: `The record ${path} has schema version ${String(reading.version)}; this version of runner-coord reads 1 to 3`,
      advice: 'Use the newest version of runner-coord in every workflow of this repository.',
    };
  }
  return {
    code: 'state_corrupt',
    problem: `The record ${path} cannot be used: ${plain(reading.problem, 300)}`,
    advice:
      'Nothing was written over it. Restore its last good version on the state branch ' +
      `("git checkout <commit> -- ${path}", then commit), and keep fencingToken at or above the highest ever used.`,
  };
}
