import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { BRANCH, onPublishStage, type PublishStage } from './stage.js';
import { expectPublished, pushFrom, type PushOptions } from './untouched.js';

/** What a user has set up for pushes of their own, and hooks that are none of a publication's business. */

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function publishes(stage: PublishStage, options: PushOptions = {}): Promise<void> {
  const { checkout } = stage;
  const from = await stage.headOf(BRANCH);
  const to = await checkout.commit('a.txt', `after ${from ?? ''}`);
  await expectPublished(stage, await pushFrom(stage, checkout.folder, [], options), { from, to });
}

/** Every hook that git knows of on this side of a push; each tells that it ran, and fails. */
const HOOKS = [
  ...['pre-push', 'pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit', 'post-checkout', 'post-rewrite'],
  ...['reference-transaction', 'post-index-change', 'fsmonitor-watchman', 'pre-auto-gc', 'push-to-checkout', 'update'],
];

async function plantHooks(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of HOOKS) {
    const text = `#!/bin/sh\necho ${name} >> '${join(root, 'ran')}'\nexit 1\n`;
    await writeFile(join(folder, name), text, { mode: 0o755 });
  }
}

test('no hook of the checkout runs, wherever it lies', () =>
  onPublishStage(async (stage) => {
    const { checkout } = stage;
    await plantHooks(join(checkout.folder, '.git', 'hooks'));
    await publishes(stage);
    await plantHooks(join(checkout.folder, '.husky'));
    await checkout.git('config', 'core.hooksPath', '.husky');
    await publishes(stage);
    const global = join(root, 'global.config');
    await plantHooks(join(root, 'hooks'));
    await writeFile(global, `[core]\n\thooksPath = ${join(root, 'hooks')}\n[init]\n\ttemplateDir = ${root}\n`);
    await publishes(stage, { env: { GIT_CONFIG_GLOBAL: global, GIT_TEMPLATE_DIR: root }, beside: [root] });
    // An alias hands on what its git was told.
    await publishes(stage, { env: { GIT_CONFIG_PARAMETERS: `'core.hookspath=${join(root, 'hooks')}'` } });
    expect(await readdir(root)).not.toContain('ran');
  }));

test('the guard of the checkout is not asked, and stays', () =>
  onPublishStage(async (stage) => {
    const { checkout, job } = stage;
    const installed = await job.run(['runner-coord', 'guard', 'install'], { cwd: checkout.folder });
    expect(installed.status).toBe(0);
    await publishes(stage);
    expect(await readdir(join(checkout.folder, '.git', 'hooks'))).toContain('pre-push');
  }));

test('what a user prefers for pushes, fetches and new repositories changes nothing', () =>
  onPublishStage(async (stage) => {
    const { checkout, repository } = stage;
    const global = join(root, 'global.config');
    await writeFile(
      global,
      `[push]
	followTags = true
	gpgSign = true
	default = nothing
	recurseSubmodules = check
	useForceIfIncludes = true
	negotiate = true
	pushOption = ci.skip
	autoSetupRemote = true
[fetch]
	prune = true
	pruneTags = true
	writeCommitGraph = true
	fsckObjects = true
	recurseSubmodules = true
	all = true
[transfer]
	fsckObjects = true
	credentialsInUrl = die
[remote "origin"]
	mirror = true
[init]
	defaultBranch = trunk
	defaultRefFormat = reftable
	defaultObjectFormat = sha256
[commit]
	gpgSign = true
[core]
	quotePath = true
	logAllRefUpdates = always
	abbrev = 4
	fsmonitor = ${join(root, 'monitor')}
	pager = false
[color]
	ui = always
[gc]
	auto = 1
[safe]
	directory = *
[i18n]
	commitEncoding = ISO-8859-1
[diff]
	noprefix = true
	renames = copies
[protocol]
	version = 0
[alias]
	push = !false
	fetch = !false
`,
    );
    await checkout.git('tag', '--annotate', '--message', 'Mine', 'mine');
    await repository.createBranch('other', (await repository.head('main')) ?? '');
    const env = { GIT_CONFIG_GLOBAL: global };
    const refs = Object.keys(Object.fromEntries(await repository.snapshot()));
    await publishes(stage, { env });
    await publishes(stage, { env: { ...env, GIT_DEFAULT_HASH: 'sha256', GIT_DEFAULT_REF_FORMAT: 'reftable' } });
    // Nothing but the two branches was pushed.
    expect(Object.keys(Object.fromEntries(await repository.snapshot()))).toEqual(refs);
    expect(await repository.readFile('pr-17', 'a.txt')).toContain('after');

    // A configuration of its own that git for the checkout reads by a condition.
    await appendFile(
      join(checkout.folder, '.git', 'config'),
      `[remote "origin"]\n\tmirror = true\n[push]\n\tdefault = matching\n`,
    );
    await publishes(stage);
    expect(Object.keys(Object.fromEntries(await repository.snapshot()))).toEqual(refs);
  }));
