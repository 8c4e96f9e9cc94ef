import type { Run } from '../../src/core/run.js';
import { importStory } from '../../support/board/fast-import.js';
import { HOUR, lasting, Scene } from '../../support/board/scene.js';
import { Story } from '../../support/board/story.js';
import type { LocalRepository } from '../../support/local-github/index.js';
import { STATE_BRANCH } from '../../support/world.js';

/** When the board is looked at. */
export const NOW = new Date('2026-11-26T14:30:05Z');

const TITLES = { 17: 'Make the widgets round', 21: 'Docs for the lathe', 24: 'New colours', 30: 'Port to Node 24' };

/** The work day of a small repository, decided by the rules themselves and written as the action writes it. */
export async function plantDay(repository: LocalRepository): Promise<void> {
  const story = new Story();
  const repo = repository.nameWithOwner.toLowerCase();
  const scene = (pr: number, scope: string | null = null): Scene =>
    new Scene(story, { repo, repoId: repository.id, pr, scope });
  const [widgets, docs, colours, port] = [scene(17), scene(21), scene(24, 'preview'), scene(30)];
  const agent = (id: number): Run => runOf(repository, id, 'agent', 'fix', 'octocat');
  const review = (id: number): Run => runOf(repository, id, 'review', 'review', 'hubot');
  const deploy = (id: number): Run => runOf(repository, id, 'preview', 'deploy', 'octocat');
  const maria = personOf('maria');
  const stuck = 'it goes in circles';
  const acts: readonly (readonly [time: string, act: () => void])[] = [
    ['08:40', () => widgets.claim(agent(1001))],
    ['09:05', () => docs.claim(review(1002))],
    ['09:30', () => colours.claim(deploy(1003))],
    ['09:48', () => widgets.release(agent(1001))],
    ['09:50', () => colours.release(deploy(1003))],
    ['10:10', () => docs.release(review(1002))],
    ['10:25', () => widgets.claim(agent(1004))],
    ['11:30', () => widgets.takeOver(maria, stuck, lasting(4 * HOUR, true))],
    ['11:45', () => port.claim(agent(1005))],
    ['11:50', () => void widgets.join(review(1006))],
    ['12:10', () => docs.claim(agent(1007))],
    ['12:40', () => widgets.release(maria)],
    ['12:50', () => port.takeOver(maria, 'I fix the merge by hand', lasting(4 * HOUR, true))],
    ['13:35', () => void port.join(agent(1008))],
    ['13:50', () => colours.claim(deploy(1009))],
    ['14:05', () => void widgets.join(agent(1010))],
  ];
  for (const [time, act] of acts) {
    story.setTime(new Date(`${NOW.toISOString().slice(0, 10)}T${time}:00Z`));
    act();
  }
  await importStory({ gitDir: repository.gitDir, pattern: STATE_BRANCH, repoId: repository.id }, story.told);
  for (const [number, title] of Object.entries(TITLES))
    await repository.openPullRequest({ number: Number(number), title });
  for (const id of [1006, 1008, 1009, 1010])
    repository.addRun({ id, status: 'in_progress', conclusion: null, runAttempt: 1 });
  // Its runner was lost, so nobody released.
  repository.addRun({ id: 1007, status: 'completed', conclusion: 'failure', runAttempt: 1 });
}

function runOf(repository: LocalRepository, id: number, workflow: string, job: string, actor: string): Run {
  const url = `${repository.cloneUrl.replace(/\.git$/, '')}/actions/runs/${String(id)}/attempts/1`;
  const repo = repository.nameWithOwner.toLowerCase();
  const holder = { repo, repoId: repository.id, workflowRunId: id, workflow, job, actor, url };
  return { runId: String(id), attempt: 1, holder };
}

function personOf(login: string): Run {
  const nothing = { repo: null, repoId: null, workflowRunId: null, workflow: null, job: null, url: null };
  return { runId: `person:${login}`, attempt: 1, holder: { ...nothing, actor: login } };
}
