import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { GitClient } from '../support/git-client.js';
import { BRANCH, onPublishStage, STATE, type PublishStage } from './stage.js';
import { expectPublished, expectUnpublished, pushFrom } from './untouched.js';

/** Which branch of which repository is moved, and by which way it is reached. */

/** Another pull request, which run 1001 owns too, and a commit on its branch in a clone of its own. */
async function onPull(
  stage: PublishStage,
  pr: number,
  url: string,
  branch: string,
  play: (client: GitClient) => Promise<void>,
): Promise<void> {
  await stage.plant(recordOf({ pr }), pr);
  const client = await GitClient.clone(url, 'token-octocat', '--branch', branch);
  try {
    await client.commit('new.txt', branch);
    await play(client);
  } finally {
    await client.delete();
  }
}

test('not to a fork, nor to the default branch, nor to that of the records', () =>
  onPublishStage(async (stage) => {
    const { repository, github } = stage;
    await repository.openPullRequest({ number: 20, fork: 'somebody/widgets', head: 'topic' });
    const fork = github.repository('somebody/widgets');
    await onPull(stage, 20, fork.cloneUrl, 'topic', async ({ folder }) => {
      const head = await fork.head('topic');
      const pushed = await pushFrom(stage, folder, ['--pr', '20']);
      const says = ['is in a fork (somebody/widgets)', 'Nothing was pushed', 'with git itself, right after an assert'];
      await expectUnpublished(stage, pushed, {
        status: 75,
        error: 'fork_head',
        head: null,
        ref: 'refs/heads/topic',
        says,
      });
      expect(await fork.head('topic')).toBe(head);
    });

    await repository.createBranch('release', (await repository.head('main')) ?? '');
    await repository.openPullRequest({ number: 21, head: 'main', base: 'release' });
    await onPull(stage, 21, repository.cloneUrl, 'main', async ({ folder }) => {
      const head = await repository.head('main');
      const pushed = await pushFrom(stage, folder, ['--pr', '21']);
      const says = ['is the default branch "main", which is not published to', 'from a branch of its own'];
      await expectUnpublished(stage, pushed, {
        status: 64,
        error: 'invalid_input',
        head,
        ref: 'refs/heads/main',
        says,
      });
    });

    await repository.openPullRequest({ number: 22, head: 'runner-coord-state' });
    await onPull(stage, 22, repository.cloneUrl, 'runner-coord-state', async ({ folder }) => {
      const head = await stage.headOf(STATE);
      const pushed = await pushFrom(stage, folder, ['--pr', '22']);
      await expectUnpublished(stage, pushed, {
        status: 64,
        error: 'invalid_input',
        head,
        ref: STATE,
        says: ['runner-coord-state'],
      });
    });
  }));

test('to a closed pull request too, unless it has to be open', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository, headOf } = stage;
    await repository.closePullRequest(17);
    const from = await headOf(BRANCH);
    const to = await checkout.commit('a.txt', 'a');
    const refused = await pushFrom(stage, checkout.folder, ['--require-open']);
    await expectUnpublished(stage, refused, { status: 75, error: 'pr_closed', head: from, says: ['is closed'] });
    await expectPublished(stage, await pushFrom(stage, checkout.folder), { from, to });
  }));

test('not to a repository that has another name by now', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository, headOf } = stage;
    const head = await headOf(BRANCH);
    await checkout.commit('a.txt', 'a');
    repository.rename('acme/gizmos');
    const pushed = await pushFrom(stage, checkout.folder);
    await expectUnpublished(stage, pushed, { status: 70, error: 'target_moved', head, says: ['acme/gizmos'] });
  }));

test('by the remote that is the target, in whatever way it is written', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository, github, headOf } = stage;
    const { folder } = checkout;
    const other = await github.createRepository('somebody/else');
    const publishes = async (...config: readonly (readonly string[])[]): Promise<void> => {
      for (const words of config) await checkout.git('config', ...words);
      const from = await headOf(BRANCH);
      const to = await checkout.commit('a.txt', JSON.stringify(config));
      await expectPublished(stage, await pushFrom(stage, folder), { from, to });
      expect(await other.head('pr-17')).toBeNull();
    };

    // It names another repository: the target's own address is used.
    await publishes(['remote.origin.url', other.cloneUrl]);
    // One of several remotes, and one of several addresses.
    await publishes(['remote.upstream.url', repository.cloneUrl], ['remote.pushDefault', 'origin']);
    await checkout.git('remote', 'remove', 'upstream');
    await publishes(
      ['--add', 'remote.origin.pushurl', repository.cloneUrl],
      ['--add', 'remote.origin.pushurl', other.cloneUrl],
    );
    await checkout.git('config', '--unset-all', 'remote.origin.pushurl');
    // By a word of one's own; and what is rewritten once is not rewritten again.
    await publishes(
      ['remote.origin.url', 'ours:widgets.git'],
      [`url.${github.serverUrl}/acme/.insteadOf`, 'ours:'],
      [`url.${github.serverUrl}/nowhere/.insteadOf`, `${github.serverUrl}/acme/`],
    );
    await checkout.git('config', '--unset-all', `url.${github.serverUrl}/nowhere/.insteadOf`);
    await publishes(['remote.origin.url', 'read:widgets'], [`url.${github.serverUrl}/acme/.pushInsteadOf`, 'read:']);
    // No remote at all.
    await checkout.git('remote', 'remove', 'origin');
    await publishes();
  }));

test('by a path too, if the repository of the pull request shows it then', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository, headOf, asked } = stage;
    const from = await headOf(BRANCH);
    const to = await checkout.commit('a.txt', 'a');
    await checkout.git('remote', 'set-url', 'origin', `file://${repository.gitDir}`);
    asked();
    const pushed = await pushFrom(stage, checkout.folder);
    // No push came over HTTP; and what landed was looked for where it has to be.
    await expectPublished(stage, { ...pushed, pushes: pushed.pushes + 1 }, { from, to });
    expect(asked()).toEqual(['repository', 'repository']);

    const mirror = await mkdtemp(join(tmpdir(), 'mirror-'));
    try {
      await checkout.git('clone', '--quiet', '--mirror', repository.cloneUrl, mirror);
      await checkout.git('remote', 'set-url', 'origin', mirror);
      await checkout.commit('a.txt', 'b');
      const lost = await pushFrom(stage, checkout.folder, ['--timeout', '4s']);
      const says = ['the remote may be another one'];
      // Whether its time or its patience ends first, depends on the machine.
      const error = lost.told.error ?? '';
      expect(['deadline_exceeded', 'contention_exhausted', 'api_error']).toContain(error);
      await expectUnpublished(stage, lost, { status: 69, error, head: to, says });
    } finally {
      await rm(mirror, { recursive: true, force: true });
    }
  }));
