import { describe, expect, test } from '@jest/globals';
import {
  isMutation,
  isOperation,
  isQuery,
  isRest,
  primaryRateLimit,
  secondaryRateLimit,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, PERMISSION, READ } from '../support/scenario.js';

const free = recordOf({ owner: null });
/** A moment to the second, about so many minutes from now. */
const moment = /until \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

describe('a limit that lasts longer than the step may take', () => {
  test.each([
    ['the secondary limit on reading', isQuery(), secondaryRateLimit({ retryAfter: 3600 }), /\b1 h\b/, [READ]],
    ['the secondary limit with 429', isQuery(), secondaryRateLimit({ status: 429, retryAfter: 300 }), /5 min/, [READ]],
    ['the secondary limit on writing', isMutation(), secondaryRateLimit({ retryAfter: 120 }), /2 min/, [READ, COMMIT]],
    ['the secondary limit without a time', isQuery(), secondaryRateLimit(), /1 min/, [READ]],
    ['the primary limit of GraphQL', isQuery(), primaryRateLimit({ resetInSeconds: 1800 }), /30 min/, [READ]],
  ])('%s fails at once and says how long and until when', (_name, match, fault, duration, costs) =>
    onStage(async ({ step, plant, asked, log, github }) => {
      await plant(free);
      github.faults.always(match, fault);
      const claim = await step('claim', { with: { timeout: '50s' } });
      expectRefusal(claim, 'rate_limited', duration, moment, '"timeout"');
      expect(asked()).toEqual(costs);
      expect(claim.milliseconds).toBeLessThan(10_000);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('a short timeout makes even a short limit too long', () =>
    onStage(async ({ step, github, asked }) => {
      github.faults.always(isQuery(), secondaryRateLimit({ retryAfter: 5 }));
      expectRefusal(await step('assert', { with: { timeout: '3s' } }), 'rate_limited', '5 s');
      expect(asked()).toEqual([READ]);
    }));

  test('a permission check that is limited refuses the takeover and says why', () =>
    onStage(async ({ step, plant, github, asked }) => {
      await plant(recordOf());
      github.faults.always(isRest(), primaryRateLimit({ resetInSeconds: 1800 }));
      const takeover = await step('takeover', { runId: 1002 });
      expect(takeover.outputs['owned']).toBe('false');
      expect(takeover.exitCode).toBe(1);
      expect(takeover.stdout).toMatch(/rate limit/);
      expect(asked()).toEqual([READ, PERMISSION]);
    }));
});

describe('a limit that is over soon is waited out', () => {
  test.each([
    ['on reading', isOperation('RunnerCoordRead'), [READ, READ, COMMIT]],
    ['on writing', isOperation('RunnerCoordCommit'), [READ, COMMIT, READ, COMMIT]],
  ])('%s', (_name, match, costs) =>
    onStage(async ({ step, plant, github, record, requestsSince }) => {
      await plant(free);
      github.faults.next(match, secondaryRateLimit({ retryAfter: 1 }));
      expectOk(await step('claim'), 'claimed_new', true);
      const requests = requestsSince();
      expect(requests.map(({ operation }) => operation)).toEqual(costs);
      const limited = requests.findIndex(({ status }) => status === 403);
      const pause = (requests[limited + 1]?.at ?? 0) - (requests[limited]?.at ?? 0);
      expect(pause).toBeGreaterThanOrEqual(1000);
      expect(pause).toBeLessThan(3000);
      expect((await record())?.history.filter(({ type }) => type === 'claim')).toHaveLength(2);
    }),
  );
});
