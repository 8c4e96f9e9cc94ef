import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isPush, isPushAdvertisement, withoutAtomic } from '../../support/local-github/index.js';
import type { PushRule } from '../../support/local-github/index.js';
import { BRANCH, onPublishStage, STATE } from './stage.js';
import { expectPublished, expectUnpublished, lastEvent, pushFrom } from './untouched.js';

/** The server turns a push away: neither ref moves, it is asked once, and a person learns what to do. */

test('rules of the repository', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository, github, headOf, record } = stage;
    const { folder } = checkout;
    await checkout.commit('large.bin', 'x'.repeat(4096));
    const [head, state, last] = [await headOf(BRANCH), await headOf(STATE), lastEvent(await record())];
    const refused = async (error: string, status: number, ...says: readonly string[]): Promise<void> => {
      await expectUnpublished(stage, await pushFrom(stage, folder), { ...{ status, error, head, says }, pushes: 1 });
      expect(await headOf(STATE)).toBe(state);
    };
    const rule = async (added: PushRule, ...says: readonly string[]): Promise<void> => {
      repository.addPushRule(added);
      await refused('permission_denied', 77, ...says);
      repository.clearPushRules();
    };
    const pattern = 'pr-*';
    await rule({ kind: 'large files', limitBytes: 1000 }, 'a file that is too large', 'large.bin', 'Git LFS');
    await rule({ kind: 'protected branch', pattern }, 'Branch protection refuses the push ("pr-17")', 'GH006');
    await rule({ kind: 'protected branch', pattern: 'runner-*' }, 'refuses the push ("runner-coord-state")');
    await rule({ kind: 'signed commits', pattern }, 'asks for signed commits ("pr-17")', 'Sign the commits');
    await rule(
      { kind: 'signed commits', pattern: 'runner-*' },
      'asks for signed commits ("runner-coord-state")',
      'exclude',
    );
    repository.protectBranch('pr-*', 'Changes must be made through a pull request.');
    await refused(
      'permission_denied',
      77,
      'A ruleset of the repository refuses the push ("pr-17")',
      'Exclude the branch',
    );
    repository.unprotectBranch('pr-*');
    expect(lastEvent(await record())).toEqual(last);

    github.faults.next(isPushAdvertisement(), withoutAtomic());
    const notAtomic = await pushFrom(stage, folder);
    const says = ['does not know atomic pushes', 'Nothing was pushed', 'advisory only'];
    await expectUnpublished(stage, notAtomic, { status: 69, error: 'api_error', head, says, pushes: 0 });

    const to = await checkout.git('rev-parse', 'HEAD');
    await expectPublished(stage, await pushFrom(stage, folder), { from: head, to });
    await mkdir(join(folder, '.github', 'workflows'), { recursive: true });
    await checkout.commit('.github/workflows/ci.yml', 'on: push\n');
    const workflow = await pushFrom(stage, folder);
    const words = ['change workflow files', '.github/workflows/ci.yml', 'GITHUB_TOKEN can never have'];
    const denied = { status: 77, error: 'permission_denied', head: to, says: words, pushes: 1 };
    await expectUnpublished(stage, workflow, denied);
    // Told once for good: nothing was tried again.
    expect(github.requests.filter((request) => isPush()(request))).toHaveLength(8);
  }));
