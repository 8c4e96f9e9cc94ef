import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Board } from '../../src/core/board/model.js';
import { badGateway, isOperation, type LocalRepository } from '../../support/local-github/index.js';
import { recordOf } from '../../support/records.js';
import { recordPath, STATE_BRANCH } from '../../support/world.js';
import { placeOf, recordWithLine } from '../support/line.js';
import { expectOk, expectRefusal, onStage, READ, type Stage, warningsOf, WITHOUT_JITTER } from '../support/scenario.js';

/** `command: board` as a step: what it asks, writes and says. */

const RUNS = 'GET /repos/{owner}/{repo}/actions/runs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'board-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A record of another pull request. */
function of18(): Record<string, unknown> {
  return { ...recordOf(), target: { repo: 'acme/widgets', repoId: 7, pr: 18, scope: null } };
}

const boardIn = async (where = folder): Promise<Board> =>
  JSON.parse(await readFile(join(where, 'board.json'), 'utf8')) as Board;

function board(stage: Stage, more: Parameters<Stage['step']>[1] = {}): ReturnType<Stage['step']> {
  return stage.step('board', { runId: 1003, ...more, with: { 'board-dir': folder, ...more.with } });
}

test('shows who owns and who waits, for people and for programs', () =>
  onStage(async (stage) => {
    await stage.plant(recordWithLine([placeOf(1002)]));
    stage.asked();
    const step = await board(stage);
    expectOk(step, 'board', false);
    expect(stage.asked().sort()).toEqual([RUNS, READ, READ]);
    expect(step.outputs).toMatchObject({
      ...{
        repo: 'acme/widgets',
        pr: '',
        'board-dir': folder,
        'run-id': '',
        message: expect.stringMatching(/pull request/),
      },
      'state-commit': await stage.repository.head(STATE_BRANCH),
    });
    expect(step.result).toMatchObject({ command: 'board', counts: { owners: 1, waiting: 1 } });
    expect(step.summary).toContain('#17');
    const shown = await boardIn();
    expect(shown.rows).toMatchObject([{ pr: 17, owner: { runId: '1001', state: 'alive' }, line: [{ runId: '1002' }] }]);
    const page = await readFile(join(folder, 'board.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/i);
    expect(page).toContain('1002');
    expect((await step.post()).stdout).toBe('');
  }));

test('tells of what was: a tenure, its release, and the races that it lost', () =>
  onStage(async (stage) => {
    expectOk(await stage.step('claim', { runId: 1001 }), 'claimed_new', true);
    const taking = { command: 'takeover', reason: 'it hangs' };
    expectOk(await stage.step('takeover', { runId: 1002, with: taking }), 'taken_over', true);
    expectOk(await stage.step('release', { runId: 1002 }), 'released', false);
    expectOk(await board(stage), 'board', false);
    const { rows, counts, tenures } = await boardIn();
    expect(rows).toEqual([]);
    expect(counts).toMatchObject({ free: 1, tenures: 2, takeovers: 1, reasons: [{ text: 'it hangs', count: 1 }] });
    expect(tenures.map(({ runId, end, workflow, actor }) => [runId, end, workflow, actor])).toEqual([
      ['1001', 'taken_over', 'agent', 'octocat'],
      ['1002', 'released', 'agent', 'octocat'],
    ]);
  }));

test('a repository in which nobody has claimed yet has an empty board', () =>
  onStage(async (stage) => {
    const step = await board(stage);
    expectOk(step, 'board', false);
    expect(stage.asked()).toEqual([READ]);
    expect(step.outputs['state-commit']).toBe('');
    expect(await boardIn()).toMatchObject({ rows: [], heads: [], isComplete: true });
  }));

describe('what nobody can tell is shown as that', () => {
  test('a record that cannot be read is a row, and hides no other', () =>
    onStage(async (stage) => {
      await stage.plant('{ broken');
      await stage.repository.openPullRequest({ number: 18, head: 'other' });
      await stage.plant(of18(), 18);
      await stage.repository.writeFile(STATE_BRANCH, 'pulls/0/notes.txt', 'not a record');
      expectOk(await board(stage), 'board', false);
      expect((await boardIn()).rows).toMatchObject([
        { pr: 17, troubles: ['unreadable'], owner: null, problem: expect.stringMatching(/JSON/) },
        { pr: 18, owner: { runId: '1001' } },
      ]);
    }));

  test('whether a run is over, without the permission to ask; titles, without that of pull requests', () =>
    onStage(async (stage) => {
      const token = 'token-contents-alone';
      stage.github.issueToken(token, { login: 'octocat', permissions: { contents: 'read' } });
      await stage.plant(recordOf());
      await stage.plant(of18(), 18);
      const step = await board(stage, { token });
      expectOk(step, 'board', false);
      expect(warningsOf(step).join('\n')).toMatch(/actions: read/);
      const { rows } = await boardIn();
      expect(rows.map(({ owner }) => owner?.state)).toEqual(['unknown', 'unknown']);
    }));

  test('an owner that is over, and one whose run was started again', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      stage.repository.updateRun(1001, { status: 'completed', conclusion: 'success' });
      expectOk(await board(stage), 'board', false);
      expect((await boardIn()).rows).toMatchObject([{ troubles: ['owner_over'], owner: { state: 'over' } }]);
      stage.repository.updateRun(1001, { status: 'queued', runAttempt: 2 });
      expectOk(await board(stage), 'board', false);
      expect((await boardIn()).rows).toMatchObject([{ troubles: [], owner: { state: 'alive' } }]);
    }));
});

