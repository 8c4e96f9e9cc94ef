import { expect, test } from '@jest/globals';
import { inProcess } from '../../support/runner.js';
import { TOKEN } from '../support/scenario.js';
import { BRANCH, onPublishStage } from './stage.js';
import { expectPublished, expectUnpublished, fingerprint, lastEvent, pushFrom } from './untouched.js';

test('publishes what the words name, and names the head that it replaced', () =>
  onPublishStage(async (stage) => {
    const { checkout, headOf, push } = stage;
    const { folder } = checkout;
    let from = await headOf(BRANCH);
    const publishes = async (words: readonly string[], to: string): Promise<void> => {
      await expectPublished(stage, await pushFrom(stage, folder, words), { from, to });
      from = to;
    };

    await publishes([], await checkout.commit('a.txt', 'a'));
    await checkout.git('checkout', '--quiet', '--detach');
    await publishes([], await checkout.commit('a.txt', 'detached'));
    const tagged = await checkout.commit('a.txt', 'tagged');
    await checkout.git('tag', 'light');
    await publishes(['light'], tagged);
    const annotated = await checkout.commit('a.txt', 'annotated');
    await checkout.git('tag', '--annotate', '--message', 'A tag', 'heavy');
    await checkout.git('checkout', '--quiet', 'pr-17');
    await publishes(['heavy:pr-17'], annotated);
    await checkout.git('merge', '--quiet', '--ff-only', annotated);
    const named = await checkout.commit('a.txt', 'named');
    await publishes([`${named.slice(0, 12)}:refs/heads/pr-17`], named);

    // As a later step has it: by the name on its PATH.
    const last = await checkout.commit('a.txt', 'last');
    const permissions = { contents: 'write', 'pull-requests': 'read', statuses: 'write' } as const;
    stage.github.issueToken(TOKEN, { login: 'octocat', permissions });
    const said = await push('--pr-status');
    expect(said).toMatchObject({ status: 0, stdout: '' });
    expect(said.stderr).toContain(
      `published ${last.slice(0, 12)} on the branch "pr-17" (before: ${named.slice(0, 12)})`,
    );
    expect(await headOf(BRANCH)).toBe(last);
    // The head of the pull request has moved by that.
    expect(stage.repository.statuses(last)).toMatchObject([{ context: 'runner-coord', state: 'pending' }]);
  }));

test('pushes nothing where nothing is to be pushed, and says so', () =>
  onPublishStage(async (stage) => {
    const { checkout, headOf, asked } = stage;
    const { folder } = checkout;
    const head = (await headOf(BRANCH)) ?? '';
    const events = (await stage.record())?.history.length;
    asked();
    const same = await pushFrom(stage, folder);
    await expectUnpublished(stage, same, { status: 0, error: null, head, says: ['nothing to publish'] });
    expect(same.told).toMatchObject({ ok: true, owned: true, status: 'owner_confirmed' });
    const requests = asked();
    expect(requests.filter((name) => name === 'repository')).toHaveLength(1);
    expect(requests).not.toContain('git-receive-pack refs');

    const commit = await checkout.commit('a.txt', 'a');
    const dry = await pushFrom(stage, folder, ['--dry-run']);
    const would = `It would publish ${commit.slice(0, 12)} on the branch "pr-17" (now: ${head.slice(0, 12)})`;
    await expectUnpublished(stage, dry, { status: 0, error: null, head, says: [would] });
    expect(dry.told).toMatchObject({ status: 'owner_confirmed', owned: true });
    expect((await stage.record())?.history).toHaveLength(events ?? 0);
  }));

test('refuses words that would delete, force, or move another branch', () =>
  onPublishStage(async (stage) => {
    const { checkout, headOf } = stage;
    const head = await headOf(BRANCH);
    await checkout.commit('a.txt', 'a');
    const refused = async (word: string, ...says: readonly string[]): Promise<void> => {
      const pushed = await pushFrom(stage, checkout.folder, [word]);
      expect({ word, status: pushed.status, pushes: pushed.pushes }).toEqual({ word, status: 64, pushes: 0 });
      for (const words of says) expect(pushed.stderr).toContain(words);
      expect(await headOf(BRANCH)).toBe(head);
    };
    await refused('HEAD:main', 'The branch "main" is not that of the pull request, which is "pr-17"');
    await refused('HEAD:refs/tags/pr-17', 'HEAD:topic');
    await refused(':pr-17', 'HEAD:topic');
    await refused('+HEAD', 'HEAD:topic');
    await refused('HEAD:+pr-17', 'is not that of the pull request');
    await refused('nowhere', 'There is no commit "nowhere"', 'without one it is HEAD');
    await refused('HEAD:', 'HEAD:topic');
  }));

