import { describe, expect, test } from '@jest/globals';
import { inMinutes, lineOf, recordOfHold, until } from '../support/line.js';
import { expectOk, expectRefusal, onFastStage, onStage, TWENTY_TIMES_FASTER } from '../support/scenario.js';

/** Scopes of one pull request: each has a record, tokens and a line of its own. */

const env = TWENTY_TIMES_FASTER;
const patient = { 'wait-timeout': '30m', timeout: '20m' };

describe('scopes of one pull request do not see each other', () => {
  const scoped = (scope: string, more: Readonly<Record<string, string>> = {}): { with: Record<string, string> } => ({
    with: { ...(scope === '' ? {} : { scope }), ...more },
  });
  const pathOf = (scope: string): string => `pulls/0/17${scope === '' ? '' : `.${scope}`}.json`;

  test('owners, tokens, releases and holds', () =>
    onStage(async ({ step, repository, log }) => {
      const stored = async (scope: string): Promise<unknown> =>
        JSON.parse((await repository.readFile('runner-coord-state', pathOf(scope))) ?? 'null') as unknown;
      for (const [runId, scope] of [
        [1001, ''],
        [1002, 'preview'],
        [1003, 'deploy'],
      ] as const) {
        const claim = await step('claim', { runId, ...scoped(scope) });
        expectOk(claim, 'claimed_new', true);
        expect(claim.outputs).toMatchObject({ scope, 'fencing-token': '1', 'state-path': pathOf(scope) });
      }
      expectRefusal(await step('claim', { runId: 1001, ...scoped('preview') }), 'active_run_exists', 'run 1002');
      expectOk(await step('release', { runId: 1002, ...scoped('preview') }), 'released', false);
      const hold = scoped('preview', { detached: 'true', 'run-id': 'person:octocat' });
      expectOk(await step('claim', hold), 'claimed_new', true);
      expectOk(await step('assert', { runId: 1001, ...scoped('') }), 'owner_confirmed', true);
      expectOk(await step('assert', { runId: 1003, ...scoped('deploy') }), 'owner_confirmed', true);
      expectRefusal(await step('assert', { runId: 1003, ...scoped('') }), 'ownership_lost');
      expect(await stored('preview')).toMatchObject({
        ...{ target: { pr: 17, scope: 'preview' }, fencingToken: 2 },
        activeRun: { runId: 'person:octocat', detached: true },
      });
      expect(await stored('')).toMatchObject({ target: { scope: null }, activeRun: { runId: '1001' } });
      expect((await log())[0]?.message).toContain('Coord-Scope: preview');
    }));

  test('lines', () =>
    onFastStage(async (stage) => {
      const { step } = stage;
      await step('claim', { runId: 1001, ...scoped('preview') });
      await step('claim', { runId: 1001, ...scoped('deploy') });
      const waiting = step('claim', { runId: 1002, env, ...scoped('preview', patient) });
      await until(async () => (await lineOf(stage, pathOf('preview'))).length === 1);
      expect(await lineOf(stage, pathOf('deploy'))).toEqual([]);
      await step('release', { runId: 1001, ...scoped('deploy') });
      expectOk(await step('claim', { runId: 1003, ...scoped('deploy') }), 'claimed_new', true);
      expect(await lineOf(stage, pathOf('preview'))).toEqual(['1002']);
      await step('release', { runId: 1001, ...scoped('preview') });
      expectOk(await waiting, 'claimed_new', true);
    }));

  test('a person’s hold of one is no hold of the pull request', () =>
    onStage(async ({ step, plant }) => {
      await plant(recordOfHold(inMinutes(60)));
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'person:mona');
      expectOk(await step('claim', { runId: 1002, ...scoped('preview') }), 'claimed_new', true);
    }));
});
