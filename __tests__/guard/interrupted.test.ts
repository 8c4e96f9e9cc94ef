import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as childProcess from 'node:child_process';
import * as files from 'node:fs/promises';
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { filesIn, Stage } from './stage.js';

/**
 * The process dies before each of its steps in turn: each change of a file, and each git that changes the configuration.
 * Whatever is there then, a push is guarded or runs the hook from before; and what comes next completes or undoes it.
 */

class Died extends Error {}

let stepsLeft = Infinity;
function step(): void {
  if (stepsLeft <= 0) throw new Died('died here');
  stepsLeft -= 1;
}

type Anything = (...args: unknown[]) => unknown;
const CHANGES = ['writeFile', 'chmod', 'copyFile', 'symlink', 'rename', 'rm', 'rmdir', 'mkdir'] as const;
const mortal =
  (change: Anything): Anything =>
  async (...args) => {
    step();
    return await change(...args);
  };
const changes = CHANGES.map((name) => [name, mortal(files[name] as Anything)] as const);
jest.unstable_mockModule('node:fs/promises', () => ({ ...files, ...Object.fromEntries(changes) }));

const execFile = childProcess.execFile as Anything;
const mortalExecFile: Anything = (program, args, ...more) => {
  if (/--(add|unset)/.test(String(args))) step();
  return execFile(program, args, ...more);
};
jest.unstable_mockModule('node:child_process', () => ({ ...childProcess, execFile: mortalExecFile }));

const { installGuard, removeGuard } = await import('../../src/guard/guard.js');

let stage: Stage;
let command: readonly string[];
let pristine: string;
beforeEach(async () => {
  stage = await Stage.create();
  const program = join(stage.root, 'owner.sh');
  await writeFile(program, `echo "$1" >>'${join(stage.root, 'asked')}'`);
  command = ['/bin/sh', program];
  pristine = join(stage.root, 'pristine');
});
afterEach(() => stage.remove());

/** Runs what is given, and says whether it came to its end before it died. */
async function survives(steps: number, work: () => Promise<unknown>): Promise<boolean> {
  stepsLeft = steps;
  try {
    expect(await work()).not.toMatchObject({ kind: 'refused' });
    return true;
  } catch (error) {
    if (error instanceof Died) return false;
    throw error;
  } finally {
    stepsLeft = Infinity;
  }
}

/** Every step of an install, but few of the many that write one forwarder like the other. */
const after = (steps: number): number => (steps > 8 && steps < 46 ? steps + 6 : steps + 1);

/** Which guard was asked, and how often the hook from before ran, on a push. */
async function seenByPush(): Promise<{ readonly asked: readonly string[]; readonly hooks: number }> {
  await Promise.all(['asked', 'log'].map((name) => rm(join(stage.root, name), { force: true })));
  const pushed = await stage.run('git', ['push', '--dry-run', 'origin', 'HEAD:main']);
  expect(pushed).toMatchObject({ status: 0 });
  return { asked: await stage.lines('asked'), hooks: (await stage.lines('log')).length };
}

const before = { asked: [], hooks: 1 };
const guardedBy = (name: string): unknown => ({ asked: [name], hooks: 1 });

describe.each([
  ['in the own hooks of the repository', '.git/hooks', null],
  ['as a link among them', '.git/hooks', 'link'],
  ['in a folder of its own', '.githooks', null],
] as const)('%s', (_name, folder, kind) => {
  async function reset(): Promise<void> {
    await rm(stage.work, { recursive: true });
    await cp(pristine, stage.work, { recursive: true, verbatimSymlinks: true });
  }

  beforeEach(async () => {
    const hook = join(stage.work, folder, 'pre-push');
    if (folder === '.githooks') await stage.git(['config', 'core.hooksPath', folder]);
    if (kind === 'link') await files.symlink(join(stage.root, 'hook'), hook);
    await stage.hook(kind === 'link' ? join(stage.root, 'hook') : hook);
    await stage.commit();
    await cp(stage.work, pristine, { recursive: true, verbatimSymlinks: true });
  });

  test('while it installs', async () => {
    const whole = await filesIn(stage.work);
    let steps = 0;
    while (!(await survives(steps, () => installGuard(stage.work, [...command, 'new'])))) {
      expect([before, guardedBy('new')]).toContainEqual(await seenByPush());
      // Alternately: it is done again, or given up.
      if (steps % 2 === 0) {
        expect(await survives(Infinity, () => installGuard(stage.work, [...command, 'again']))).toBe(true);
        expect(await seenByPush()).toEqual(guardedBy('again'));
      }
      await removeGuard(stage.work);
      expect(await filesIn(stage.work)).toEqual(whole);
      await reset();
      steps = after(steps);
    }
    expect(await seenByPush()).toEqual(guardedBy('new'));
    expect(steps).toBeGreaterThan(5);
  });

  test('while it installs over an earlier one', async () => {
    let steps = 0;
    for (let done = false; !done; steps = after(steps)) {
      await reset();
      await installGuard(stage.work, [...command, 'old']);
      done = await survives(steps, () => installGuard(stage.work, [...command, 'new']));
      expect([guardedBy('old'), guardedBy('new')]).toContainEqual(await seenByPush());
    }
    expect(await seenByPush()).toEqual(guardedBy('new'));
    expect(steps).toBeGreaterThan(2);
  });

  test('while it removes', async () => {
    const whole = await filesIn(stage.work);
    let steps = 0;
    for (let done = false; !done; steps += 1) {
      await reset();
      await installGuard(stage.work, [...command, 'old']);
      done = await survives(steps, () => removeGuard(stage.work));
      expect([guardedBy('old'), before]).toContainEqual(await seenByPush());
      await removeGuard(stage.work);
      expect(await filesIn(stage.work)).toEqual(whole);
    }
    expect(steps).toBeGreaterThan(1);
  });
});
