import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { recordOf } from '../../support/records.js';
import { recordPath, STATE_BRANCH, type StoredRecord } from '../../support/world.js';
import { GitClient } from '../support/git-client.js';
import { BRANCH, onPublishStage, type PublishStage } from './stage.js';
import { expectPublished, expectUnpublished, pushFrom, type PushOptions } from './untouched.js';

/** Every way in which somebody may have come by a repository. */

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'layouts-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Commits in the folder and publishes it, by a `git` that works in `root` as somebody's client. */
async function publishes(
  stage: PublishStage,
  folder: string,
  { words = [], ...options }: PushOptions & { readonly words?: readonly string[] } = {},
): Promise<string> {
  const from = await stage.headOf(BRANCH);
  await stage.checkout.git('-C', folder, 'commit', '--quiet', '--allow-empty', '--message', `In ${folder}`);
  const to = await stage.checkout.git('-C', folder, 'rev-parse', 'HEAD');
  await expectPublished(stage, await pushFrom(stage, folder, words, options), { from, to });
  return to;
}

/** A clone of the branch in a folder of `root`. */
async function cloned({ checkout, repository }: PublishStage, name: string, ...options: string[]): Promise<string> {
  const folder = join(root, name);
  await checkout.git('clone', '--quiet', '--branch', 'pr-17', ...options, repository.cloneUrl, folder);
  return folder;
}

test('histories that begin somewhere in the middle', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    const moved = await cloned(stage, 'moved', '--depth', '1');
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await repository.writeFile('pr-17', name, name);
    const shallow = await cloned(stage, 'shallow', '--depth', '1');
    expect(await checkout.git('-C', shallow, 'rev-list', '--count', 'HEAD')).toBe('1');
    await publishes(stage, shallow);

    // The branch moved on: neither what it was, nor what is fetched now, hides that.
    await checkout.git('-C', moved, 'commit', '--quiet', '--allow-empty', '--message', 'On what it was');
    const head = await stage.headOf(BRANCH);
    const refused = await pushFrom(stage, moved);
    const says = ['This checkout is shallow', 'Fetch "pr-17", rebase on it or merge it'];
    await expectUnpublished(stage, refused, { status: 75, error: 'head_moved', head, says });
    await checkout.git('-C', moved, 'fetch', '--quiet', '--depth', '1', 'origin', 'pr-17');
    await checkout.git('-C', moved, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    await publishes(stage, moved);

    // The branch went back behind what is here: the older commits are asked for, and show it.
    const rewound = await cloned(stage, 'rewound', '--depth', '1');
    await checkout.git('-C', moved, 'fetch', '--quiet', '--depth', '3', 'origin', 'pr-17');
    const older = await checkout.git('-C', moved, 'rev-parse', 'FETCH_HEAD~1');
    await repository.deleteBranch('pr-17');
    await repository.createBranch('pr-17', older);
    await publishes(stage, rewound);

    // Fetched by halves: the head is here, and builds on what is not.
    await repository.writeFile('pr-17', 'd.txt', 'd');
    await checkout.git('-C', shallow, 'fetch', '--quiet', '--depth', '2', 'origin', 'pr-17');
    await checkout.git('-C', shallow, 'reset', '--quiet', '--hard', 'FETCH_HEAD');
    await publishes(stage, shallow);
  }));

