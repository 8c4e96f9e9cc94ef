import { expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ, WITHOUT_JITTER } from '../support/scenario.js';

const mine = recordOf({ token: 3 });
const signalled = recordOf({ token: 3, signals: [{ runId: '1001', fencingToken: 3, reason: 'a person goes on' }] });

test('the owner is confirmed in one request, and nothing is written', () =>
  onStage(async ({ step, plant, asked, log, repository }) => {
    await plant(mine);
    const head = await repository.pushToPullRequest(17);
    const asserted = await step('assert');
    expectOk(asserted, 'owner_confirmed', true);
    expect(asserted.outputs).toMatchObject({ 'fencing-token': '3', 'head-sha': head });
    expect(asked()).toEqual([READ]);
    expect(await log()).toHaveLength(1);
  }));

test('a later attempt does not own what an earlier one began, until it begins its own tenure by ensure', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(mine);
    const before = await record();
    const asserted = await step('assert', { attempt: 2 });
    expectRefusal(asserted, 'ownership_lost', 'run 1001', 'begin this attempt with "command: ensure"');
    expect(asked()).toEqual([READ]);
    expect(await record()).toEqual(before);

    expectOk(await step('ensure', { attempt: 2 }), 'refreshed', true);
    expectOk(await step('assert', { attempt: 2, with: { 'fencing-token': '4' } }), 'owner_confirmed', true);
    expectRefusal(await step('assert', { attempt: 1 }), 'ownership_lost', 'attempt 2');
  }));

test('an owner that was replaced is told by whom', () =>
  onStage(async ({ step, plant, asked, log }) => {
    await plant(mine);
    const asserted = await step('assert', { runId: 990 });
    expectRefusal(asserted, 'ownership_lost', 'run 990 does not own acme/widgets#17', 'run 1001', 'Stop this run');
    expect(asked()).toEqual([READ]);
    expect(await log()).toHaveLength(1);
  }));

test('a fencing token of this tenure confirms', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(mine);
    expectOk(await step('assert', { with: { 'fencing-token': '3' } }), 'owner_confirmed', true);
    expect(asked()).toEqual([READ]);
  }));

test.each([
  ['while its run owns another one', mine, {}],
  ['while another run owns', recordOf({ token: 3, owner: { runId: '990' } }), {}],
  ['while nobody owns', recordOf({ token: 3, owner: null }), {}],
  ['while nobody owns and none is required', recordOf({ token: 3, owner: null }), { 'require-existing': 'false' }],
])('a fencing token of an earlier tenure refuses %s', (_name, planted, inputs) =>
  onStage(async ({ step, plant, asked }) => {
    await plant(planted);
    const asserted = await step('assert', { with: { ...inputs, 'fencing-token': '2' } });
    expectRefusal(asserted, 'ownership_lost', 'fencing token 2');
    expect(asked()).toEqual([READ]);
  }),
);

test('a fencing token that is newer than everything GitHub shows is read on for, and then an error with both', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(mine);
    const asserted = await step('assert', { env: WITHOUT_JITTER, with: { 'fencing-token': '4' } });
    expectRefusal(asserted, 'contention_exhausted', 'token 3', 'token 4');
    expect(asked()).toEqual(Array<string>(9).fill(READ));
  }));

test.each([
  ['no state branch', null],
  ['no owner any more', recordOf({ owner: null })],
])('with %s it is a refusal unless require-existing: false says that it is fine', (_name, planted) =>
  onStage(async ({ step, plant, asked }) => {
    if (planted !== null) await plant(planted);
    expectRefusal(await step('assert'), 'ownership_missing', '"command: claim"');
    expectOk(await step('assert', { with: { 'require-existing': 'FALSE' } }), 'no_owner_record', false);
    expect(asked()).toEqual([READ, READ]);
  }),
);

test('an owner that was told to exit is refused, with the reason', () =>
  onStage(async ({ step, plant, asked }) => {
    await plant(signalled);
    const asserted = await step('assert');
    expectRefusal(asserted, 'exit_signal_recorded', 'a person goes on', '"command: takeover"');
    expect(asserted.outputs).toMatchObject({ 'exit-signaled': 'true', 'owner-run-id': '1001' });
    expect(asked()).toEqual([READ]);
  }));

test('a strict assert is confirmed by a commit that changes nothing but the history', () =>
  onStage(async ({ step, plant, asked, record }) => {
    await plant(mine);
    const before = await record();
    const asserted = await step('assert', { with: { strict: 'true' } });
    expectOk(asserted, 'owner_confirmed', true);
    expect(asked()).toEqual([READ, COMMIT]);
    const after = await record();
    expect(after).toEqual({ ...before, history: after?.history });
    expect(after?.history.map(({ type }) => type)).toEqual(['claim', 'confirm']);
  }));
