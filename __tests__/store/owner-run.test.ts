import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ActiveRun, Holder } from '../../src/core/record.js';
import { isRest } from '../../support/local-github/index.js';
import { budgetFor, lineOf, PLENTY, silences, withQuestions } from './asking.js';
import { BLIND, ownerOf, TARGET, UNKNOWN, within, type StoreChoice } from './stage.js';

const RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}';

const stage = withQuestions();

beforeEach(() => addRun('in_progress'));

function addRun(status: string, runAttempt = 1, repository = stage().repository): void {
  repository.addRun({ id: 2002, status, conclusion: status === 'completed' ? 'failure' : null, runAttempt });
}

async function alive(owner = ownerOf(), options: StoreChoice = {}, budgetMs = PLENTY): Promise<string> {
  const answer = await (await stage().store(options)).ownerLiveness(owner, TARGET, within(budgetMs));
  expect(answer.warning === null || answer.value === 'unknown').toBe(true);
  return lineOf(answer);
}

function heldBy(parts: Partial<Holder>, attempt = 1): ActiveRun {
  const { holder } = ownerOf();
  if (holder === null) throw new Error('no holder');
  return ownerOf({ attempt, holder: { ...holder, ...parts } });
}

describe('whether the owner is alive', () => {
  it.each([
    ['queued', 'alive'],
    ['in_progress', 'alive'],
    ['waiting', 'alive'],
    ['requested', 'alive'],
    ['pending', 'alive'],
    ['completed', 'dead'],
  ])('a run that is %s counts as %s', async (status, answer) => {
    addRun(status);
    expect(await alive()).toBe(answer);
    expect(stage().asked()).toEqual([RUN]);
  });

  // O1: a later attempt that is at work keeps the run alive; its newest attempt alone tells that it is over.
  it('a later attempt counts as the run’s, at work and over', async () => {
    addRun('in_progress', 2);
    expect(await alive()).toBe('alive');
    addRun('completed', 2);
    expect(await alive()).toBe('dead');
  });

  // O3
  it('an answer about an earlier attempt than the recorded one is from the past', async () => {
    addRun('completed', 1);
    expect(await alive(ownerOf({ attempt: 2 }))).toBe('alive');
    addRun('completed', 2);
    expect(await alive(ownerOf({ attempt: 2 }))).toBe('dead');
  });

  it('nobody is asked about what is no workflow run', async () => {
    expect(await alive(ownerOf({ holder: null }))).toBe('unknown');
    expect(await alive(heldBy({ workflowRunId: null }))).toBe('unknown');
    expect(stage().asked()).toEqual([]);
  });

  it.each(silences)('is unknown after %s, never dead, and says so loudly', async (_name, fault) => {
    addRun('completed');
    stage().github.faults.next(isRest(RUN), fault);
    expect(await alive(ownerOf(), {}, budgetFor(fault))).toMatch(
      /^unknown: Whether the owner is still alive is not known/,
    );
  });

  it('is unknown without the permission, and names it', async () => {
    expect(await alive(ownerOf(), { token: BLIND })).toMatch(/^unknown: .*actions: read/);
    expect(await alive(ownerOf(), { token: UNKNOWN })).toMatch(/^unknown: .*401/);
  });

  it('is unknown of a run that GitHub does not show, with what to do', async () => {
    const said = await alive(ownerOf({}, 3003));
    expect(said).toMatch(/^unknown: .*no workflow run 3003 in acme\/widgets.*deleted.*"actions: read"/);
    expect(said).toMatch(/"command: takeover".*"supersede: stale"/);
  });
});

describe('the asking workflow run itself', () => {
  const own = { id: 2002, attempt: 2, repo: TARGET.repo, repoId: TARGET.repoId };

  it.each([
    ['by id', own, {}],
    ['by name, where the record has no id', own, { repoId: null }],
    ['by name, where the run has no id', { ...own, repoId: null }, {}],
    ['by the address alone', own, { repoId: null, repo: null }],
  ] as const)('is at work: %s', async (_name, ownWorkflowRun, holder) => {
    addRun('completed');
    expect(await alive(heldBy(holder), { ownWorkflowRun })).toBe('alive');
    expect(stage().asked()).toEqual([]);
  });

  it.each([
    ['another id', { ...own, repoId: 8 }, {}],
    ['another name', { ...own, repo: 'acme/others', repoId: null }, {}],
    ['nobody knows which', { ...own, repo: null, repoId: null }, {}],
    ['another run', { ...own, id: 2003 }, {}],
    ['no run at all', null, {}],
  ] as const)('is not taken for one of %s', async (_name, ownWorkflowRun, holder) => {
    addRun('completed');
    expect(await alive(heldBy(holder), { ownWorkflowRun })).toBe('dead');
    expect(stage().asked()).toEqual([RUN]);
  });
});

describe('the repository of the run', () => {
  // O15
  it('is the holder’s, where that is another one', async () => {
    const central = await stage().github.createRepository('acme/.github', { id: 70 });
    addRun('completed', 1, central);
    expect(await alive(heldBy({ repo: 'Acme/.github', repoId: 70 }))).toBe('dead');
    expect(stage().github.requests.at(-1)?.path).toContain('/repos/acme/.github/actions/runs/2002');
    const unseen = await alive(heldBy({ repo: 'acme/secret', repoId: 71 }));
    expect(unseen).toMatch(/^unknown: .*no workflow run 2002 in acme\/secret.*another repository than acme\/widgets/);
    expect(unseen).toMatch(/"command: takeover"/);
  });

  it('of a holder by the old name of this repository is the present one', async () => {
    addRun('completed');
    expect(await alive(heldBy({ repo: 'acme/former' }))).toBe('dead');
    expect(stage().github.requests.at(-1)?.path).toContain('/repos/acme/widgets/actions');
  });

  it('that has moved since is not followed', async () => {
    const moving = await stage().github.createRepository('acme/moving', { id: 72 });
    addRun('completed', 1, moving);
    moving.rename('acme/moved');
    expect(await alive(heldBy({ repo: 'acme/moving', repoId: 72 }))).toMatch(/^unknown: .*acme\/moving.*moved/);
    expect(stage().asked()).toHaveLength(1);
  });

  it('is the one of the address, where the record names none', async () => {
    addRun('completed');
    expect(await alive(heldBy({ repo: null, repoId: null }))).toBe('dead');
  });

  it('that nobody knows is nobody’s to ask', async () => {
    for (const url of [null, 'https://github.test/acme', 'javascript:actions/runs/']) {
      expect(await alive(heldBy({ repo: null, repoId: null, url }))).toMatch(
        /^unknown: .*does not say in which repository/,
      );
    }
    expect(stage().asked()).toEqual([]);
  });
});
