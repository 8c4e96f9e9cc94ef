import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startChild } from '../../src/command-line/exec/child.js';
import { processes, stateOf, untilState } from './processes.js';
import { buildSupervisor, shell, supervise, type Built, type Supervised } from './supervised.js';
import type { Supervision } from './supervisor.js';

const onPosix = process.platform === 'win32' ? describe.skip : describe;
const onLinux = process.platform === 'linux' ? test : test.skip;

let built: Built;
beforeAll(async () => (built = await buildSupervisor()));
afterAll(() => built.remove());

const GRACE_MS = 1_000;

/** A child that says that it was asked to end, and a grandchild that does not want to. */
const FAMILY = shell(`exec 2>/dev/null
  trap 'echo asked; exit 1' TERM
  sh -c "trap '' TERM; echo stubborn; exec sleep 100" &
  while :; do sleep 0.05; done
`);

/** Everybody who holds the supervisor's stdout is gone within the grace and two seconds, and a little more if they have to be found first. */
async function expectEnded({ stdout }: Supervised, killedAt: number, extraMs = 0): Promise<void> {
  await stdout.next('asked');
  expect(await stdout.closed).toEqual([]);
  const ms = performance.now() - killedAt;
  expect(ms).toBeGreaterThanOrEqual(GRACE_MS - 50);
  expect(ms).toBeLessThan(GRACE_MS + 2_000 + extraMs);
}

function watchdogsOf({ pid }: Supervised): readonly number[] {
  return processes().flatMap((row) =>
    row.parent === pid && row.line.includes('runner-coord-watchdog') ? [row.pid] : [],
  );
}

async function startedFamily(supervision: Pick<Supervision, 'shell' | 'stays'> = {}): Promise<Supervised> {
  const supervised = supervise(built, { ...FAMILY, graceMs: GRACE_MS, ...supervision });
  await supervised.started;
  await supervised.stdout.next('stubborn');
  return supervised;
}

onPosix('the group of a supervisor that is gone', () => {
  test('is ended when it was killed', async () => {
    const supervised = await startedFamily();
    const [watchdog = 0] = watchdogsOf(supervised);
    supervised.process.kill('SIGKILL');
    await expectEnded(supervised, performance.now());
    expect(await supervised.exited).toEqual({ status: null, signal: 'SIGKILL' });
    await untilState(watchdog, /gone/);
  });

  test('is ended when it left without a word', async () => {
    const supervised = await startedFamily();
    supervised.order({ exit: true });
    await supervised.exited;
    await expectEnded(supervised, performance.now());
  });

  test('is ended when it was killed while it was ending it', async () => {
    const supervised = await startedFamily();
    supervised.order({ end: 60_000 });
    // The child has ended by it, the grandchild has not.
    expect(await supervised.ended).toEqual({ kind: 'ended', status: 1 });
    supervised.process.kill('SIGKILL');
    const killedAt = performance.now();
    // The watchdog asks once more, whoever asked before.
    expect((await supervised.stdout.closed).filter((line) => line !== 'asked')).toEqual([]);
    expect(performance.now() - killedAt).toBeLessThan(GRACE_MS + 2_000);
  });

  test('is ended when it is stopped', async () => {
    const supervised = supervise(built, { ...shell('echo $$; exec sleep 100'), graceMs: 6_000 });
    const pid = Number(await supervised.stdout.next(''));
    process.kill(pid, 'SIGSTOP');
    await untilState(pid, /T/);
    supervised.process.kill('SIGKILL');
    const killedAt = performance.now();
    await supervised.stdout.closed;
    // It went on, and ended by SIGTERM, well within a long grace.
    expect(performance.now() - killedAt).toBeLessThan(3_000);
  });

  test('is ended when it was killed as soon as the child was started', async () => {
    const supervised = supervise(built, { ...FAMILY, graceMs: GRACE_MS, killedAt: 'return to the caller' });
    await supervised.exited;
    const killedAt = performance.now();
    expect((await supervised.stdout.closed).filter((line) => line !== 'asked' && line !== 'stubborn')).toEqual([]);
    expect(performance.now() - killedAt).toBeLessThan(GRACE_MS + 2_000);
  });

  onLinux('is found and ended when it was killed before it could tell the watchdog whom to watch', async () => {
    const supervised = supervise(built, { ...FAMILY, graceMs: GRACE_MS, killedAt: 'start of the child' });
    await supervised.stdout.next('stubborn');
    await supervised.exited;
    await expectEnded(supervised, performance.now(), 1_500);
  });
});

