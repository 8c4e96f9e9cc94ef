import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, Stage } from './stage.js';

/** Somebody was at work between an install and what comes after it. */

let stage: Stage;
let hooks: string;
let hook: string;
let kept: string;
let own: string;
beforeEach(async () => {
  stage = await Stage.create();
  hooks = join(stage.work, '.git', 'hooks');
  hook = join(hooks, 'pre-push');
  kept = `${hook}.before-runner-coord`;
  own = join(stage.work, '.git', 'runner-coord-hooks');
});
afterEach(() => stage.remove());

const logged = async (): Promise<readonly string[]> =>
  (await stage.lines('log')).map((line) => line.split(' ')[0] ?? '');

describe('the guard was replaced by another hook', () => {
  let theirs: string;
  beforeEach(async () => {
    await stage.hook(hook);
    await stage.install();
    await rm(hook);
    theirs = await stage.hook(hook, 0, 0o775);
    await appendFile(hook, '# theirs\n');
  });

  test('removal leaves both, and says so', async () => {
    const before = await filesIn(hooks);
    const note = `${hook} is not the guard's and was left as it is; the hook from before the guard is still in ${kept}.`;
    expect(await stage.uninstall()).toMatchObject({ kind: 'not_there', kept: null, note });
    expect(await filesIn(hooks)).toEqual(before);
  });

  test('a new install runs theirs after the guard, and moves the older one out of the way', async () => {
    const older = await readFile(kept, 'utf8');
    expect(await stage.install()).toMatchObject({ kept, note: `An older pre-push hook was moved to ${kept}.older.` });
    expect(await readFile(`${kept}.older`, 'utf8')).toBe(older);
    expect((await stage.push()).arrived).toBe(true);
    expect(await logged()).toEqual(['.git/hooks/pre-push.before-runner-coord']);
    await stage.uninstall();
    expect(await readFile(hook, 'utf8')).toBe(`${theirs}# theirs\n`);
  });

  test('and with nothing kept it is no business of ours', async () => {
    await rm(kept);
    expect(await stage.uninstall()).toMatchObject({ kind: 'not_there', note: null });
    expect(await readFile(hook, 'utf8')).toBe(`${theirs}# theirs\n`);
  });
});

describe('the guard was edited', () => {
  let edited: string;
  beforeEach(async () => {
    await stage.hook(hook);
    await stage.install(stage.work, { EXTRA: 'stale' });
    await appendFile(hook, 'echo mine >&2\n');
    edited = await readFile(hook, 'utf8');
  });

  test('removal puts it aside and restores what was there', async () => {
    const { kind, note } = await stage.uninstall();
    expect({ kind, note }).toEqual({
      kind: 'removed',
      note: `${hook} had been edited by hand: what it was is in ${hook}.edited-by-hand, and does not run.`,
    });
    expect(await readFile(`${hook}.edited-by-hand`, 'utf8')).toBe(edited);
    expect((await stage.push()).arrived).toBe(true);
    expect(await logged()).toEqual(['.git/hooks/pre-push']);
    expect(await stage.calls()).toEqual([]);
  });

  test('an install puts it aside, each time under another name, and never runs it', async () => {
    expect(await stage.install()).toMatchObject({ kept, note: expect.stringContaining('edited-by-hand') as unknown });
    await appendFile(hook, 'echo more >&2\n');
    expect(await stage.install()).toMatchObject({ note: expect.stringContaining('edited-by-hand.1') as unknown });
    expect(await readFile(`${hook}.edited-by-hand`, 'utf8')).toBe(edited);
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.calls()).toEqual([expect.objectContaining({ extra: null })]);
    expect(await logged()).toHaveLength(1);
  });
});

describe('the guard was deleted', () => {
  beforeEach(async () => {
    await stage.hook(hook);
    await stage.install();
    await rm(hook);
  });

  test('removal brings back the hook that was kept', async () => {
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', kept: hook });
    expect((await stage.push()).arrived).toBe(true);
    expect(await logged()).toEqual(['.git/hooks/pre-push']);
  });

  test('an install runs it again', async () => {
    expect(await stage.install()).toMatchObject({ kind: 'installed', kept });
    expect((await stage.push()).arrived).toBe(true);
    expect(await logged()).toHaveLength(1);
  });
});

describe('hooks were led elsewhere after the guard stood in the own hooks of the repository', () => {
  test.each([['.githooks'], ['.git/hooks'], ['.git/hooks/']])('to %s: no guard runs after the guard', async (path) => {
    await stage.hook(hook);
    const before = await filesIn(hooks);
    await stage.install(stage.work, { EXTRA: 'stale' });
    await stage.hook(join(stage.work, '.githooks', 'pre-push'));
    await stage.git(['config', 'core.hooksPath', path]);
    expect(await stage.install()).toMatchObject({
      hook: join(own, 'pre-push'),
      kept: join(stage.work, path, 'pre-push'),
    });
    expect(await filesIn(hooks)).toEqual(before);
    expect((await stage.push()).arrived).toBe(true);
    expect(await stage.calls()).toEqual([expect.objectContaining({ extra: null })]);
    expect(await logged()).toEqual([join(path, 'pre-push')]);
    await stage.uninstall();
    expect(await filesIn(hooks)).toEqual(before);
  });

  test('removal finds it all the same', async () => {
    await stage.install();
    await stage.git(['config', 'core.hooksPath', '.githooks']);
    expect(await stage.uninstall()).toMatchObject({ kind: 'removed', hook });
    expect(Object.keys(await filesIn(hooks))).not.toContain('pre-push');
  });
});
