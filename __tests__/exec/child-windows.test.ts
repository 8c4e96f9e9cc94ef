import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { startChild, type Child } from '../../src/command-line/exec/child.js';
import { taskkill, windowsStart } from '../../src/command-line/exec/windows.js';

const ENV = { Path: 'C:\\tools;"C:\\Program Files\\nodejs";;C:\\other', SystemRoot: 'C:\\Windows' };
const CMD = 'C:\\Windows\\System32\\cmd.exe';

function system(...files: readonly string[]): Parameters<typeof windowsStart>[2] {
  return { env: ENV, isFile: (path) => files.includes(path) };
}

describe('what is started on Windows', () => {
  test.each([
    ['a name', 'git', 'C:\\tools\\git.exe'],
    ['a name with its ending', 'GIT.EXE', 'C:\\other\\GIT.EXE'],
    ['a name with a dot', 'node20.1', 'C:\\other\\node20.1.exe'],
    ['a relative path', '.\\bin\\agent', '.\\bin\\agent.exe'],
    ['a path with slashes', 'C:/bin/agent', 'C:/bin/agent.exe'],
    ['a path to a file without an ending', '.\\agent', '.\\agent'],
  ])('for %s is the program', (_name, command, file) => {
    expect(windowsStart(command, ['a b', '%x%'], system(file))).toEqual({
      kind: 'start',
      file,
      args: ['a b', '%x%'],
      verbatim: false,
    });
  });

  test('is what comes first on the PATH, and there a program before a batch file', () => {
    const files = ['C:\\other\\npm.exe', 'C:\\Program Files\\nodejs\\npm.cmd', 'C:\\Program Files\\nodejs\\npm'];
    expect(windowsStart('npm', [], system(...files))).toMatchObject({ file: CMD });
    files.push('C:\\Program Files\\nodejs\\npm.exe');
    expect(windowsStart('npm', [], system(...files))).toMatchObject({ file: 'C:\\Program Files\\nodejs\\npm.exe' });
  });

  test('is nothing where there is none, and never what lies in the current folder', () => {
    expect(windowsStart('agent', [], system('agent.exe', '.\\agent.exe', 'C:\\tools\\agent'))).toEqual({
      kind: 'not_found',
    });
    expect(windowsStart('agent', [], { env: {}, isFile: () => true })).toEqual({ kind: 'not_found' });
    expect(windowsStart('.\\agent', [], system())).toEqual({ kind: 'not_found' });
  });
});

describe('a batch file', () => {
  const NPM = 'C:\\Program Files\\nodejs\\npm.cmd';

  function lineOf(...args: readonly string[]): string {
    const start = windowsStart('npm', args, system(NPM));
    if (start.kind !== 'start') throw new Error(`It was ${start.kind}.`);
    expect(start).toMatchObject({ file: CMD, verbatim: true });
    const [line = '', ...flags] = [...start.args].reverse();
    expect(flags.reverse()).toEqual(['/e:on', '/v:off', '/d', '/s', '/c']);
    const inner = /^""C:\\Program Files\\nodejs\\npm\.cmd"(.*)"$/.exec(line)?.[1];
    if (inner === undefined) throw new Error(line);
    return inner.trimStart();
  }

  test.each([
    [
      'plain ones as they are',
      ['run', 'build:all', '--x=1', './a_b', '@scope/x'],
      'run build:all "--x=1" ./a_b @scope/x',
    ],
    ['blanks in quotes', ['a b', ''], '"a b" ""'],
    [
      'what cmd.exe acts on in quotes',
      ['a&b', 'a|b', '<x>', '^', '(1)', '!x!', ',;'],
      '"a&b" "a|b" "<x>" "^" "(1)" "!x!" ",;"',
    ],
    ['quotes doubled', ['say "hi"', '"'], '"say ""hi""" """"'],
    [
      'backslashes doubled before quotes only',
      ['a\\b', 'a b\\', 'c\\', 'd\\\\"e'],
      'a\\b "a b\\\\" "c\\\\" "d\\\\\\\\""e"',
    ],
    ['no variable is expanded', ['%PATH%', '100%'], '"%%cd:~,%PATH%%cd:~,%" "100%%cd:~,%"'],
    ['a quote opens nothing', ['"&calc.exe'], '"""&calc.exe"'],
  ])('is given %s', (_name, args, line) => {
    expect(lineOf(...args)).toBe(line);
  });

  test('itself is quoted, with a percent sign in its path too', () => {
    const start = windowsStart('C:\\100%\\a b.BAT', ['x'], system('C:\\100%\\a b.BAT'));
    expect(start).toMatchObject({ args: ['/e:on', '/v:off', '/d', '/s', '/c', '""C:\\100%%cd:~,%\\a b.BAT" x"'] });
  });

  test.each(['a\nb', 'a\rb'])('is not started with a line break, which would end its command line', (argument) => {
    expect(windowsStart('npm', [argument], system(NPM))).toEqual({
      kind: 'refused',
      problem: expect.stringMatching(/line break.*pass the text in a file/) as unknown,
    });
  });
});

