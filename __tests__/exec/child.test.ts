import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startChild, type Child, type ChildEnd } from '../../src/command-line/exec/child.js';
import { withReports } from './reports.js';

const onPosix = process.platform === 'win32' ? describe.skip : describe;

const warned: string[] = [];

function start(command: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Child {
  const warn = (problem: string): void => void warned.push(problem);
  return startChild(command, args, { env: { PATH: process.env['PATH'], ...env }, graceMs: 1_000, warn });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'commands-'));
  await writeFile(join(folder, 'text'), 'text');
  await writeFile(join(folder, 'no-interpreter'), '#!/no/such/shell\n');
  await chmod(join(folder, 'no-interpreter'), 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

onPosix('the status of a command', () => {
  test.each([
    ['0', 'exit 0', 0],
    ['3', 'exit 3', 3],
    ['255', 'exit 255', 255],
    ['SIGTERM', 'kill -TERM $$', 143],
    ['SIGINT', 'kill -INT $$', 130],
    ['SIGKILL', 'kill -KILL $$', 137],
  ])('that ends by %s', async (_name, script, status) => {
    expect(await start('/bin/sh', ['-c', script]).ended).toEqual({ kind: 'ended', status });
    expect(warned).toEqual([]);
  });
});

onPosix('a command that cannot be started', () => {
  async function refusal(
    command: string,
    args: readonly string[] = [],
  ): Promise<Extract<ChildEnd, { kind: 'not_started' }>> {
    const child = start(command, args);
    child.pass('SIGTERM');
    const end = await child.ended;
    expect(await child.end(1_000)).toBe(end);
    if (end.kind !== 'not_started') throw new Error(`It was started, and ended with ${String(end.status)}.`);
    return end;
  }

  test('is 127 where there is none of the name', async () => {
    const { status, problem, cause } = await refusal('no-such-command-anywhere');
    expect(status).toBe(127);
    expect(problem).toBe('No command "no-such-command-anywhere" was found on the PATH. Install it, or give its path.');
    expect(cause).toMatchObject({ code: expect.stringMatching(/^(ENOENT|EACCES)$/) as unknown });
  });

  // Root may look into every folder.
  (process.getuid?.() === 0 ? test.skip : test)(
    'is 127 where a folder of the PATH may not be looked into',
    async () => {
      const locked = join(folder, 'locked');
      await mkdir(locked, { mode: 0o000 });
      const { ended } = start('no-such-command-anywhere', [], { PATH: `${locked}:${process.env['PATH'] ?? ''}` });
      expect(await ended).toMatchObject({ kind: 'not_started', status: 127, cause: { code: 'EACCES' } });
    },
  );

  test('is 126 where what the PATH has may not be executed', async () => {
    const { ended } = start('text', [], { PATH: folder });
    expect(await ended).toMatchObject({ kind: 'not_started', status: 126, cause: { code: 'EACCES' } });
  });

  test('is 127 where there is no such file, or no interpreter for it', async () => {
    for (const command of ['./no/such/file', join(folder, 'no-interpreter'), join(folder, 'text', 'file')]) {
      const { status, problem } = await refusal(command);
      expect(status).toBe(127);
      expect(problem).toBe(
        `There is no file "${command}", or the interpreter that its first line names is missing. Correct the path or that line.`,
      );
    }
  });

  test('is 127 where it is empty', async () => {
    expect(await refusal('')).toMatchObject({
      status: 127,
      problem: expect.stringMatching(/empty.*after "--"/) as unknown,
    });
  });

  test('is 126 where it may not be executed', async () => {
    for (const command of [join(folder, 'text'), folder]) {
      const { status, problem, cause } = await refusal(command);
      expect(status).toBe(126);
      expect(problem).toContain(`"${command}" was found but may not be executed. Allow it with chmod +x`);
      expect(cause).toMatchObject({ code: 'EACCES' });
    }
  });

  test('is 126 where the system refuses it for another reason', async () => {
    const { status, problem } = await refusal('true', Array<string>(40).fill('x'.repeat(100_000)));
    expect(status).toBe(126);
    expect(problem).toMatch(/^"true" could not be started: .*E2BIG/);
  });

  test('is a bug where no system was asked', () => {
    expect(() => start('true', ['\0'])).toThrow(/null bytes/);
  });
});

onPosix('what a command is given', () => {
  test('are its arguments as they are, through no shell', () =>
    withReports(async (reports) => {
      const odd = ['a b', '', '$HOME', '"\'`', '*', '%PATH%', '-n', 'é\n'];
      const write = 'require("fs").writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)) + "\\n")';
      const child = start(process.execPath, ['-e', write, '--', reports.path, ...odd]);
      expect(JSON.parse(await reports.next('['))).toEqual(odd);
      expect(await child.ended).toEqual({ kind: 'ended', status: 0 });
    }));

  test('are its variables, those with names that no shell takes included, and a mark', () =>
    withReports(async (reports) => {
      const variables = { 'a-b': '1', 'BASH_FUNC_x%%': '() { :; }', EMPTY: '', PATH: process.env['PATH'] };
      const write = 'require("fs").writeFileSync(process.argv[1], JSON.stringify(process.env) + "\\n")';
      const child = start(process.execPath, ['-e', write, '--', reports.path], variables);
      const { RUNNER_COORD_CHILD, ...seen } = JSON.parse(await reports.next('{')) as NodeJS.ProcessEnv;
      await child.ended;
      // macOS adds one of its own.
      delete seen['__CF_USER_TEXT_ENCODING'];
      expect(seen).toEqual(variables);
      expect(RUNNER_COORD_CHILD).toMatch(/^[0-9a-f-]{36}$/);
    }));
});
