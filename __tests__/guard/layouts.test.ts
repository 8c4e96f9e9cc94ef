import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.create();
});
afterEach(() => stage.remove());

/** Pushes are let go and refused as the command says, in all of these folders, whatever else is true of them. */
async function isGuarded(...folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    await stage.git(['fetch', '--quiet', 'origin'], folder);
    await stage.git(['reset', '--quiet', '--soft', 'origin/main'], folder);
    await stage.verdict(0);
    expect(await stage.push(folder)).toMatchObject({ arrived: true });
    await stage.verdict(75);
    expect(await stage.push(folder)).toMatchObject({ arrived: false });
  }
}

describe('a linked worktree', () => {
  let linked: string;
  beforeEach(async () => {
    linked = join(stage.root, 'linked');
    await stage.git(['worktree', 'add', '--quiet', '-b', 'side', linked]);
  });

  test('shares its hooks with the others', async () => {
    await stage.hook(join(stage.work, '.git', 'hooks', 'pre-push'));
    const before = await filesIn(join(stage.work, '.git', 'hooks'));
    expect(await stage.install(linked)).toMatchObject({
      gitDir: join(stage.work, '.git', 'worktrees', 'linked'),
      hook: join(stage.work, '.git', 'hooks', 'pre-push'),
    });
    await isGuarded(linked, stage.work);
    expect(await stage.lines('log')).toHaveLength(2);
    await stage.uninstall(stage.work);
    expect(await filesIn(join(stage.work, '.git', 'hooks'))).toEqual(before);
  });

  test('a relative path of hooks means its own top', async () => {
    await stage.git(['config', 'core.hooksPath', '.githooks']);
    await stage.hook(join(linked, '.githooks', 'pre-push'));
    expect(await stage.install(linked)).toMatchObject({
      hook: join(stage.work, '.git', 'runner-coord-hooks', 'pre-push'),
      kept: join(linked, '.githooks', 'pre-push'),
    });
    await isGuarded(stage.work, linked);
    expect(await stage.lines('log')).toEqual([expect.stringContaining('.githooks/pre-push')]);
    expect(await stage.uninstall(linked)).toMatchObject({ kind: 'removed' });
    expect(await stage.git(['config', '--get-all', 'core.hooksPath'])).toBe('.githooks');
  });

  test('with a path of hooks in its own configuration', async () => {
    await stage.git(['config', 'extensions.worktreeConfig', 'true']);
    await stage.git(['config', '--worktree', 'core.hooksPath', join(stage.root, 'other')], linked);
    await stage.hook(join(stage.root, 'other', 'pre-push'));
    const own = join(stage.work, '.git', 'worktrees', 'linked', 'runner-coord-hooks', 'pre-push');
    expect(await stage.install(linked)).toMatchObject({ hook: own });
    expect(await stage.install(linked)).toMatchObject({ hook: own });
    await isGuarded(linked);
    expect(await stage.lines('log')).toHaveLength(1);
    expect(await stage.uninstall(linked)).toMatchObject({ kind: 'removed', hook: own });
    expect(await stage.git(['config', '--get-all', 'core.hooksPath'], linked)).toBe(join(stage.root, 'other'));
    expect(await stage.push(linked)).toMatchObject({ arrived: true });
    expect(await stage.uninstall(linked)).toMatchObject({ kind: 'not_there' });
  });

  test('by hand it is removed from its own configuration too', async () => {
    await stage.git(['config', 'extensions.worktreeConfig', 'true']);
    await stage.git(['config', '--worktree', 'core.hooksPath', '.githooks'], linked);
    await stage.install(linked);
    await rename(stage.program, `${stage.program}.gone`);
    const { stderr } = await stage.push(linked);
    const [command = 'false'] = /^ {2}git config .+$/m.exec(stderr) ?? [];
    expect(await stage.run('/bin/sh', ['-c', command], linked)).toMatchObject({ status: 0 });
    expect(await stage.push(linked)).toMatchObject({ arrived: true });
  });
});

