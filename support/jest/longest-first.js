import Sequencer from '@jest/test-sequencer';

const LONGEST = [
  'cases/line-neighbours',
  'scenarios/in-order',
  'publish/races',
  'command-line/line',
  'guard/interrupted',
  'scenarios/waiting',
  'publish/layouts',
  'exec/child-watchdog',
  'schedules/exhaustive',
  'command-line/exec',
  'publish/push',
  'scenarios/line',
  'publish/targets',
  'model/model',
  'cases/line',
  'publish/credentials',
  'migrate/faults',
  'schedules/planted-faults',
  'board/sources',
  'board/shards',
  'cases/neighbours',
  'command-line/later-steps',
  'guard/hooks-path',
  'schedules/random',
  'publish/sources',
  'store/both-ways',
  'board/gather',
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
