import { describe, expect, test } from '@jest/globals';
import { isMutation, isRefCreation, landsLate } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { COMMIT, expectOk, onStage, READ, warningsOf } from '../support/scenario.js';

/** What the post step ends, and what it leaves alone: cases O9, O20, O21 and T6 and their neighbours. */

const RELEASES = { with: { 'release-on-exit': 'true' } };

describe('O9: two jobs of one run claim with release-on-exit', () => {
  test('the second one ends first, and releases nothing', () =>
    onStage(async ({ step, record }) => {
      const first = await step('claim', RELEASES);
      const second = await step('claim', { ...RELEASES, job: 'other' });
      expectOk(second, 'refreshed', true);
      const post = await second.post();
      expect(post.annotations).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1001');
      // The second job has renewed the tenure since, so the first one leaves it alone as well.
      expect((await first.post()).annotations).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1001');
    }));

  test.each(['ensure', 'assert'])('what an %s only found stays, and the job that began it releases', (command) =>
    onStage(async ({ step, record, asked }) => {
      const first = await step('claim', RELEASES);
      const second = await step(command, { ...RELEASES, job: 'other' });
      expectOk(second, 'owner_confirmed', true);
      asked();
      await second.post();
      expect(asked()).toEqual([]);
      expect((await record())?.activeRun?.runId).toBe('1001');
      await first.post();
      expect((await record())?.activeRun).toBeNull();
    }),
  );

  test('a takeover of its own signalled tenure and a later attempt are beginnings', () =>
    onStage(async ({ step, record }) => {
      await step('claim');
      await step('signal-exit');
      const again = await step('takeover', RELEASES);
      expectOk(again, 'refreshed', true);
      await again.post();
      expect((await record())?.activeRun).toBeNull();
      await step('claim');
      const later = await step('claim', { ...RELEASES, attempt: 2 });
      await later.post();
      expect((await record())?.activeRun).toBeNull();
    }));
});

describe('O20: main is killed in the middle of a write that lands later', () => {
  test.each([
    ['a claim', isMutation('createCommitOnBranch'), true],
    ['the first claim of a repository', isRefCreation(), false],
  ])('%s: it never lands after the post step, which moved the head', (_, match, branchExists) =>
    onStage(async ({ github, step, plant, record }) => {
      if (branchExists) await plant(recordOf({ owner: null }));
      const late = landsLate();
      github.faults.next(match, late);
      const killed = await step('claim', {
        ...RELEASES,
        onStart: (child) => void late.received.then(() => child.kill('SIGKILL')),
      });
      expect(killed.signal).toBe('SIGKILL');
      await killed.post({ onStart: () => undefined });
      expect((await record())?.activeRun).toBeNull();
      expect((await record())?.history.at(-1)).toMatchObject({ type: 'leave', runId: '1001' });
      const before = await record();
      void late.land();
      await late.landed;
      expect(await record()).toEqual(before);
    }),
  );

  test('one that has landed before is released', () =>
    onStage(async ({ github, step, plant, record }) => {
      await plant(recordOf({ owner: null }));
      const late = landsLate();
      github.faults.next(isMutation('createCommitOnBranch'), late);
      const killed = await step('claim', {
        ...RELEASES,
        onStart: (child) => void late.received.then(() => child.kill('SIGKILL')),
      });
      void late.land();
      await late.landed;
      expect((await record())?.activeRun?.runId).toBe('1001');
      await killed.post({ onStart: () => undefined });
      expect((await record())?.activeRun).toBeNull();
      expect((await record())?.history.at(-1)?.type).toBe('release');
    }));

  test('a step that wrote nothing leaves nothing to ask about', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf());
      for (const command of ['assert', 'status', 'check', 'ensure']) {
        const found = await step(command, RELEASES);
        asked();
        await found.post();
        expect([command, asked()]).toEqual([command, []]);
      }
    }));
});

describe('O21: the saved state', () => {
  test('is at most 24 KiB in bytes after 41 runs with long Chinese reasons, and the tenure is released all the same', () =>
    onStage(async ({ step, plant, record, asked }) => {
      const reason = '部署'.repeat(250);
      const history = Array.from({ length: 41 }, (_, index) => ({
        ...{ type: 'claim', runId: String(index + 1), attempt: 1, previousRunId: null, at: null, reason },
        ...{ fencingToken: index + 1, id: `id-${String(index)}`, actor: null, workflow: null, workflowRunId: null },
      }));
      await plant(recordOf({ owner: null, token: 41, history }));
      const claim = await step('claim', { with: { 'release-on-exit': 'true', reason } });
      const bytes = Object.values(claim.state).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
      expect(bytes).toBeLessThanOrEqual(24 * 1024);
      asked();
      const post = await claim.post();
      expect(post.annotations).toEqual([]);
      expect(asked()).toEqual([READ, COMMIT]);
      expect((await record())?.activeRun).toBeNull();
    }));

  test('carries a record that fits, so that a release costs one request', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf({ owner: null }));
      const claim = await step('claim', RELEASES);
      asked();
      await claim.post();
      expect(asked()).toEqual([COMMIT]);
    }));
});

test('T6: the post step of a nested composite action gets no token, and says what that means', () =>
  onStage(async ({ step, record, asked }) => {
    const claim = await step('claim', RELEASES);
    asked();
    const post = await claim.post({ env: { 'INPUT_GITHUB-TOKEN': '' } });
    expect(warningsOf(post)).toEqual([expect.stringMatching(/got no "github-token".*composite.*if: always\(\)/)]);
    expect(asked()).toEqual([]);
    expect((await record())?.activeRun?.runId).toBe('1001');
  }));

describe('a post step that finds its tenure lost', () => {
  test('warns, with who has it since when, and never fails the job', () =>
    onStage(async ({ step }) => {
      const claim = await step('claim', RELEASES);
      await step('takeover', { runId: 1002, workflow: 'repair', actor: 'octocat', with: { reason: 'urgent' } });
      const post = await claim.post();
      expect(post.exitCode).toBe(0);
      expect(warningsOf(post)).toEqual([
        expect.stringMatching(/lost acme\/widgets#17.*run 1002.*workflow "repair".*since/),
      ]);
    }));

  test('says who evicted it', () =>
    onStage(async ({ step }) => {
      const claim = await step('claim', RELEASES);
      await step('release', { runId: 1002, with: { evict: 'true', 'target-run-id': '1001', reason: 'stuck' } });
      expect(warningsOf(await claim.post())).toEqual([
        expect.stringMatching(/nobody owns it now.*run 1002.*evicted.*stuck/),
      ]);
    }));

  test('is quiet where the run itself has released it', () =>
    onStage(async ({ step }) => {
      const claim = await step('claim', RELEASES);
      await step('release');
      expect((await claim.post()).annotations).toEqual([]);
    }));
});
