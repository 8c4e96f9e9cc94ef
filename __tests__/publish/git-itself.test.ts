import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { onPosix } from '../command-line/stage.js';
import { recordingGit } from './recording-git.js';
import { BRANCH, onPublishStage } from './stage.js';
import { expectPublished, expectUnpublished, pushFrom, type PushOptions } from './untouched.js';

/** A git that is missing, too old or unwilling, and a folder that is no repository. */

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'git-itself-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const pathOf = (folder: string): string => [folder, process.env['PATH'] ?? ''].join(delimiter);

onPosix('git', () => {
  test('that cannot do it is named before anything is asked', () =>
    onPublishStage(async (stage) => {
      const { checkout, headOf, asked } = stage;
      const head = await headOf(BRANCH);
      await checkout.commit('a.txt', 'a');
      asked();
      const refused = async (folder: string, options: PushOptions, ...says: readonly string[]): Promise<void> => {
        const pushed = await pushFrom(stage, folder, [], options);
        await expectUnpublished(stage, pushed, { status: 64, error: 'invalid_input', head, says });
        expect(asked()).toEqual([]);
      };
      const { folder } = checkout;
      const empty = join(root, 'empty');
      await mkdir(empty);
      await refused(folder, { env: { PATH: empty } }, 'There is no git on the PATH', 'Install git 2.23 or newer');
      const old = await recordingGit(join(root, 'old'), { version: 'git version 2.17.1' });
      await refused(folder, { env: { PATH: pathOf(old.folder) } }, 'git version 2.17.1 is too old', '2.23 or newer');
      const odd = await recordingGit(join(root, 'odd'), { version: 'something else' });
      await refused(folder, { env: { PATH: pathOf(odd.folder) } }, 'something else is too old to publish with');
      await refused(
        empty,
        { env: { GIT_CEILING_DIRECTORIES: root } },
        'There is no git repository in',
        'actions/checkout',
      );
      // As git has it where another user has made the checkout, as in a container.
      const dubious = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
      await refused(folder, { env: dubious }, 'belongs to another user', 'git config --global --add safe.directory');
      const unborn = join(root, 'unborn');
      await checkout.git('init', '--quiet', unborn);
      await refused(unborn, {}, 'There is no commit "HEAD"');
    }));

  test('of 2020 works, by the variable that it reads', () =>
    onPublishStage(async (stage) => {
      const { checkout, headOf } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('a.txt', 'a');
      // It knows nothing of numbered variables, nor of hashes.
      const before =
        'unset GIT_CONFIG_COUNT GIT_DEFAULT_HASH GIT_NO_LAZY_FETCH; case " $* " in *object-format*) exit 129 ;; esac';
      const git = await recordingGit(root, { version: 'git version 2.25.1', before });
      const pushed = await pushFrom(stage, checkout.folder, [], { env: { PATH: pathOf(git.folder) } });
      await expectPublished(stage, pushed, { from, to });
      const push = (await git.calls()).find(({ args }) => args.includes('push'));
      expect(push?.env.filter((line) => line.startsWith('GIT_CONFIG_KEY_'))).toEqual([]);
      expect(push?.env.find((line) => line.startsWith('GIT_CONFIG_PARAMETERS='))).toContain('core.hookspath=');
    }));

  test('with nobody at home and no name works', () =>
    onPublishStage(async (stage) => {
      const { checkout, headOf } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('a.txt', 'a');
      const env = { HOME: undefined, XDG_CONFIG_HOME: undefined, USER: undefined, EMAIL: undefined };
      await expectPublished(stage, await pushFrom(stage, checkout.folder, [], { env }), { from, to });
    }));
});
