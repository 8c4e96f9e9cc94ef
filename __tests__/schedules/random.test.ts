import { describe, expect, test } from '@jest/globals';
import { coordinate } from '../../src/coordinate/coordinate.js';
import { coordinateWithWaiting } from '../../src/coordinate/wait.js';
import { exploreRandomly, randomFrom } from './explore.js';
import { randomScenario } from './random-scenario.js';

/**
 * Random schedules of random programs: two to five jobs, up to five faults, neighbours on the same branch. Fixed by the
 * seed; `SCHEDULES=100000 SCHEDULE_SEED=7 npx jest __tests__/schedules/random` looks elsewhere, and longer.
 */

const code = { coordinate, coordinateWithWaiting };
const SCHEDULES = numberFrom('SCHEDULES', 6_400);
const SEED = numberFrom('SCHEDULE_SEED', 20_261_122);
const OF_ONE_PROGRAM = 10;
const GROUPS = 8;

describe(`${String(SCHEDULES)} random schedules from seed ${String(SEED)}`, () => {
  const answers = new Map<string, number>();

  test.each(Array.from({ length: GROUPS }, (_, group) => group + 1))(
    'part %i keeps every promise',
    async (group) => {
      const programs = Math.ceil(SCHEDULES / GROUPS / OF_ONE_PROGRAM);
      for (let program = 0; program < programs; program += 1) {
        const seed = SEED + group * 1_000_003 + program;
        const scenario = randomScenario(`program ${String(seed)}`, randomFrom(seed));
        const found = await exploreRandomly(scenario, code, { seed, schedules: OF_ONE_PROGRAM });
        for (const [answer, times] of found.answers) {
          const code = answer.slice(answer.indexOf(' ') + 1);
          answers.set(code, (answers.get(code) ?? 0) + times);
        }
        if (found.violations.length > 0) expect({ scenario, violations: found.violations }).toEqual({ scenario });
      }
    },
    3_600_000,
  );

  test('and they went into every corner', () => {
    expect([...answers.keys()]).toEqual(
      expect.arrayContaining([
        'claim: claimed_new',
        'claim: refreshed',
        'claim: taken_over',
        'claim: active_run_exists',
        'claim: ownership_lost',
        'claim: exit_signal_recorded',
        'claim: deadline_exceeded',
        'claim: crashed',
        'ensure: active_run_exists',
        'release: takeover_forbidden',
        'takeover: taken_over',
        'takeover: takeover_forbidden',
        'ensure: owner_confirmed',
        'assert: owner_confirmed',
        'assert: ownership_lost',
        'assert: exit_signal_recorded',
        'push: published',
        'push: head_moved',
        'push: ownership_lost',
        'push: exit_signal_recorded',
        'push: pr_closed',
        'release: released',
        'release: release_noop',
        'release: ownership_lost',
        'signal-exit: exit_signal_recorded',
      ]),
    );
  });
});

function numberFrom(variable: string, fallback: number): number {
  const value = Number(process.env[variable] ?? fallback);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${variable} must be a positive integer`);
  return value;
}