test('what GitHub makes of a pull request for its events is not the branch', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    await repository.writeFile('main', 'main.txt', 'later');
    const [main, head] = [await repository.head('main'), await stage.headOf(BRANCH)];
    const git = async (...args: readonly string[]): Promise<string> =>
      (await promisify(execFile)('git', ['--git-dir', repository.gitDir, ...args])).stdout.trim();
    const identity = ['-c', 'user.name=GitHub', '-c', 'user.email=noreply@github.com'];
    const merged = [
      ...identity,
      'commit-tree',
      '-m',
      'Merge',
      '-p',
      main ?? '',
      '-p',
      head ?? '',
      `${head ?? ''}^{tree}`,
    ];
    await git('update-ref', 'refs/pull/17/merge', await git(...merged));
    const folder = join(root, 'merge');
    await checkout.git('init', '--quiet', folder);
    await checkout.git('-C', folder, 'remote', 'add', 'origin', repository.cloneUrl);
    const ref = '+refs/pull/17/merge:refs/remotes/pull/17/merge';
    await checkout.git('-C', folder, 'fetch', '--quiet', '--no-tags', '--depth', '1', 'origin', ref);
    await checkout.git('-C', folder, 'checkout', '--quiet', '--detach', 'refs/remotes/pull/17/merge');
    await checkout.git('-C', folder, 'commit', '--quiet', '--allow-empty', '--message', 'On the merge');
    const refused = await pushFrom(stage, folder);
    const says = ['This checkout is shallow: check out the branch itself (actions/checkout with "ref")'];
    await expectUnpublished(stage, refused, { status: 75, error: 'head_moved', head, says });
  }));

test('clones that lack files, folders, branches or a folder of their own', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    await repository.writeFile('pr-17', 'deep/down/file.txt', 'deep');
    await publishes(stage, await cloned(stage, 'blobless', '--filter=blob:none', '--no-checkout'));
    await publishes(stage, await cloned(stage, 'treeless', '--filter=tree:0'));
    await publishes(stage, await cloned(stage, 'single', '--single-branch', '--no-tags'));
    const sparse = await cloned(stage, 'sparse', '--sparse', '--filter=blob:none', '--depth', '1');
    await publishes(stage, sparse);

    const main = await cloned(stage, 'main');
    const linked = join(root, 'linked');
    await checkout.git('-C', main, 'worktree', 'add', '--quiet', '--detach', linked);
    await publishes(stage, linked, { beside: [main] });

    const outer = join(root, 'outer');
    await checkout.git('init', '--quiet', outer);
    const add = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '--branch', 'pr-17'];
    await checkout.git('-C', outer, ...add, repository.cloneUrl, 'inner');
    await publishes(stage, join(outer, 'inner'), { beside: [outer] });
    await mkdir(join(outer, 'inner', 'sub'));
    await publishes(stage, join(outer, 'inner', 'sub'), { beside: [outer] });
  }));

test('clones that borrow objects, or are nothing but objects', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    const source = await cloned(stage, 'source');
    const shared = join(root, 'shared');
    await checkout.git('clone', '--quiet', '--shared', '--branch', 'pr-17', source, shared);
    await checkout.git('-C', shared, 'remote', 'set-url', 'origin', repository.cloneUrl);
    await publishes(stage, shared, { beside: [source] });
    const reference = await cloned(stage, 'reference', '--reference', source);
    await publishes(stage, reference, { beside: [source] });

    await checkout.git('-C', reference, 'pack-refs', '--all');
    await checkout.git('-C', reference, 'gc', '--quiet');
    await publishes(stage, reference, { beside: [source] });

    const mirror = join(root, 'mirror.git');
    await checkout.git('clone', '--quiet', '--mirror', repository.cloneUrl, mirror);
    const from = await stage.headOf(BRANCH);
    const tree = await checkout.git('-C', mirror, 'rev-parse', 'pr-17^{tree}');
    const commit = await checkout.git('-C', mirror, 'commit-tree', '-p', 'pr-17', '-m', 'Bare', tree);
    await checkout.git('-C', mirror, 'update-ref', 'refs/heads/pr-17', commit);
    await repository.createBranch('other', from ?? '');
    await expectPublished(stage, await pushFrom(stage, mirror, ['pr-17']), { from, to: commit });
    expect(await repository.head('other')).toBe(from);
  }));

