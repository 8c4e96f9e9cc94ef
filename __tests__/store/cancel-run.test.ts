import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActiveRun, Holder } from '../../src/core/record.js';
import { isRest } from '../../support/local-github/index.js';
import { budgetFor, lineOf, PLENTY, silences, withQuestions } from './asking.js';
import { BLIND, ownerOf, TARGET, within, type StoreChoice } from './stage.js';

const RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';
const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel';

const stage = withQuestions();

beforeEach(() => addRun());

function addRun(
  parts: { status?: string; name?: string; path?: string; runAttempt?: number; onCancel?: 'refuse' } = {},
): void {
  const { status = 'in_progress' } = parts;
  const conclusion = status === 'completed' ? 'failure' : null;
  stage().repository.addRun({ id: 2002, conclusion, runAttempt: 1, ...parts, status });
}

async function cancelled(owner = ownerOf(), options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> {
  const answer = await (await stage().store(options)).cancelRun(owner, TARGET, within(budgetMs));
  expect(answer.warning === null).toBe(answer.value !== 'not_possible');
  return lineOf(answer);
}

function heldBy(parts: Partial<Holder>): ActiveRun {
  const { holder } = ownerOf();
  if (holder === null) throw new Error('no holder');
  return ownerOf({ holder: { ...holder, ...parts } });
}

const stillRunning = (): boolean => stage().repository.run(2002)?.status === 'in_progress';

describe('cancelling the run that was replaced', () => {
  it('looks what it is, then asks once', async () => {
    expect(await cancelled()).toBe('requested');
    expect(stage().repository.run(2002)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(stage().asked()).toEqual([RUN, CANCEL]);
  });

  it('comes too late for a run that is over', async () => {
    addRun({ status: 'completed' });
    expect(await cancelled()).toBe('over_already');
  });

  it('never asks for its own run, nor for what is none', async () => {
    const ownWorkflowRun = { id: 2002, attempt: 1, repo: TARGET.repo, repoId: 7 };
    expect(await cancelled(ownerOf(), { ownWorkflowRun })).toMatch(/^not_possible: .*this very/);
    expect(await cancelled(ownerOf({ holder: null }))).toMatch(/^not_possible: .*no workflow run/);
    expect(await cancelled(heldBy({ workflowRunId: null }))).toMatch(/^not_possible: .*no workflow run/);
    expect(stage().asked()).toEqual([]);
    expect(stillRunning()).toBe(true);
  });

  // A record is no proof of who holds it: whoever may write it could have any run cancelled.
  it.each([
    ['another repository', { repo: 'acme/others', repoId: 8 }],
    ['another repository under the same name', { repoId: 8 }],
    ['another repository by its name alone', { repo: 'acme/others', repoId: null }],
    ['another server', { url: 'https://github.com/acme/widgets/actions/runs/2002' }],
    ['a server nobody knows', { url: null }],
    ['a server that is none', { url: 'actions/runs/2002' }],
  ])('never touches a run of %s', async (_name, parts) => {
    expect(await cancelled(heldBy(parts))).toMatch(
      /^not_possible: .*no workflow run of this repository on this server/,
    );
    expect(stage().asked()).toEqual([]);
    expect(stillRunning()).toBe(true);
  });

  it.each([
    ['its name', { name: 'Release it' }, 'Release it'],
    ['its file', { name: 'Release it', path: '.github/workflows/release.yml' }, '.github/workflows/release.yml'],
    ['its file at a ref', { path: '.github/workflows/r.yml@refs/heads/main' }, '.github/workflows/r.yml'],
  ])('goes by the workflow’s %s', async (_name, run, workflow) => {
    addRun(run);
    expect(await cancelled(heldBy({ workflow }))).toBe('requested');
  });

  it.each(['agent2', 'AGENT', '', null, '.github/workflows/agent'])(
    'spares a run of another workflow than %j',
    async (workflow) => {
      expect(await cancelled(heldBy({ workflow }))).toMatch(
        /^not_possible: .*not of the workflow that the record names/,
      );
      expect(stage().asked()).toEqual([RUN]);
      expect(stillRunning()).toBe(true);
    },
  );

  // GitHub cancels the newest attempt, and only the recorded one was replaced.
  it.each([
    [1, 1, 'requested'],
    [2, 2, 'requested'],
    [1, 2, 'started again since'],
    [2, 7, 'started again since'],
  ])('that holds attempt %i, where the run is at attempt %i: %s', async (attempt, runAttempt, word) => {
    addRun({ runAttempt });
    expect(await cancelled(ownerOf({ attempt }))).toContain(word);
    expect(stillRunning()).toBe(word !== 'requested');
    expect(stage().asked()).toEqual(word === 'requested' ? [RUN, CANCEL] : [RUN]);
  });

  it('names the missing permission', async () => {
    expect(await cancelled(ownerOf(), { token: BLIND })).toMatch(/^not_possible: .*actions: write/);
  });

  it.each(silences)('is not possible where the run answers with %s, and never throws', async (_name, fault) => {
    stage().github.faults.next(isRest(RUN), fault);
    expect(await cancelled(ownerOf(), {}, budgetFor(fault))).toMatch(/^not_possible: ./);
    expect(stage().asked()).not.toContain(CANCEL);
  });

  it.each(silences.slice(0, 8))('is not possible after %s, and never throws', async (_name, fault) => {
    stage().github.faults.next(isRest(CANCEL), fault);
    expect(await cancelled(ownerOf(), {}, budgetFor(fault))).toMatch(/^not_possible: ./);
  });
});
