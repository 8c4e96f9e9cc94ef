import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { runStepInProcess } from '../../support/in-process.js';
import { runHere, type Said } from '../command-line/here.js';
import { GitClient } from '../support/git-client.js';
import { BRANCH, onPublishStage, type PublishStage } from './stage.js';

/** Publishing from the sources, in this very process: one way through each part. */

async function pushHere({ job }: PublishStage, folder: string, ...words: readonly string[]): Promise<Said> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    const env = { GH_TOKEN: 'token-octocat', PATH: process.env['PATH'] ?? '', RUNNER_TEMP: job.temp };
    return await runHere(['push', ...words], env);
  } finally {
    process.chdir(before);
  }
}

test('a commit, nothing more, a look, what is behind, and what replaces', () =>
  onPublishStage(async (stage) => {
    const { checkout, headOf, repository } = stage;
    const first = await checkout.commit('file.txt', 'one');
    expect(await pushHere(stage, checkout.folder, '--dry-run')).toMatchObject({ status: 0 });
    expect((await pushHere(stage, checkout.folder, '--json')).stdout).toContain('"status":"published"');
    expect(await headOf(BRANCH)).toBe(first);
    expect((await pushHere(stage, checkout.folder)).stderr).toContain('nothing to publish');
    await repository.pushToPullRequest(17);
    expect((await pushHere(stage, checkout.folder)).stderr).toContain('already, and has gone on');
    await checkout.commit('file.txt', 'two');
    expect((await pushHere(stage, checkout.folder)).stderr).toContain('neither builds on');
    expect((await pushHere(stage, checkout.folder, '--force-with-lease')).status).toBe(75);
    await checkout.git('fetch', '--quiet', 'origin');
    expect((await pushHere(stage, checkout.folder, '--force-with-lease')).status).toBe(0);
    await checkout.git('commit', '--quiet', '--amend', '--message', 'three');
    const lease = `--force-with-lease=${(await headOf(BRANCH)) ?? ''}`;
    expect((await pushHere(stage, checkout.folder, lease)).status).toBe(0);
    await repository.deleteBranch('pr-17');
    await checkout.commit('file.txt', 'four');
    expect((await pushHere(stage, checkout.folder)).stderr).toContain('is gone');
  }));

test('a shallow checkout, a step of the action, and what is no checkout', () =>
  onPublishStage(async (stage) => {
    const { repository, github, job, headOf } = stage;
    for (const name of ['a', 'b']) await repository.writeFile('pr-17', name, name);
    const shallow = await GitClient.clone(repository.cloneUrl, 'token-octocat', '--branch', 'pr-17', '--depth', '1');
    const older = (await repository.log('pr-17'))[1]?.oid ?? '';
    await repository.deleteBranch('pr-17');
    await repository.createBranch('pr-17', older);
    const to = await shallow.commit('file.txt', 'one');
    expect(await pushHere(stage, shallow.folder)).toMatchObject({ status: 0 });
    expect(await headOf(BRANCH)).toBe(to);

    const next = await shallow.commit('file.txt', 'two');
    const env = { RUNNER_TEMP: job.temp, GITHUB_WORKSPACE: shallow.folder };
    const step = await runStepInProcess(github, { with: { command: 'push' }, env });
    expect(step.outputs).toMatchObject({ owned: 'true', status: 'published', 'published-sha': next, 'head-sha': next });
    const wrong = await runStepInProcess(github, { with: { command: 'push', ref: 'nothing' }, env });
    expect(wrong.outputs).toMatchObject({ owned: 'false', error: 'invalid_input' });
    await shallow.delete();

    const empty = join(job.temp, 'empty');
    mkdirSync(empty);
    expect((await pushHere(stage, empty)).stderr).toContain('no git repository');
    expect((await pushHere(stage, empty, '+HEAD')).status).toBe(64);
  }));
