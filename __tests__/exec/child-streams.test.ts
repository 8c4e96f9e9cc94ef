import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stateOf, untilState } from './processes.js';
import { buildSupervisor, shell, supervise, type Built } from './supervised.js';

const onPosix = process.platform === 'win32' ? describe.skip : describe;
const GRACE_MS = 1_000;

let built: Built;
beforeAll(async () => (built = await buildSupervisor()));
afterAll(() => built.remove());

onPosix('input and output', () => {
  test('stdin is the child’s, to its end', async () => {
    const supervised = supervise(built, { command: 'cat', args: [], graceMs: GRACE_MS });
    supervised.stdin.write('one\n');
    await supervised.stdout.next('one');
    supervised.stdin.end('two\nthree');
    expect(await supervised.stdout.closed).toEqual(['two', 'three']);
    expect(await supervised.exited).toEqual({ status: 0, signal: null });
  });

  test('100,000 lines arrive whole and in order', async () => {
    const script = 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); echo "line $i of many"; done; exit 2';
    const { stdout, exited } = supervise(built, { ...shell(script), graceMs: GRACE_MS });
    const lines = await stdout.closed;
    expect(lines).toHaveLength(100_000);
    expect(lines.findIndex((line, index) => line !== `line ${String(index + 1)} of many`)).toBe(-1);
    expect(await exited).toEqual({ status: 2, signal: null });
  });

  const python = spawnSync('python3', ['-c', 'import pty']).status === 0;
  (python ? test : test.skip)('a terminal stays one (needs python3)', async () => {
    const pty = ['python3', '-c', 'import os, pty, sys; sys.exit(os.WEXITSTATUS(pty.spawn(sys.argv[1:])))'];
    const script = `
      exec 2>/dev/null
      trap 'echo resized' WINCH
      trap 'echo interrupted; exit 8' INT
      test -t 0 && test -t 1 && echo "a terminal"
      read -r line; echo "got <$line>"
      stty rows 41
      while :; do sleep 0.05; done`;
    const supervised = supervise(built, { ...shell(script), graceMs: GRACE_MS }, pty);
    await supervised.started;
    await supervised.stdout.next('a terminal');
    supervised.stdin.write('hello\n');
    await supervised.stdout.next('got <hello>');
    await supervised.stdout.next('resized');
    supervised.stdin.write('\x03');
    await supervised.stdout.next('interrupted');
    expect(await supervised.exited).toEqual({ status: 8, signal: null });
  });
});

onPosix('signals', () => {
  const SIGNALS = ['SIGUSR2', 'SIGWINCH', 'SIGHUP', 'SIGQUIT', 'SIGINT', 'SIGTERM', 'SIGCONT'] as const;

  test('reach the child, which decides what comes of them', async () => {
    const traps = SIGNALS.map((signal) => `trap 'echo ${signal}' ${signal.slice(3)}`).join('; ');
    const script = `exec 2>/dev/null; ${traps}; trap 'exit 9' USR1; echo $$; while :; do sleep 0.05; done`;
    const supervised = supervise(built, { ...shell(script), graceMs: GRACE_MS });
    const pid = Number(await supervised.stdout.next(''));
    await supervised.started;
    for (const signal of SIGNALS) {
      supervised.process.kill(signal);
      await supervised.stdout.next(signal);
    }
    process.kill(pid, 'SIGUSR1');
    expect(await supervised.exited).toEqual({ status: 9, signal: null });
    expect(await supervised.stdout.closed).toEqual([]);
  });

  test('reach what the child has started', async () => {
    const script = `exec 2>/dev/null; trap : USR2; sh -c "trap 'echo grandchild' USR2; echo ready; while :; do sleep 0.05; done" & wait; wait`;
    const supervised = supervise(built, { ...shell(script), graceMs: GRACE_MS });
    await supervised.started;
    await supervised.stdout.next('ready');
    supervised.process.kill('SIGUSR2');
    await supervised.stdout.next('grandchild');
    supervised.order({ end: 100 });
    await supervised.exited;
  });

  test('that end the child come back as its status', async () => {
    const supervised = supervise(built, { ...shell('echo ready; exec sleep 100'), graceMs: GRACE_MS });
    await supervised.started;
    await supervised.stdout.next('ready');
    supervised.process.kill('SIGHUP');
    expect(await supervised.ended).toEqual({ kind: 'ended', status: 129 });
    expect(await supervised.exited).toEqual({ status: 129, signal: null });
  });

  test('stop both and let both go on', async () => {
    const script = 'trap "echo goes on; exit 4" CONT; echo $$; while :; do sleep 0.05; done';
    const supervised = supervise(built, { ...shell(script), graceMs: GRACE_MS });
    const pid = Number(await supervised.stdout.next(''));
    await supervised.started;
    supervised.process.kill('SIGTSTP');
    await untilState(supervised.pid, /T/);
    expect(stateOf(pid)).toBe('T');
    supervised.process.kill('SIGCONT');
    await supervised.stdout.next('goes on');
    expect(await supervised.exited).toEqual({ status: 4, signal: null });
  });
});