onPosix('the watchdog', () => {
  test('leaves, and a background process stays, when the child has ended by itself', async () => {
    const background = `sh -c 'trap "echo still here; exit" USR1; echo $$; while :; do sleep 0.05; done' &`;
    const script = `${background} read -r line; exit 3`;
    const supervised = supervise(built, { ...shell(script), graceMs: GRACE_MS, stays: true });
    const pid = Number(await supervised.stdout.next(''));
    const [watchdog = 0, ...others] = watchdogsOf(supervised);
    expect(others).toEqual([]);
    expect(stateOf(watchdog)).toMatch(/[SR]/);
    supervised.stdin.write('go on\n');
    expect(await supervised.ended).toEqual({ kind: 'ended', status: 3 });
    await untilState(watchdog, /gone/);
    supervised.process.kill('SIGKILL');
    await supervised.exited;
    process.kill(pid, 'SIGUSR1');
    await supervised.stdout.next('still here');
    expect(await supervised.stdout.closed).toEqual([]);
  });

  test('leaves when the supervisor leaves with the child', async () => {
    const supervised = supervise(built, { ...shell('echo started; read -r line; exit 3'), graceMs: GRACE_MS });
    await supervised.stdout.next('started');
    const [watchdog = 0] = watchdogsOf(supervised);
    expect(stateOf(watchdog)).toMatch(/[SR]/);
    supervised.stdin.end('go on\n');
    expect(await supervised.exited).toEqual({ status: 3, signal: null });
    await untilState(watchdog, /gone/);
  });

  test('leaves after an end that was asked for', async () => {
    const supervised = await startedFamily({ stays: true });
    const [watchdog = 0] = watchdogsOf(supervised);
    expect(stateOf(watchdog)).toMatch(/[SR]/);
    supervised.order({ end: 300 });
    await untilState(watchdog, /gone/);
    expect(await supervised.ended).toEqual({ kind: 'ended', status: 1 });
    expect(stateOf(supervised.pid)).not.toBe('gone');
    supervised.process.kill('SIGKILL');
    await supervised.exited;
  });

  test('is not waited for', async () => {
    const supervised = supervise(built, { ...shell('echo started; read -r line; exit 3'), graceMs: GRACE_MS });
    await supervised.stdout.next('started');
    const [watchdog = 0] = watchdogsOf(supervised);
    process.kill(watchdog, 'SIGSTOP');
    supervised.stdin.end('go on\n');
    expect(await supervised.exited).toEqual({ status: 3, signal: null });
    process.kill(watchdog, 'SIGCONT');
    await untilState(watchdog, /gone/);
  });

  test('keeps nobody waiting who reads the output', async () => {
    const script = `trap '' TERM; echo started; exec sleep 100 >/dev/null 2>&1`;
    const supervised = supervise(built, { ...shell(script), graceMs: 3_000 });
    await supervised.stdout.next('started');
    const [watchdog = 0] = watchdogsOf(supervised);
    supervised.process.kill('SIGKILL');
    await supervised.stdout.closed;
    expect(stateOf(watchdog)).toMatch(/[SR]/);
    await untilState(watchdog, /gone/);
  });

  test('is missed when somebody ends it', async () => {
    const supervised = await startedFamily();
    for (const pid of watchdogsOf(supervised)) process.kill(pid, 'SIGKILL');
    expect(await supervised.warned).toBe(
      'The watchdog of the command was ended by somebody else, so the command goes on if runner-coord itself is killed. ' +
        'Then look for it and end it by hand.',
    );
    supervised.order({ end: 300 });
    expect(await supervised.exited).toEqual({ status: 1, signal: null });
  });

  test('is done without where there is no shell, and that is said', async () => {
    const warned: string[] = [];
    const child = startChild('/bin/sh', ['-c', 'exit 5'], {
      env: {},
      graceMs: GRACE_MS,
      warn: (problem) => void warned.push(problem),
      shell: '/no/such/sh',
    });
    expect(await child.ended).toEqual({ kind: 'ended', status: 5 });
    expect(warned).toEqual([
      expect.stringMatching(/^The watchdog of the command could not be started \(spawn \/no\/such\/sh ENOENT\)/),
    ]);
  });
});

onPosix('the script of the watchdog is understood as sh by', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'shells-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));

  for (const name of ['dash', 'bash', 'busybox', 'zsh', 'mksh']) {
    const path = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    const where = path === '' ? `${name} (not installed)` : name;

    async function linked(): Promise<string> {
      const link = join(folder, name, 'sh');
      await mkdir(join(folder, name), { recursive: true });
      await symlink(path, link).catch(() => undefined);
      return link;
    }

    (path === '' ? test.skip : test)(where, async () => {
      const supervised = await startedFamily({ shell: await linked() });
      supervised.process.kill('SIGKILL');
      await expectEnded(supervised, performance.now());
    });

    (path === '' ? test.skip : onLinux)(`${where}, which has to find the child`, async () => {
      const killed = { killedAt: 'start of the child', shell: await linked() } as const;
      const supervised = supervise(built, { ...FAMILY, graceMs: GRACE_MS, ...killed });
      await supervised.stdout.next('stubborn');
      await supervised.exited;
      await expectEnded(supervised, performance.now(), 1_500);
    });
  }
});
