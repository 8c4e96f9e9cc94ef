import { describe, expect, test } from '@jest/globals';
import { holderOf, recordOf } from '../../support/records.js';
import { COMMIT, expectOk, expectRefusal, onStage, READ } from '../support/scenario.js';
import { MARKER_PATH, markerOf, RECORD_PATH, STATE_BRANCH } from '../../support/world.js';

const good = recordOf({ token: 3 });
const goodText = JSON.stringify(good);

describe('state_corrupt', () => {
  test.each<[string, unknown]>([
    ['broken JSON', goodText.slice(0, -7)],
    ['an empty file', ''],
    ['a key twice', goodText.replace('"fencingToken":3', '"fencingToken":3,"fencingToken":9')],
    ['a foreign repository', { ...good, target: { repo: 'acme/gadgets', pr: 17 } }],
    ['a foreign number', { ...good, target: { repo: 'acme/widgets', pr: 18 } }],
    ['a negative token', { ...good, fencingToken: -1 }],
    ['an owner with a token above the record’s', { ...good, fencingToken: 2 }],
    ['a holder that is impossible', recordOf({ owner: { holder: { ...holderOf(1001), workflowRunId: 1.5 } } })],
    ['no history', { ...good, history: undefined }],
  ])('%s in place of a record is never overwritten', (_name, planted) =>
    onStage(async ({ step, plant, asked, repository }) => {
      const head = await plant(planted);
      const claim = await step('claim', { runId: 1001 });
      expectRefusal(claim, 'state_corrupt', RECORD_PATH, 'last good version', 'fencingToken');
      expect(asked()).toEqual([READ]);
      expect(await repository.head(STATE_BRANCH)).toBe(head);
      expect(claim.summary).toContain('last good version');
    }),
  );

  test('bytes that are no text are never overwritten', () =>
    onStage(async ({ step, asked, repository }) => {
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf());
      await repository.writeFile(STATE_BRANCH, RECORD_PATH, Uint8Array.from([0xff, 0xfe, 0x00, 0x01]));
      expectRefusal(await step('claim'), 'state_corrupt', RECORD_PATH);
      expect(asked()).toEqual([READ]);
    }));

  test('a folder in place of a record is never overwritten', () =>
    onStage(async ({ step, asked, repository }) => {
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf());
      await repository.writeFile(STATE_BRANCH, `${RECORD_PATH}/surprise.txt`, 'x');
      expectRefusal(await step('claim'), 'state_corrupt', RECORD_PATH);
      expect(asked()).toEqual([READ]);
    }));

  test('is what every command says, whatever on-conflict says', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(goodText.slice(0, -7));
      const settings = { 'on-conflict': 'continue', 'require-active-owner': 'false' };
      for (const command of ['assert', 'takeover', 'release', 'signal-exit', 'check', 'status']) {
        expectRefusal(await step(command, { with: settings }), 'state_corrupt', 'last good version');
        expect(asked()).toEqual([READ]);
      }
    }));
});

describe('the marker says whose the branch is', () => {
  test.each([
    ['another repository, of which this is a copy', markerOf({ repoId: 8 }), 'state_branch_foreign', 'id 8'],
    ['another branch name', markerOf({ stateBranch: 'coordination' }), 'state_branch_foreign', '"coordination"'],
    ['broken JSON', '{"layout": 1', 'state_corrupt', MARKER_PATH],
    ['a floor that is no token', markerOf({ tokenFloor: -1 }), 'state_corrupt', MARKER_PATH],
    ['a later layout', markerOf({ layout: 2 }), 'state_unsupported', 'layout 2'],
  ])('a marker of %s: nothing is read, and nothing is written', (_name, marker, code, words) =>
    onStage(async ({ step, plant, asked, repository }) => {
      await plant(good);
      const head = await repository.writeFile(STATE_BRANCH, MARKER_PATH, marker);
      for (const command of ['claim', 'assert', 'release', 'check', 'status']) {
        const refused = await step(command, { runId: 1001 });
        expectRefusal(refused, code, words);
        expect(refused.outputs['owner-run-id']).toBe('');
        expect(asked()).toEqual([READ]);
      }
      expect(await repository.head(STATE_BRANCH)).toBe(head);
    }),
  );

  test('records without a marker are never begun anew', () =>
    onStage(async ({ step, asked, repository }) => {
      const head = await repository.writeFile(STATE_BRANCH, RECORD_PATH, goodText);
      expectRefusal(await step('claim'), 'state_corrupt', MARKER_PATH, 'is missing', 'Restore');
      expect(asked()).toEqual([READ]);
      expect(await repository.head(STATE_BRANCH)).toBe(head);
    }));

  test('a branch of that name with neither is not ours', () =>
    onStage(async ({ step, asked, repository }) => {
      const head = await repository.writeFile(STATE_BRANCH, 'index.html', '<h1>ours</h1>');
      expectRefusal(await step('claim'), 'state_branch_foreign', MARKER_PATH, '"state-branch"');
      expect(asked()).toEqual([READ]);
      expect(await repository.head(STATE_BRANCH)).toBe(head);
    }));

  test('its floor counts for a record that is not there any more', () =>
    onStage(async ({ step, asked, repository }) => {
      await repository.writeFile(STATE_BRANCH, MARKER_PATH, markerOf({ tokenFloor: 41 }));
      const claim = await step('claim');
      expectOk(claim, 'claimed_new', true);
      expect(claim.outputs['fencing-token']).toBe('42');
      expect(asked()).toEqual([READ, COMMIT]);
    }));
});

describe('state_unsupported', () => {
  test.each([0, 4])('schema version %d is left alone', (schemaVersion) =>
    onStage(async ({ step, plant, asked, repository }) => {
      const head = await plant({ ...good, schemaVersion });
      expectRefusal(
        await step('claim'),
        'state_unsupported',
        RECORD_PATH,
        `version ${String(schemaVersion)}`,
        'Use the newest version of runner-coord',
      );
      expect(asked()).toEqual([READ]);
      expect(await repository.head(STATE_BRANCH)).toBe(head);
    }),
  );
});