test('replaces a head that the user has named, and no other', () =>
  onPublishStage(async (stage) => {
    const { checkout, other, headOf } = stage;
    const { folder } = checkout;
    const start = (await headOf(BRANCH)) ?? '';
    const somebody = await other();
    const pushed = await somebody.commit('b.txt', 'theirs');
    await somebody.git('push', '--quiet', 'origin', 'HEAD:pr-17');
    expect(pushed).not.toBe(start);

    const mine = await checkout.commit('a.txt', 'mine');
    const says = [
      `The branch "pr-17" of acme/widgets#17 is at ${pushed.slice(0, 12)}`,
      'Nothing was pushed; the commits are still in this checkout. Fetch "pr-17", rebase on it or merge it, then push again',
      `--force-with-lease=${pushed}`,
    ];
    const refused = { status: 75, error: 'head_moved', head: pushed, says };
    await expectUnpublished(stage, await pushFrom(stage, folder), refused);
    // What was fetched last is not what is there.
    await expectUnpublished(stage, await pushFrom(stage, folder, ['--force-with-lease']), refused);
    await expectUnpublished(stage, await pushFrom(stage, folder, [`--force-with-lease=${start}`]), refused);
    const unknown = await pushFrom(stage, folder, ['--force-with-lease=nothing']);
    const advice = { status: 64, error: 'invalid_input', head: pushed, says: ['full id of the commit'] };
    await expectUnpublished(stage, unknown, advice);

    const named = await pushFrom(stage, folder, [`--force-with-lease=${pushed}`]);
    await expectPublished(stage, named, { from: pushed, to: mine });
    await checkout.git('fetch', '--quiet', 'origin');
    await checkout.git('commit', '--quiet', '--amend', '--message', 'Another');
    const amended = await checkout.git('rev-parse', 'HEAD');
    const fetched = await pushFrom(stage, folder, ['--force-with-lease']);
    await expectPublished(stage, fetched, { from: mine, to: amended });
  }));

test('a branch that is gone is not made anew', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    await checkout.commit('a.txt', 'a');
    await repository.deleteBranch('pr-17');
    const pushed = await pushFrom(stage, checkout.folder);
    const says = [
      'is gone, and is not made anew',
      'Restore the branch on the page of the pull request, then push again',
    ];
    await expectUnpublished(stage, pushed, { status: 75, error: 'head_moved', head: null, says });
  }));

test('an action step publishes from the workspace, or from a folder of it', () =>
  onPublishStage(
    async (stage) => {
      const { checkout, job, headOf, record, repository } = stage;
      const from = await headOf(BRANCH);
      const to = await checkout.commit('a.txt', 'a');
      const before = await fingerprint(checkout.folder);
      const step = async (inputs: Readonly<Record<string, string>> = {}) =>
        job.uses({
          with: { command: 'push', ...inputs },
          env: { GITHUB_WORKSPACE: checkout.folder, GIT_CONFIG_NOSYSTEM: '1' },
        });
      const published = await step();
      expect(published.exitCode).toBe(0);
      expect(published.outputs).toMatchObject({ status: 'published', owned: 'true', error: '' });
      expect(published.outputs).toMatchObject({ 'published-sha': to, 'published-from': from });
      expect(await fingerprint(checkout.folder)).toEqual(before);
      expect(lastEvent(await record())).toMatchObject({ type: 'publish', from, to, ref: BRANCH });

      await checkout.git('clone', '--quiet', '--branch', 'pr-17', repository.cloneUrl, 'in here');
      await checkout.git('-C', 'in here', 'commit', '--quiet', '--allow-empty', '--message', 'Below');
      const below = await checkout.git('-C', 'in here', 'rev-parse', 'HEAD');
      const inside = await step({ 'working-directory': 'in here', ref: 'HEAD:pr-17' });
      expect(inside.outputs).toMatchObject({ status: 'published', 'published-sha': below, 'published-from': to });
      expect(await headOf(BRANCH)).toBe(below);

      const nowhere = await step({ 'working-directory': 'not-there' });
      expect(nowhere.exitCode).toBe(1);
      expect(nowhere.outputs).toMatchObject({ error: 'invalid_input', owned: 'false', 'published-sha': '' });
      const missing = await step({ ref: 'no-such-branch' });
      expect(missing.outputs['message']).toContain('There is no commit "no-such-branch"');
      const again = await step();
      expect(again.outputs).toMatchObject({ error: 'head_moved', owned: 'false' });
      expect(await headOf(BRANCH)).toBe(below);
    },
    {},
    inProcess,
  ));