test('paths and files with anything in their names', () =>
  onPublishStage(async (stage) => {
    const { checkout } = stage;
    const names = [`it's "here" $HOME grüße 日本`, '#hash; \\n'];
    for (const name of names) {
      const folder = await cloned(stage, name);
      await writeFile(join(folder, `${name.replace('\\', '')}.txt`), 'text');
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12\n`;
      await writeFile(join(folder, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
      await writeFile(join(folder, 'large.bin'), pointer);
      await checkout.git('-C', folder, 'add', '--all');
      await publishes(stage, folder);
      const [own, large] = await Promise.all(
        [`${name.replace('\\', '')}.txt`, 'large.bin'].map((path) => stage.repository.readFile('pr-17', path)),
      );
      expect([own, large]).toEqual(['text', pointer]);
    }
  }));

test('what an outer git, or the job, has set in the environment', () =>
  onPublishStage(async (stage) => {
    const { checkout } = stage;
    const another = await cloned(stage, 'another');
    const outer = {
      GIT_DIR: join(another, '.git'),
      GIT_WORK_TREE: another,
      GIT_INDEX_FILE: join(another, '.git', 'index'),
      GIT_PREFIX: 'sub/',
      GIT_OBJECT_DIRECTORY: join(another, '.git', 'objects'),
    };
    await publishes(stage, checkout.folder, { env: outer, beside: [another] });
    // A hash of another kind for all new repositories is not that of this one.
    await publishes(stage, checkout.folder, { env: { GIT_DEFAULT_HASH: 'sha256' } });
    const entries = [
      ['safe.directory', '*'],
      ['core.hooksPath', join(root, 'hooks')],
      ['push.gpgSign', 'true'],
    ].flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${String(index)}`, key],
      [`GIT_CONFIG_VALUE_${String(index)}`, value],
    ]);
    const configured = { GIT_CONFIG_COUNT: '3', ...(Object.fromEntries(entries) as Record<string, string>) };
    await writeHook(join(root, 'hooks'), 'pre-push');
    await writeHook(join(root, 'hooks'), 'reference-transaction');
    await publishes(stage, checkout.folder, { env: configured });
    // By an alias: what git was given with -c goes on to all it starts.
    const parameters = `'core.hookspath=${join(root, 'hooks')}' 'push.gpgsign=true'`;
    await publishes(stage, checkout.folder, { env: { GIT_CONFIG_PARAMETERS: parameters } });
  }));

async function writeHook(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), '#!/bin/sh\necho "a hook ran" >&2\nexit 1\n', { mode: 0o755 });
}

test('a repository of the other hash', () =>
  onPublishStage(
    async (stage) => {
      const { github, job, pushes } = stage;
      const repository = await github.createRepository('acme/hashes', { objectFormat: 'sha256', id: 70 });
      await repository.openPullRequest({ number: 17 });
      repository.setCollaborator('octocat', 'write');
      const target = { ...recordOf({ owner: null }), target: { repo: 'acme/hashes', repoId: 70, pr: 17, scope: null } };
      const marker = { layout: 1, repoId: 70, stateBranch: STATE_BRANCH, tokenFloor: 0 };
      await repository.writeFile(STATE_BRANCH, '.runner-coord.json', JSON.stringify(marker));
      await repository.writeFile(STATE_BRANCH, recordPath(17), JSON.stringify(target));
      const claim = await job.uses({ with: { command: 'claim', repo: 'acme/hashes', pr: '17' } });
      expect(claim.outputs).toMatchObject({ status: 'claimed_new' });
      const client = await GitClient.clone(repository.cloneUrl, 'token-octocat', '--branch', 'pr-17');
      try {
        const from = await repository.head('pr-17');
        const to = await client.commit('a.txt', 'a');
        expect(to).toHaveLength(64);
        const pushed = await pushFrom({ job, pushes }, client.folder, ['--repo', 'acme/hashes', '--pr', '17']);
        await expectPublished(
          {
            headOf: (ref) => repository.head(ref.replace('refs/heads/', '')),
            record: async () =>
              JSON.parse((await repository.readFile(STATE_BRANCH, recordPath(17))) ?? 'null') as StoredRecord,
          },
          pushed,
          { from, to },
        );
      } finally {
        await client.delete();
      }
    },
    { owner: false },
  ));
