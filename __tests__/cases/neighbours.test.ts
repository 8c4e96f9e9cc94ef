import { describe, expect, test } from '@jest/globals';
import {
  answersAfterApplying,
  isMutation,
  isQuery,
  isRefCreation,
  landsLate,
  type AnswerParts,
  type FaultAction,
  type LateWrite,
} from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import type { StepResult } from '../../support/runner.js';
import {
  addRun,
  expectOk,
  expectRefusal,
  LIVENESS,
  onStage,
  READ,
  COMMIT,
  warningsOf,
  WITHOUT_JITTER,
} from '../support/scenario.js';
import type { StoredRecord } from '../../support/world.js';

/** Neighbours of the cases O18, O20 and O21: writes of every kind that land late or are answered by somebody else. */

const RELEASES = { 'release-on-exit': 'true' };
const free = recordOf({ owner: null });
const isCommit = isMutation('createCommitOnBranch');
const OTHERS = { 'require-active-owner': 'false', 'target-run-id': '1001' };
const EVICTS = { evict: 'true', 'target-run-id': '1001' };

/** Lets the write be carried out at last, and sees that it was refused. */
async function expectBlocked(late: LateWrite, record: () => Promise<StoredRecord | null>): Promise<void> {
  const before = await record();
  const [answer] = await late.land();
  expect(answer?.body).toMatchObject({ errors: [{ type: 'STALE_DATA' }] });
  expect(await record()).toEqual(before);
}

const typesOf = (record: StoredRecord | null): string[] => (record?.history ?? []).map(({ type }) => type);

/** The id of the repository that main noted for its post step. */
function notedId(step: StepResult): unknown {
  return (JSON.parse(step.state['coordination'] ?? '{}') as { repositoryId?: unknown }).repositoryId;
}

describe('a write that is no beginning, received before the deadline, never lands after the post step', () => {
  test('a refresh: the liveness of the tenure does not move to a run that was told nothing', () =>
    onStage(async ({ step, record, repository, github }) => {
      const task = { 'run-id': 'task-42' };
      addRun(repository, 1005);
      await step('claim', { with: task });
      const late = landsLate();
      github.faults.next(isCommit, late);
      const refresh = await step('claim', { runId: 1005, with: { ...task, timeout: '2s' } });
      expectRefusal(refresh, 'deadline_exceeded');
      expect(warningsOf(await refresh.post())).toEqual([]);
      await expectBlocked(late, record);
      expect(typesOf(await record())).toEqual(['claim', 'leave']);
      repository.updateRun(1005, { status: 'completed' });
      expectRefusal(await step('claim', { runId: 1002 }), 'active_run_exists', 'task-42');
      expectOk(await step('assert', { with: task }), 'owner_confirmed', true);
    }));

  test.each([
    ['a signal', 'signal-exit', OTHERS, 1002],
    ['an eviction', 'release', EVICTS, 1002],
    ['a release', 'release', {}, 1001],
    ['a confirmation', 'assert', { strict: 'true' }, 1001],
  ])('%s', (_name, command, settings, runId) =>
    onStage(async ({ step, plant, record, github }) => {
      await plant(recordOf());
      const late = landsLate();
      github.faults.next(isCommit, late);
      const main = await step(command, { runId, with: { ...settings, timeout: '2s' } });
      expectRefusal(main, 'deadline_exceeded');
      await main.post();
      await expectBlocked(late, record);
      expect(await record()).toMatchObject({ activeRun: { runId: '1001' }, exitSignals: [] });
      expect(typesOf(await record())).toEqual(['claim', 'leave']);
    }),
  );

  test('one that went well leaves nothing for its post step, which asks nothing', () =>
    onStage(async ({ step, plant, asked }) => {
      await plant(recordOf());
      const mine = [await step('claim', { with: RELEASES }), await step('assert', { with: { strict: 'true' } })];
      const others = [
        await step('signal-exit', { runId: 1002, with: OTHERS }),
        await step('release', { runId: 1002, with: EVICTS }),
      ];
      asked();
      for (const done of [...mine, ...others]) {
        expect(done.outputs['error']).toBe('');
        expect(done.state['coordination']).toBe('');
        expect((await done.post()).annotations).toEqual([]);
      }
      expect(asked()).toEqual([]);
    }));
});

