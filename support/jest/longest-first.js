import Sequencer from '@jest/test-sequencer';

const LONGEST = [
  'schedules/exhaustive',
  'schedules/planted-faults',
  'guard/interrupted',
  'command-line/exec',
  'schedules/random',
  'exec/child-watchdog',
  'guard/refusals',
  'scenarios/waiting',
  'model/model',
  'schedules/strict',
].map((name) => `/__tests__/${name}.test.ts`);

/**
 * The last file of a run keeps one core busy and leaves the others idle, so that is to be a short one. Jest knows how long
 * files took the last time, but not in a fresh clone.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const found = LONGEST.findIndex((end) => path.replaceAll('\\', '/').endsWith(end));
      return found === -1 ? LONGEST.length : found;
    };
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