test('taskkill is asked for the whole tree, then made to', () => {
  const file = 'C:\\Windows\\System32\\taskkill.exe';
  expect(taskkill(42, 'ask', { SYSTEMROOT: 'C:\\Windows' })).toEqual({ file, args: ['/PID', '42', '/T'] });
  expect(taskkill(42, 'force', ENV)).toEqual({ file, args: ['/F', '/PID', '42', '/T'] });
  expect(taskkill(42, 'ask', {})).toMatchObject({ file: 'taskkill.exe' });
});

/** The order of things on Windows, played here with a taskkill that this system can run. */
(process.platform === 'win32' ? describe.skip : describe)('a child on Windows', () => {
  let folder: string;
  let warned: string[];
  beforeEach(async () => {
    warned = [];
    folder = await mkdtemp(join(tmpdir(), 'windows-'));
    const script = [
      '#!/bin/sh',
      'echo "$*" >>"$CALLS"',
      '[ "$REFUSES" = yes ] && exit 1',
      '[ "$1" = /F ] && exec kill -KILL "$3"',
      '[ "$POLITE" = yes ] && exec kill -TERM "$2"',
      'exit 1',
    ].join('\n');
    await writeFile(join(folder, 'taskkill.exe'), script);
    await chmod(join(folder, 'taskkill.exe'), 0o755);
    await writeFile(join(folder, 'agent.cmd'), '');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Child {
    return startChild(command, args, {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, CALLS: join(folder, 'calls'), ...env },
      graceMs: 1_000,
      warn: (problem) => void warned.push(problem),
      platform: 'win32',
    });
  }

  async function calls(): Promise<readonly string[]> {
    const text = await readFile(join(folder, 'calls'), 'utf8');
    return text
      .trim()
      .split('\n')
      .map((line) => line.replace(/\d+/, 'N'));
  }

  test('that does not end when asked is ended by force after the grace', async () => {
    const child = start('/bin/sleep', ['100']);
    child.pass('SIGTERM');
    const started = performance.now();
    expect(await child.end(400)).toEqual({ kind: 'ended', status: 137 });
    expect(performance.now() - started).toBeGreaterThanOrEqual(400);
    expect(await calls()).toEqual(['/PID N /T', '/F /PID N /T']);
    expect(warned).toEqual([]);
  });

  test('that ends when asked is not forced', async () => {
    const child = start('/bin/sleep', ['100'], { POLITE: 'yes' });
    const end = child.end(8_000);
    expect(await child.end(1)).toBe(await end);
    expect(await end).toEqual({ kind: 'ended', status: 143 });
    expect(await calls()).toEqual(['/PID N /T']);
  });

  test('that has ended is left alone', async () => {
    const child = start('/bin/sh', ['-c', 'exit 3']);
    expect(await child.ended).toEqual({ kind: 'ended', status: 3 });
    expect(await child.end(8_000)).toEqual({ kind: 'ended', status: 3 });
    await expect(calls()).rejects.toThrow('ENOENT');
  });

  test('that cannot be ended is told of', async () => {
    // It ends by itself in the end, so that this test does.
    const child = start('/bin/sleep', ['1'], { REFUSES: 'yes' });
    expect(await child.end(1)).toEqual({ kind: 'ended', status: 0 });
    expect(warned).toEqual([
      expect.stringMatching(
        /^Process \d+ could not be ended \(taskkill ended with status 1\)\. End it by hand: taskkill \/F/,
      ),
    ]);
  });

  test('that is not there is 127, and one that cannot be given its arguments 126', async () => {
    expect(await start('no-such-agent', []).ended).toMatchObject({ kind: 'not_started', status: 127 });
    const refused = start(join(folder, 'agent'), ['two\nlines']);
    expect(await refused.ended).toMatchObject({ kind: 'not_started', status: 126 });
    expect(await refused.end(1)).toMatchObject({ problem: expect.stringContaining('line break') as unknown });
  });

  test('that the system does not start is told of as elsewhere', async () => {
    // No cmd.exe on this system.
    const end = await start(join(folder, 'agent'), [], { PATH: folder }).ended;
    expect(end).toMatchObject({ kind: 'not_started', status: 127 });
  });
});
