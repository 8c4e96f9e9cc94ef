import { expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ } from '../support/scenario.js';

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

test('a later attempt goes on in the tenure of an earlier one', () =>
  onStage(async ({ step, plant }) => {
    await plant(mine);
    expectOk(await step('assert', { attempt: 2 }), 'owner_confirmed', true);
  }));

test('an owner that was replaced is told by whom', () =>
  onStage(async ({ step, plant, asked, log }) => {
    await plant(mine);
    const asserted = await step('assert', { runId: 990 });
    expectRefusal(asserted, 'ownership_lost', 'run 990 does not own acme/widgets#17', 'run 1001', 'Stop this run');
    expect(asked()).toEqual([READ]);
    expect(await log()).toHaveLength(1);
  }));

test.each([
  ['of this tenure confirms', '3', 'owner_confirmed'],
  ['of an earlier tenure refuses', '2', 'ownership_lost'],
  ['of a tenure that never was refuses', '4', 'ownership_lost'],
])('a fencing token %s', (_name, token, code) =>
  onStage(async ({ step, plant }) => {
    await plant(mine);
    const asserted = await step('assert', { with: { 'fencing-token': token } });
    if (code === 'owner_confirmed') expectOk(asserted, code, true);
    else expectRefusal(asserted, code, `fencing token ${token}`);
  }),
);

test.each([
  ['no state branch', null],
  ['no owner any more', recordOf({ owner: null })],
])('with %s it is no refusal unless require-existing asks for one', (_name, planted) =>
  onStage(async ({ step, plant, asked }) => {
    if (planted !== null) await plant(planted);
    expectOk(await step('assert'), 'no_owner_record', false);
    const strict = await step('assert', { with: { 'require-existing': 'TRUE' } });
    expectRefusal(strict, 'ownership_missing', '"command: claim"');
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

test('a closed pull request is still owned', () =>
  onStage(async ({ step, plant, repository }) => {
    await plant(mine);
    await repository.closePullRequest(17);
    expectOk(await step('assert'), 'owner_confirmed', true);
  }));
