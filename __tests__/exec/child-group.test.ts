import { spawn, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { groupRuns, signalGroup } from '../../src/command-line/exec/group.js';
import { linesOf } from './reports.js';
import { buildSupervisor, type Built } from './supervised.js';

const onPosix = process.platform === 'win32' ? describe.skip : describe;
const onLinux = process.platform === 'linux' ? test : test.skip;

/** Larger than any process id of Linux and macOS. */
const NOBODYS = 2 ** 22 + 1;

let built: Built;
beforeAll(async () => (built = await buildSupervisor()));
afterAll(() => built.remove());

onPosix('a process group', () => {
  test('that is nobody’s is gone', () => {
    expect(signalGroup(NOBODYS, 'SIGTERM')).toBe('gone');
    expect(groupRuns(NOBODYS)).toBe(false);
  });

  test.each([-5, 0, 1, 2.5, Number.NaN])('is never %d: that would be others than the child’s', (group) => {
    expect(() => signalGroup(group, 'SIGTERM')).toThrow('no process group of a child');
  });

  test('does not take what is no signal', () => {
    expect(() => signalGroup(NOBODYS, 'SIGNONE' as NodeJS.Signals)).toThrow(/SIGNONE/);
  });

  onLinux('does not run any more when nobody has waited for its last process', async () => {
    // Job control gives the background process a group; `exec` makes its parent one that waits for nobody, after which
    // it may end.
    const ends = 'while grep -q bash /proc/$PPID/comm; do sleep 0.02; done; echo $$';
    const script = `set -m; sh -c '${ends}' & exec sleep 100`;
    const parent = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const group = Number(await linesOf(parent.stdout).next(''));
      const deadline = performance.now() + 5_000;
      while (groupRuns(group) && performance.now() < deadline);
      expect(groupRuns(group)).toBe(false);
      expect(signalGroup(group, 0)).toBe('sent');
    } finally {
      parent.kill('SIGKILL');
    }
  });

  // Only root may become somebody else.
  const asRoot = process.getuid?.() === 0 ? test : test.skip;
  asRoot('of another user cannot be ended, and that is said (needs root)', () => {
    const other = spawn('sleep', ['100'], { detached: true, stdio: 'ignore' });
    try {
      const script = `
        import { endGroup } from ${JSON.stringify(`${built.folder}/src/command-line/exec/end-group.js`)};
        console.log(await endGroup(${String(other.pid)}, 100));`;
      const { stdout, stderr } = spawnSync(built.node, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
        cwd: '/',
        uid: 65_534,
        gid: 65_534,
        env: { PATH: process.env['PATH'] },
      });
      expect(stderr).toBe('');
      expect(stdout).toBe('not_permitted\n');
    } finally {
      other.kill('SIGKILL');
    }
  });
});