test('a submodule has hooks of its own', async () => {
  const inner = join(stage.root, 'inner');
  await stage.git(['clone', '--quiet', `file://${stage.remote}`, inner], stage.root);
  await stage.git(['submodule', '--quiet', 'add', `file://${stage.remote}`, 'sub dir']);
  const submodule = join(stage.work, 'sub dir');
  const answer = await stage.install(submodule);
  expect(answer).toMatchObject({
    gitDir: join(stage.work, '.git', 'modules', 'sub dir'),
    hook: join(stage.work, '.git', 'modules', 'sub dir', 'hooks', 'pre-push'),
  });
  await isGuarded(submodule);
  expect(await stage.git(['status', '--porcelain'], submodule)).toBe('');
  // The one around it is another repository.
  await stage.git(['fetch', '--quiet', 'origin']);
  await stage.git(['reset', '--quiet', '--soft', 'origin/main']);
  expect(await stage.push()).toMatchObject({ arrived: true });
  expect(await stage.uninstall(submodule)).toMatchObject({ kind: 'removed', hook: answer.hook });
});

test('a submodule with a path of hooks', async () => {
  await stage.git(['submodule', '--quiet', 'add', `file://${stage.remote}`, 'sub']);
  const submodule = join(stage.work, 'sub');
  await stage.git(['config', 'core.hooksPath', '.githooks'], submodule);
  await stage.hook(join(submodule, '.githooks', 'pre-push'));
  await stage.install(submodule);
  await isGuarded(submodule);
  expect(await stage.lines('log')).toHaveLength(1);
  await stage.uninstall(submodule);
  expect(await stage.git(['config', '--get-all', 'core.hooksPath'], submodule)).toBe('.githooks');
});

test('a bare repository', async () => {
  const bare = join(stage.root, 'bare.git');
  await stage.git(['clone', '--quiet', '--bare', `file://${stage.remote}`, bare], stage.root);
  await stage.hook(join(bare, 'own', 'pre-push'));
  await stage.git(['config', 'core.hooksPath', 'own'], bare);
  expect(await stage.install(bare)).toMatchObject({ gitDir: bare, kept: join(bare, 'own', 'pre-push') });
  expect(await stage.run('git', ['push', 'origin', 'main:side'], bare)).toMatchObject({ status: 0 });
  expect(await stage.lines('log')).toHaveLength(1);
  await stage.verdict(75);
  expect(await stage.run('git', ['push', 'origin', 'main:other'], bare)).toMatchObject({ status: 1 });
});

test('another repository in the environment is not meant', async () => {
  process.env['GIT_DIR'] = stage.remote;
  expect(await stage.install()).toMatchObject({ gitDir: join(stage.work, '.git') });
});

describe.each([`guard it's "a" $HOME %d `, 'guard-ünïcode 工 '])('in a folder named %j', (prefix) => {
  let odd: Stage;
  beforeEach(async () => {
    odd = await Stage.create(prefix);
  });
  afterEach(() => odd.remove());

  test.each([
    ['its own hooks', null],
    ['an absolute path of hooks', `team's hooks`],
  ])('with %s', async (_name, folder) => {
    const hooks = folder === null ? join(odd.work, '.git', 'hooks') : join(odd.root, folder);
    if (folder !== null) await odd.git(['config', 'core.hooksPath', hooks]);
    await mkdir(hooks, { recursive: true });
    await odd.hook(join(hooks, 'pre-push'));
    const before = await filesIn(hooks);
    await odd.install();
    expect(await odd.push()).toMatchObject({ arrived: true });
    expect(await odd.lines('log')).toHaveLength(1);
    await odd.verdict(75);
    expect(await odd.push()).toMatchObject({ arrived: false });
    expect(await odd.uninstall()).toMatchObject({ kind: 'removed', note: null });
    expect(await odd.push()).toMatchObject({ arrived: true });
    expect(await filesIn(hooks)).toEqual(before);
  });
});