describe('a step that answers by a refusal first blocks what it has sent', () => {
  test('an eviction from a closed pull request that is open again', () =>
    onStage(async ({ step, plant, record, github }) => {
      await plant(recordOf());
      const permissions = { contents: 'write', 'pull-requests': 'write' } as const;
      github.issueToken('token-stranger', { login: 'stranger', permissions });
      const late = landsLate({ reply: 'reset' });
      github.faults.next(isQuery('repository'), seenClosed());
      github.faults.next(isCommit, late);
      const stranger = { runId: 1002, actor: 'stranger', token: 'token-stranger', env: WITHOUT_JITTER };
      expectRefusal(await step('release', { ...stranger, with: EVICTS }), 'takeover_forbidden', 'stranger');
      await expectBlocked(late, record);
      expect((await record())?.activeRun?.runId).toBe('1001');
      expect(typesOf(await record())).toEqual(['claim', 'leave']);
    }));

  test('a confirmation whose pull request was closed meanwhile', () =>
    onStage(async ({ step, plant, record, github, repository }) => {
      await plant(recordOf());
      const late = landsLate({ reply: 'reset' });
      github.faults.next(isCommit, late);
      const closing = late.received.then(() => repository.closePullRequest(17));
      const slow = { name: 'closed first', before: () => closing.then(() => undefined) };
      github.faults.nth(1, isQuery('repository'), slow);
      const strict = await step('assert', { with: { strict: 'true', 'require-open': 'true' }, env: WITHOUT_JITTER });
      expectRefusal(strict, 'pr_closed');
      await expectBlocked(late, record);
      expect(typesOf(await record())).toEqual(['claim', 'leave']);
    }));
});

/** The pull request as it is, but closed. */
function seenClosed(): FaultAction {
  return {
    name: 'closed',
    after: (usual) => {
      const text = JSON.stringify(usual.body);
      expect(text).toContain('"state":"OPEN"');
      return { ...usual, body: JSON.parse(text.replace('"state":"OPEN"', '"state":"CLOSED"')) as unknown };
    },
  };
}

describe('an answer that somebody on the way may have given is no refusal: the claim was applied', () => {
  const html = { headers: { 'content-type': 'text/html' }, body: '<html><title>Sorry</title></html>' };
  const forbidden = { type: 'FORBIDDEN', message: 'Resource not accessible by integration' };
  const belowTheMutation: AnswerParts = {
    status: 200,
    body: {
      data: { createCommitOnBranch: { commit: null } },
      errors: [{ ...forbidden, path: ['createCommitOnBranch', 'commit'] }],
    },
  };

  test.each<[string, AnswerParts]>([
    ['408', { status: 408, body: 'Request Timeout' }],
    ['a page with 400', { status: 400, ...html }],
    ['a page with 403', { status: 403, ...html }],
    ['a page with 404', { status: 404, ...html }],
    ['a redirect', { status: 302, headers: { location: 'https://login.example.test/' }, body: '' }],
    ['no commit beside FORBIDDEN', belowTheMutation],
  ])('%s: it is settled by reading, owned, and released by the post step', (_name, parts) =>
    onStage(async ({ step, plant, record, github, asked }) => {
      await plant(free);
      github.faults.next(isCommit, answersAfterApplying(parts));
      const claim = await step('claim', { with: RELEASES, env: WITHOUT_JITTER });
      expectOk(claim, 'claimed_new', true);
      expect(asked()).toEqual([READ, COMMIT, READ]);
      expect(warningsOf(await claim.post())).toEqual([]);
      expect((await record())?.activeRun).toBeNull();
      expect(typesOf(await record())).toEqual(['claim', 'claim', 'release']);
    }),
  );

  test('408 for the first claim of a repository', () =>
    onStage(async ({ step, record, github }) => {
      github.faults.next(isRefCreation(), answersAfterApplying({ status: 408, body: '' }));
      const claim = await step('claim', { with: RELEASES, env: WITHOUT_JITTER });
      expectOk(claim, 'claimed_new', true);
      await claim.post();
      expect(typesOf(await record())).toEqual(['claim', 'release']);
    }));

  test('408 for a release', () =>
    onStage(async ({ step, plant, record, github }) => {
      await plant(recordOf());
      github.faults.next(isCommit, answersAfterApplying({ status: 408, body: '' }));
      expectOk(await step('release', { env: WITHOUT_JITTER }), 'released', false);
      expect(typesOf(await record())).toEqual(['claim', 'release']);
    }));
});

