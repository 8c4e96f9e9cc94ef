import { describe, expect, test } from '@jest/globals';
import {
  answersAfterApplying,
  badGateway,
  badGatewayAfterApplying,
  fieldErrorAfterApplying,
  isMutation,
  isQuery,
  isRest,
  opaqueFailure,
  opaqueFailureAfterApplying,
  resetsConnection,
  resetsConnectionAfterApplying,
  servedFrom,
  type FaultAction,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import {
  COMMIT,
  expectOk,
  expectRefusal,
  FIRST_CLAIM,
  MATCHING_REFS,
  onStage,
  READ,
  REF,
  ROOT_COMMIT,
  TREE,
  WITHOUT_JITTER,
  type Stage,
} from '../support/scenario.js';

const free = recordOf({ owner: null });
const env = WITHOUT_JITTER;

/** Every event of the history was written once, and the last one is this. */
async function expectOnce({ record }: Stage, type: string): Promise<void> {
  const history = (await record())?.history ?? [];
  expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
  expect(history.filter((event) => event.type === type && event.runId === '1002')).toHaveLength(1);
  expect(history.at(-1)?.type).toBe(type);
}

describe('a write that was applied without a clear answer is found in the history and not repeated', () => {
  test.each([
    ['502', badGatewayAfterApplying()],
    ['a reset', resetsConnectionAfterApplying()],
    ['an opaque error', opaqueFailureAfterApplying()],
    ['a page of HTML', answersAfterApplying({ status: 200, body: '<!DOCTYPE html>' })],
    ['nothing at all', answersAfterApplying({ status: 200, body: {} })],
  ])('%s', (_name, fault) =>
    onStage(async (stage) => {
      const { step, plant, github, asked, log } = stage;
      await plant(free);
      github.faults.next(isMutation(), fault);
      const claim = await step('claim', { runId: 1002, env });
      expectOk(claim, 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT, READ]);
      expect(await log()).toHaveLength(2);
      expect(claim.outputs).toMatchObject({ 'state-commit': (await log())[0]?.oid, 'fencing-token': '2' });
      await expectOnce(stage, 'claim');
    }),
  );

  test('although the first reading after it is from before it', () =>
    onStage(async (stage) => {
      const { step, plant, github, repository, log } = stage;
      await plant(free);
      const past = await repository.snapshot();
      github.faults.next(isMutation(), badGatewayAfterApplying());
      github.faults.nth(1, isQuery(), servedFrom(repository, past));
      expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
      expect(await log()).toHaveLength(2);
      await expectOnce(stage, 'claim');
    }));

  test('a release', () =>
    onStage(async (stage) => {
      const { step, plant, github, asked, record } = stage;
      await plant(recordOf({ owner: { runId: '1002' } }));
      github.faults.next(isMutation(), badGatewayAfterApplying());
      expectOk(await step('release', { runId: 1002, env }), 'released', false);
      expect(asked()).toEqual([READ, COMMIT, READ]);
      expect((await record())?.activeRun).toBeNull();
      await expectOnce(stage, 'release');
    }));

  test('the creation of the state branch', () =>
    onStage(async (stage) => {
      const { step, github, asked, log } = stage;
      github.faults.next(isRest(REF), badGatewayAfterApplying());
      expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
      expect(asked()).toEqual([...FIRST_CLAIM, READ]);
      expect(await log()).toHaveLength(1);
      await expectOnce(stage, 'claim');
    }));
});

describe('a write that was not applied is decided and made again', () => {
  test.each([
    ['502', badGateway()],
    ['a reset', resetsConnection()],
    ['an opaque error', opaqueFailure()],
  ])('%s', (_name, fault) =>
    onStage(async (stage) => {
      const { step, plant, github, asked, log } = stage;
      await plant(free);
      github.faults.next(isMutation(), fault);
      expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT, READ, COMMIT]);
      expect(await log()).toHaveLength(2);
      await expectOnce(stage, 'claim');
    }),
  );

  test.each([
    ['the tree', TREE, [READ, MATCHING_REFS, TREE]],
    ['the root commit', ROOT_COMMIT, [READ, MATCHING_REFS, TREE, ROOT_COMMIT]],
    ['the ref', REF, FIRST_CLAIM],
  ])('%s of a first claim', (_name, operation, asked) =>
    onStage(async (stage) => {
      const { step, github, log } = stage;
      github.faults.next(isRest(operation), badGateway());
      expectOk(await step('claim', { runId: 1002, env }), 'claimed_new', true);
      expect(stage.asked()).toEqual([...asked, ...FIRST_CLAIM]);
      expect(await log()).toHaveLength(1);
      await expectOnce(stage, 'claim');
    }),
  );
});

test('a field-level error next to the commit means that it was applied', () =>
  onStage(async (stage) => {
    const { step, plant, github, asked, log } = stage;
    await plant(free);
    github.faults.next(isMutation(), fieldErrorAfterApplying());
    expectOk(await step('claim', { runId: 1002 }), 'claimed_new', true);
    expect(asked()).toEqual([READ, COMMIT]);
    expect(await log()).toHaveLength(2);
    await expectOnce(stage, 'claim');
  }));

/** Applies, lets something happen, and answers 502. */
function badGatewayAfter(work: () => Promise<unknown>): FaultAction {
  const body = '<html><title>502 Bad Gateway</title></html>';
  return {
    name: 'bad gateway after applying and more',
    after: async () => {
      await work();
      return { status: 502, headers: {}, body };
    },
  };
}

describe('a claim that was applied unseen and then lost again is not ownership', () => {
  test('because another took it over meanwhile', () =>
    onStage(async ({ step, plant, github, record }) => {
      await plant(free);
      const takeover = badGatewayAfter(() =>
        step('takeover', { runId: 1003, with: { 'takeover-permission': 'none', reason: 'mine now' } }),
      );
      github.faults.next(isMutation(), takeover);
      expectRefusal(await step('claim', { runId: 1002, env }), 'ownership_lost', 'run 1003');
      expect((await record())?.activeRun?.runId).toBe('1003');
      expect((await record())?.history.map(({ type }) => type)).toEqual(['claim', 'claim', 'takeover']);
    }));

  test('because it was told to exit meanwhile', () =>
    onStage(async ({ step, plant, github }) => {
      await plant(free);
      const settings = { 'require-active-owner': 'false', 'target-run-id': '1002', reason: 'not you' };
      const signal = badGatewayAfter(() => step('signal-exit', { runId: 1003, with: settings }));
      github.faults.next(isMutation(), signal);
      expectRefusal(await step('claim', { runId: 1002, env }), 'exit_signal_recorded', 'not you');
    }));

  test('because it was evicted and its pull request is free', () =>
    onStage(async ({ step, plant, github, record }) => {
      await plant(free);
      github.faults.next(
        isMutation(),
        badGatewayAfter(() => step('release', { runId: 1003, with: { evict: 'true', 'target-run-id': '1002' } })),
      );
      const claim = await step('claim', { runId: 1002, env });
      expectRefusal(claim, 'ownership_lost', 'run 1003', 'evicted');
      expect((await record())?.activeRun).toBeNull();
    }));
});
