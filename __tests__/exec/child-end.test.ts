import { describe, expect, test } from '@jest/globals';
import { startChild, type Child } from '../../src/command-line/exec/child.js';
import { stateOf, untilState } from './processes.js';
import { withReports, type Reports } from './reports.js';

const onPosix = process.platform === 'win32' ? describe.skip : describe;

/** Long enough to tell from none on a busy machine. */
const LONG_MS = 8_000;

/** `exec sleep` keeps descriptor 3, and what is ignored stays ignored. */
const STUBBORN = `trap '' TERM; echo "stubborn $$" >&3; exec sleep 100`;

/** Starts a script of /bin/sh with the reports open as descriptor 3, which all it starts inherit. */
function start({ path }: Reports, script: string): Child {
  return startChild('/bin/sh', ['-c', `exec 3>"$REPORTS" 2>/dev/null\n${script}`], {
    env: { PATH: process.env['PATH'], REPORTS: path, STUBBORN },
    graceMs: 1_000,
    warn: fail,
  });
}

function fail(problem: string): void {
  throw new Error(problem);
}

async function timed<T>(wait: () => Promise<T>): Promise<{ readonly value: T; readonly ms: number }> {
  const started = performance.now();
  const value = await wait();
  return { value, ms: performance.now() - started };
}

onPosix('ending a child', () => {
  test('asks it with SIGTERM, and waits no longer than it takes', () =>
    withReports(async (reports) => {
      const child = start(reports, `trap 'echo asked >&3; exit 7' TERM; echo ready >&3; while :; do sleep 0.05; done`);
      await reports.next('ready');
      const { value, ms } = await timed(() => child.end(LONG_MS));
      expect(value).toEqual({ kind: 'ended', status: 7 });
      expect(ms).toBeLessThan(LONG_MS / 2);
      expect(await child.ended).toBe(value);
      expect(await reports.closed).toEqual(['asked']);
    }));

  test('kills one that ignores SIGTERM after the grace, not before', () =>
    withReports(async (reports) => {
      const child = start(reports, STUBBORN);
      await reports.next('stubborn');
      const { value, ms } = await timed(() => child.end(700));
      expect(value).toEqual({ kind: 'ended', status: 137 });
      expect(ms).toBeGreaterThanOrEqual(700);
      expect(ms).toBeLessThan(4_000);
      await reports.closed;
    }));

  test('works on one that is stopped', () =>
    withReports(async (reports) => {
      const child = start(reports, `echo $$ >&3; kill -STOP $$; exec sleep 100`);
      const pid = Number(await reports.next(''));
      await untilState(pid, /T/);
      const { value, ms } = await timed(() => child.end(LONG_MS));
      expect(value).toEqual({ kind: 'ended', status: 143 });
      expect(ms).toBeLessThan(LONG_MS / 2);
    }));

  test('ends its children and theirs with it', () =>
    withReports(async (reports) => {
      const child = start(reports, `(sleep 100 & sleep 100 & wait) & (sh -c 'echo ready >&3; exec sleep 100') & wait`);
      await reports.next('ready');
      const { ms } = await timed(() => child.end(LONG_MS));
      expect(ms).toBeLessThan(LONG_MS / 2);
      expect(await reports.closed).toEqual([]);
    }));

  test('kills a grandchild that ignores SIGTERM, although the child has ended by it', () =>
    withReports(async (reports) => {
      const child = start(reports, `sh -c "$STUBBORN" & exec sleep 100`);
      await reports.next('stubborn');
      const { value, ms } = await timed(() => child.end(700));
      expect(value).toEqual({ kind: 'ended', status: 143 });
      expect(ms).toBeGreaterThanOrEqual(700);
      await reports.closed;
    }));

  test('lets a grandchild use the grace when the child has ended', () =>
    withReports(async (reports) => {
      const tidy = `trap 'sleep 0.4; echo tidied >&3; exit' TERM; echo ready >&3; while :; do sleep 0.05; done`;
      const child = start(reports, `(${tidy}) & exec sleep 100`);
      await reports.next('ready');
      const { value, ms } = await timed(() => child.end(LONG_MS));
      expect(value).toEqual({ kind: 'ended', status: 143 });
      expect(ms).toBeLessThan(LONG_MS / 2);
      expect(await reports.closed).toEqual(['tidied']);
    }));

  test('ends what a child left behind when it ended by itself', () =>
    withReports(async (reports) => {
      const child = start(reports, `sh -c "$STUBBORN" & exit 4`);
      const pid = Number((await reports.next('stubborn')).replace(/\D/g, ''));
      expect(await child.ended).toEqual({ kind: 'ended', status: 4 });
      child.pass('SIGKILL');
      expect(stateOf(pid)).toMatch(/[SR]/);
      expect(await child.end(300)).toEqual({ kind: 'ended', status: 4 });
      expect(stateOf(pid)).toBe('gone');
      await reports.closed;
    }));
});

onPosix('a child that ends by itself just when it is to be ended', () => {
  test('before it: nobody is left to be signalled', () =>
    withReports(async (reports) => {
      const child = start(reports, 'exit 5');
      const end = await child.ended;
      expect(await child.end(LONG_MS)).toBe(end);
      expect(end).toEqual({ kind: 'ended', status: 5 });
      child.pass('SIGTERM');
    }));

  test('while it: the end is on its way when it is asked for', () =>
    withReports(async (reports) => {
      const child = start(reports, 'echo ready >&3; exec sleep 100');
      await reports.next('ready');
      child.pass('SIGKILL');
      const { value, ms } = await timed(() => child.end(LONG_MS));
      expect(value).toEqual({ kind: 'ended', status: 137 });
      expect(ms).toBeLessThan(LONG_MS / 2);
    }));

  test('in the very turn in which it is known to have ended', () =>
    withReports(async (reports) => {
      const child = start(reports, 'exit 6');
      const { value, ms } = await timed(() => child.ended.then(() => child.end(LONG_MS)));
      expect(value).toEqual({ kind: 'ended', status: 6 });
      expect(ms).toBeLessThan(LONG_MS / 2);
    }));

  test.each(Array.from({ length: 12 }, (_, index) => index * 0.5))('%d ms after its start', async (afterMs) => {
    const child = startChild('/bin/sh', ['-c', 'exit 9'], { env: {}, graceMs: 1_000, warn: fail });
    const started = performance.now();
    while (performance.now() - started < afterMs);
    const { value, ms } = await timed(() => child.end(LONG_MS));
    // Its own status, or that of SIGTERM.
    expect([9, 143]).toContain(value.kind === 'ended' ? value.status : value);
    expect(ms).toBeLessThan(LONG_MS / 2);
  });

  test('asked twice is one end', () =>
    withReports(async (reports) => {
      const child = start(reports, `trap 'echo asked >&3' TERM; echo ready >&3; while :; do sleep 0.05; done`);
      await reports.next('ready');
      const first = child.end(600);
      await reports.next('asked');
      expect(await child.end(LONG_MS)).toBe(await first);
      expect(await reports.closed).toEqual([]);
    }));
});
