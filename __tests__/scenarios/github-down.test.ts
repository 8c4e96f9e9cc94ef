import { describe, expect, test } from '@jest/globals';
import {
  anyRequest,
  answersHtml,
  badGateway,
  isMutation,
  isQuery,
  losesRaceBeforeCheck,
  neverAnswersAfterApplying,
  redirectsTo,
  resetsConnection,
  servedFrom,
  type FaultAction,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ, WITHOUT_JITTER } from '../support/scenario.js';

const free = recordOf({ owner: null });

/** Accepts and never answers, and knows when it began not to. */
function silence(): { readonly action: FaultAction; readonly since: () => number } {
  let began = Number.NaN;
  const before = (): 'hang' => {
    if (Number.isNaN(began)) began = performance.now();
    return 'hang';
  };
  return { action: { name: 'silence', before }, since: () => performance.now() - began };
}

describe('deadline_exceeded', () => {
  test.each([
    ['claim', isQuery()],
    ['claim', isMutation()],
    ['status', anyRequest()],
  ])('%s ends within a second of its timeout on a server that never answers', (command, match) =>
    onStage(async ({ step, plant, github }) => {
      await plant(free);
      const { action, since } = silence();
      github.faults.always(match, action);
      const ended = await step(command, { with: { timeout: '1s' } });
      const took = since();
      expectRefusal(ended, 'deadline_exceeded', 'within 1 s', '"timeout"');
      expect(took).toBeLessThan(2000);
    }),
  );

  test('a write that may have been applied is not called ownership, and the message says that it is not known', () =>
    onStage(async ({ step, plant, github, record }) => {
      await plant(free);
      github.faults.next(isMutation(), neverAnswersAfterApplying());
      const claim = await step('claim', { with: { timeout: '1s' } });
      expectRefusal(claim, 'deadline_exceeded', 'not known', '"command: status"');
      expect((await record())?.activeRun?.runId).toBe('1001');
      expectOk(await step('claim'), 'refreshed', true);
    }));

  test('retries do not go on beyond the timeout', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(free);
      github.faults.always(isMutation(), losesRaceBeforeCheck());
      const claim = await step('claim', { with: { timeout: '1500ms' } });
      expectRefusal(claim, 'deadline_exceeded');
      expect(claim.milliseconds).toBeLessThan(5000);
    }));
});

describe('api_error', () => {
  test.each([
    ['502 for ever', badGateway()],
    ['a reset for ever', resetsConnection()],
    ['a page of HTML for ever', answersHtml(200)],
  ])('%s on reading', (_name, fault) =>
    onStage(async ({ step, plant, github, asked, log }) => {
      await plant(free);
      github.faults.always(isQuery(), fault);
      const claim = await step('claim', { env: WITHOUT_JITTER });
      expectRefusal(claim, 'api_error', 'reading the state branch', 'See how 127.0.0.1');
      expect(claim.outputs['message']).not.toContain('githubstatus.com');
      expect(asked()).toEqual(Array(6).fill(READ));
      expect(await log()).toHaveLength(1);
    }),
  );

  test('502 for ever on writing', () =>
    onStage(async ({ step, plant, github, asked, log }) => {
      await plant(free);
      github.faults.always(isMutation(), badGateway());
      const claim = await step('claim', { env: WITHOUT_JITTER });
      expectRefusal(claim, 'api_error', '502', 'writing to the state branch');
      expect(asked()).toEqual(Array(6).fill([READ, COMMIT]).flat());
      expect(await log()).toHaveLength(1);
    }));

  test('a redirect is not followed', () =>
    onStage(async ({ step, plant, github, asked }) => {
      await plant(free);
      github.faults.always(isQuery(), redirectsTo('http://127.0.0.1:9/'));
      expectRefusal(await step('claim'), 'api_error', '301', '"repo"');
      expect(asked()).toEqual([READ]);
    }));

  test('a server that is not there', () =>
    onStage(async ({ step }) => {
      const address = 'http://127.0.0.1:9';
      const env = {
        ...WITHOUT_JITTER,
        GITHUB_API_URL: `${address}/api/v3`,
        GITHUB_GRAPHQL_URL: `${address}/api/graphql`,
      };
      const claim = await step('claim', { env });
      expectRefusal(claim, 'api_error', '127.0.0.1:9', /refused|connection/);
      // Nobody listens there, and no waiting changes that.
      expect(claim.milliseconds).toBeLessThan(4000);
    }));

  test('one bad answer is no reason to fail', () =>
    onStage(async ({ step, plant, github, asked }) => {
      await plant(free);
      github.faults.next(isQuery(), badGateway());
      expectOk(await step('claim', { env: WITHOUT_JITTER }), 'claimed_new', true);
      expect(asked()).toEqual([READ, READ, COMMIT]);
    }));
});

describe('contention_exhausted', () => {
  test('races that are lost again and again', () =>
    onStage(async ({ step, plant, github, asked, record }) => {
      await plant(free);
      const before = await record();
      github.faults.always(isMutation(), losesRaceBeforeCheck());
      const claim = await step('claim', { env: WITHOUT_JITTER });
      expectRefusal(claim, 'contention_exhausted', '49 lost races', 'Run it again');
      expect(asked()).toEqual(Array(49).fill([READ, COMMIT]).flat());
      expect(await record()).toEqual(before);
    }));

  test('readings that stay behind the state that was seen already', () =>
    onStage(async ({ step, plant, github, repository, asked, record }) => {
      await plant(free);
      const before = await record();
      const past = await repository.snapshot();
      github.faults.next(isMutation(), losesRaceBeforeCheck());
      github.faults.always(isQuery(), servedFrom(repository, past));
      const claim = await step('claim', { env: WITHOUT_JITTER });
      expectRefusal(claim, 'contention_exhausted', 'an older state of the branch', 'Run it again');
      // A head that is still shown after two more readings is written on again: the compare-and-swap keeps that safe.
      expect(asked()).toEqual([READ, COMMIT, ...Array<string[]>(8).fill([READ, READ, COMMIT]).flat(), READ]);
      expect(await record()).toEqual(before);
    }));
});