describe('the post step knows the repository by its id, wherever the claim came from', () => {
  const elsewhere = { repository: 'acme/dotgithub', with: { repo: 'acme/widgets', pr: '17', ...RELEASES } };
  const unnamed = { with: RELEASES, env: { GITHUB_REPOSITORY_ID: undefined } };
  const ours = { repo: 'acme/widgets', repoId: 7 };

  test.each([
    ['of a runner that does not tell it', unnamed],
    ['out of another repository', elsewhere],
  ])('a claim %s: the record keeps it after the release, so that tokens go on after a rename', (_name, settings) =>
    onStage(async ({ step, plant, record, github, repository }) => {
      await github.createRepository('acme/dotgithub', { id: 9 });
      await plant(free);
      const claim = await step('claim', settings);
      expectOk(claim, 'claimed_new', true);
      expect(notedId(claim)).toBe(7);
      expect(warningsOf(await claim.post())).toEqual([]);
      expect(await record()).toMatchObject({ target: ours, activeRun: null });
      repository.rename('acme/gizmos');
      const next = await step('claim', { repository: 'acme/gizmos', runId: 1002 });
      expectOk(next, 'claimed_new', true);
      expect(next.outputs['fencing-token']).toBe('3');
    }),
  );

  test.each([
    ['of a runner that does not tell it', unnamed],
    ['out of another repository', elsewhere],
  ])('a claim %s is released under the new name after a rename in the middle of the job', (_name, settings) =>
    onStage(async ({ step, plant, record, github, repository }) => {
      await github.createRepository('acme/dotgithub', { id: 9 });
      await plant(free);
      const claim = await step('claim', settings);
      repository.rename('acme/gizmos');
      expect(warningsOf(await claim.post())).toEqual([]);
      expect(await record()).toMatchObject({ target: { repo: 'acme/gizmos', repoId: 7 }, activeRun: null });
    }),
  );
});

test('a main that was killed and lost its tenure afterwards: the post step warns of it', () =>
  onStage(async ({ step, plant, record, github }) => {
    await plant(free);
    const late = landsLate();
    github.faults.next(isCommit, late);
    const killed = await step('claim', {
      with: RELEASES,
      onStart: (child) => void late.received.then(() => child.kill('SIGKILL')),
    });
    await late.land();
    expectOk(await step('takeover', { runId: 1002, with: { reason: 'urgent' } }), 'taken_over', true);
    const post = await killed.post({ onStart: () => undefined });
    expect(warningsOf(post)).toEqual([expect.stringMatching(/lost acme\/widgets#17.*run 1002.*since/)]);
    expect((await record())?.activeRun?.runId).toBe('1002');
  }));

test('an owner that came back to life while the race was lost is asked for anew, and keeps its tenure', () =>
  onStage(async ({ step, plant, record, github, repository, asked }) => {
    await plant(recordOf());
    repository.updateRun(1001, { status: 'completed' });
    github.faults.next(isCommit, {
      name: 'loses against somebody else, while the owner is run again',
      before: async () => {
        repository.updateRun(1001, { runAttempt: 2, status: 'in_progress' });
        await repository.writeFile('runner-coord-state', 'pulls/0/99.json', '{}');
        return undefined;
      },
    });
    const claim = await step('claim', { runId: 1002, env: WITHOUT_JITTER });
    expectRefusal(claim, 'active_run_exists', 'run 1001');
    expect(asked()).toEqual([READ, LIVENESS, COMMIT, READ, LIVENESS]);
    expect((await record())?.activeRun?.runId).toBe('1001');
  }));
