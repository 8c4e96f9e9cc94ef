import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, Stage } from './stage.js';

let stage: Stage;
let hooks: string;
let hook: string;
let kept: string;
beforeEach(async () => {
  stage = await Stage.create();
  hooks = join(stage.work, '.git', 'hooks');
  hook = join(hooks, 'pre-push');
  kept = `${hook}.before-runner-coord`;
});
afterEach(() => stage.remove());

describe('where no hook was', () => {
  test('an owner may push, and the command is asked', async () => {
    expect(await stage.install()).toEqual({
      kind: 'installed',
      gitDir: join(stage.work, '.git'),
      hook,
      kept: null,
      note: null,
    });
    const { arrived, stdout, stderr } = await stage.push(stage.work, ['--porcelain']);
    expect(arrived).toBe(true);
    // Stdout is for programs that read what became of the refs.
    expect(stdout).not.toContain('said to programs');
    expect(stderr).toContain('said to programs');
    expect(await stage.calls()).toEqual([{ args: ['assert', '--guard'], stdin: '', extra: null }]);
  });

  test('anybody else may not, and is told', async () => {
    await stage.install();
    await stage.verdict(75);
    const { arrived, status, stderr } = await stage.push();
    expect({ arrived, status }).toEqual({ arrived: false, status: 1 });
    expect(stderr).toContain('owned by run 2002\n');
    const ours = stderr.split('\n').filter((line) => line.startsWith('runner-coord: '));
    expect(ours).toEqual([
      'runner-coord: the push was refused by the guard, whose check ended with status 75 (see above). Nothing was sent.',
    ]);
  });

  test('what cannot be known is a no', async () => {
    await stage.install();
    await stage.verdict(69);
    expect((await stage.push()).arrived).toBe(false);
  });

  test('--no-verify goes around it', async () => {
    await stage.install();
    await stage.verdict(75);
    expect((await stage.push(stage.work, ['--no-verify'])).arrived).toBe(true);
    expect(await stage.calls()).toEqual([]);
  });

  test('nothing is left of it', async () => {
    const before = await filesIn(join(stage.work, '.git'));
    await stage.install();
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', hook, kept: null, note: null });
    expect(await filesIn(join(stage.work, '.git'))).toEqual(before);
    expect(await stage.uninstall()).toMatchObject({ kind: 'not_there', hook, kept: null, note: null });
  });

  test('the folder of hooks is made', async () => {
    await rm(hooks, { recursive: true });
    await stage.install();
    await stage.verdict(75);
    expect((await stage.push()).arrived).toBe(false);
  });

  test('variables reach the command, from any folder of the checkout', async () => {
    const folder = join(stage.work, 'a', 'b');
    await mkdir(folder, { recursive: true });
    await stage.install(folder, { EXTRA: `it's "$HOME"` });
    expect((await stage.push(folder)).arrived).toBe(true);
    expect(await stage.calls()).toEqual([expect.objectContaining({ extra: `it's "$HOME"` })]);
  });
});

describe('where a hook was', () => {
  test('it runs after the guard, with its arguments and stdin, and its status counts', async () => {
    const text = await stage.hook(hook, 3);
    expect(await stage.install()).toMatchObject({ kind: 'installed', hook, kept });
    const refused = await stage.push();
    const url = `file://${stage.remote}`;
    const [head, before] = [await stage.git(['rev-parse', 'HEAD']), await stage.git(['rev-parse', 'HEAD~1'])];
    expect(await stage.lines('log')).toEqual([
      `.git/hooks/pre-push.before-runner-coord <origin> <${url}> HEAD ${head} refs/heads/main ${before}`,
    ]);
    expect(refused.arrived).toBe(false);
    expect(refused.stderr).not.toContain('runner-coord: the push was refused');
    expect(await stage.calls()).toEqual([expect.objectContaining({ stdin: '' })]);
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', hook, kept: hook });
    expect(await readFile(hook, 'utf8')).toBe(text);
  });

  test('it does not run when the guard refuses', async () => {
    await stage.hook(hook);
    await stage.install();
    await stage.verdict(75);
    expect((await stage.push()).arrived).toBe(false);
    expect(await stage.lines('log')).toEqual([]);
  });

  test('installed twice, the new command alone is asked, once, and the hook runs once', async () => {
    await stage.hook(hook);
    const before = await filesIn(hooks);
    await stage.install(stage.work, { EXTRA: 'first' });
    const once = await filesIn(hooks);
    expect(await stage.install(stage.work, { EXTRA: 'second' })).toMatchObject({ kept, note: null });
    expect(Object.keys(await filesIn(hooks))).toEqual(Object.keys(once));
    expect((await stage.push()).arrived).toBe(true);
    expect((await stage.calls()).map(({ extra }) => extra)).toEqual(['second']);
    expect(await stage.lines('log')).toHaveLength(1);
    await stage.uninstall();
    expect(await filesIn(hooks)).toEqual(before);
  });

  test('one that is not executable does not run, and is put back as it was', async () => {
    await stage.hook(hook, 1, 0o644);
    const before = await filesIn(hooks);
    expect(await stage.install()).toMatchObject({ kind: 'installed', kept: null });
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toEqual([]);
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', kept: null });
    expect(await filesIn(hooks)).toEqual(before);
  });

  test('a link stays a link, and what it leads to stays untouched', async () => {
    const target = join(stage.work, 'tools', 'check');
    const text = await stage.hook(target);
    await symlink('../../tools/check', hook);
    const before = await filesIn(hooks);
    await stage.install();
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toHaveLength(1);
    expect(await readFile(target, 'utf8')).toBe(text);
    await stage.uninstall();
    expect(await filesIn(hooks)).toEqual(before);
  });

  test('a script without an interpreter runs as git would run it', async () => {
    await writeFile(hook, `echo ran >'${join(stage.root, 'log')}'\n`);
    await chmod(hook, 0o755);
    await stage.install();
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.lines('log')).toEqual(['ran']);
  });
});
