import Sequencer from '@jest/test-sequencer';

const LONGEST = [
  'cases/line-neighbours',
  'scenarios/in-order',
  'schedules/exhaustive',
  'command-line/line',
  'command-line/exec',
  'schedules/planted-faults',
  'scenarios/waiting',
  'cases/line',
  'guard/interrupted',
  'model/model',
  'schedules/random',
  'exec/child-watchdog',
  'scenarios/line',
  'guard/layouts',
  'queue-model/the-contract-holds',
  'core/properties',
  'cases/neighbours',
  'coordinate/watch-github',
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