describe('fails, and shows nothing, where it cannot know', () => {
  test('GitHub does not answer', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      stage.github.faults.always(isOperation('RunnerCoordBoard'), badGateway());
      expectRefusal(await board(stage, { env: WITHOUT_JITTER }), 'api_error', '502');
    }));

  test('one answer is missing: it is asked again', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      stage.github.faults.next(isOperation('RunnerCoordBoard'), badGateway());
      expectOk(await board(stage, { env: WITHOUT_JITTER }), 'board', false);
    }));

  test('the branch is of another repository', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      await spoilMarker(stage.repository);
      expectRefusal(await board(stage), 'state_branch_foreign', 'id 8');
    }));

  test('the repository is not there', () =>
    onStage(async (stage) => {
      expectRefusal(await board(stage, { with: { repo: 'acme/nothing' } }), 'permission_denied', 'acme/nothing');
    }));

  test('the folder cannot be made', () =>
    onStage(async (stage) => {
      await stage.plant(recordOf());
      for (const where of [join(process.execPath, 'below'), '/proc/nothing/can/be', process.execPath]) {
        expectRefusal(await board(stage, { with: { 'board-dir': where } }), 'invalid_input', 'board-dir');
      }
      expectOk(await board(stage, { with: { 'board-dir': join(folder, 'some', 'where') } }), 'board', false);
    }));

  test('the folder could not be told to later steps', () =>
    onStage(async (stage) => {
      expectRefusal(await board(stage, { with: { 'board-dir': 'a\nb' } }), 'invalid_input', 'board-dir');
    }));

  test('the span is none', () =>
    onStage(async (stage) => {
      expectRefusal(await board(stage, { with: { since: 'yesterday' } }), 'invalid_input', 'since');
    }));
});

async function spoilMarker(repository: LocalRepository): Promise<void> {
  const marker = { layout: 1, repoId: 8, stateBranch: STATE_BRANCH, tokenFloor: 0 };
  await repository.writeFile(STATE_BRANCH, '.runner-coord.json', JSON.stringify(marker));
}

test('a renamed repository is shown under its present name, and its records with it', () =>
  onStage(async (stage) => {
    await stage.plant(recordOf());
    stage.repository.rename('acme/gizmos');
    const step = await board(stage, { with: { repo: 'acme/widgets' } });
    expectOk(step, 'board', false);
    expect(step.outputs['repo']).toBe('acme/gizmos');
    expect((await boardIn()).rows).toMatchObject([{ pr: 17, owner: { runId: '1001' } }]);
    expect(recordPath(17)).toBe('pulls/0/17.json');
  }));
