import { describe, expect, test } from '@jest/globals';
import { holderOf } from '../../support/records.js';
import { placeOf, recordWithLine } from '../support/line.js';
import { expectOk, expectRefusal, onStage } from '../support/scenario.js';

/** Places in line that somebody has written by hand, or whose step names itself as it likes. */

describe('a place that no step could have taken', () => {
  test.each([
    ['a run id with a line break', { runId: '1002\n::error::x' }],
    ['an empty run id', { runId: '' }],
    ['an attempt that is none', { attempt: 0 }],
    ['a holder with a line break in its address', { holder: { ...holderOf(1002), url: 'https://x\n::set-output::' } }],
    ['an end that is a number', { until: 5 }],
    ['a length that is no number', { expiresAfter: '1h' }],
  ])('%s: nothing is handed over, and nothing written', (_, changes) =>
    onStage(async ({ step, plant, log }) => {
      await plant(recordWithLine([placeOf(1002, changes)]));
      const release = await step('release');
      expectRefusal(release, 'state_corrupt');
      expect(release.stdout).not.toMatch(/^::(error::x|set-output)/m);
      expect(await log()).toHaveLength(1);
    }),
  );

  test('a line that is none', () =>
    onStage(async ({ step, plant }) => {
      await plant({ ...recordWithLine([]), queue: { first: placeOf(1002) } });
      expectRefusal(await step('release'), 'state_corrupt');
    }));
});

test('words of others in line are shown on one line, and are no commands', () =>
  onStage(async ({ step, plant }) => {
    const workflow = '::error::owned by nobody%0A::warning::x';
    await plant(recordWithLine([placeOf(1003, { holder: { ...holderOf(1003), workflow } })]));
    const claim = await step('claim', { runId: 1002, with: { 'wait-timeout': '2s' } });
    expectRefusal(claim, 'active_run_exists');
    expect(claim.stdout).toContain('second in line behind run 1003');
    expect(claim.stdout).not.toMatch(/^::(error::owned|warning::x)/m);
  }));

test('a place without an id is one that counts', () =>
  onStage(async ({ step, plant, record }) => {
    await plant(recordWithLine([placeOf(1002, { id: null })]));
    expectOk(await step('release'), 'released', false);
    expect(await record()).toMatchObject({ activeRun: { runId: '1002' }, queue: [] });
  }));

test.each([
  ['without an end', { until: null }],
  ['with an end that nobody can read', { until: 'soon' }],
])('a place %s counts as past, and is passed by', (_, changes) =>
  onStage(async ({ step, plant, record }) => {
    await plant(recordWithLine([placeOf(1002, changes), placeOf(1003, { since: null, holder: null })]));
    expectOk(await step('release'), 'released', false);
    expect(await record()).toMatchObject({ activeRun: { runId: '1003', holder: null }, queue: [] });
  }),
);
