import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { cmdShim, installShims, shellShim } from '../../src/step-file/shims.js';
import { TemporaryFolder } from './samples.js';

let temporary: TemporaryFolder;
beforeEach(() => {
  temporary = new TemporaryFolder();
});
afterEach(() => temporary.remove());

describe('the text for sh', () => {
  test.each([
    ['/opt/node', '/opt/cli.js', `exec '/opt/node' '/opt/cli.js' "$@"`],
    ['/o p/node', '/o"p/$HOME/`x`/cli.js', `exec '/o p/node' '/o"p/$HOME/\`x\`/cli.js' "$@"`],
    [`/it's/node`, `/'/cli.js`, String.raw`exec '/it'\''s/node' '/'\''/cli.js' "$@"`],
    ['C:\\a b\\node.exe', 'C:\\new\\table\\cli.js', `exec 'C:\\a b\\node.exe' 'C:\\new\\table\\cli.js' "$@"`],
  ])('%s %s', (node, cli, command) => {
    expect(shellShim(node, cli)).toBe(`#!/bin/sh\n${command}\n`);
  });
});

describe('the text for cmd', () => {
  test.each([
    ['C:\\node.exe', 'D:\\cli.js', '"C:\\node.exe" "D:\\cli.js"'],
    ['C:\\a b\\node.exe', 'C:\\x & y\\cli.js', '"C:\\a b\\node.exe" "C:\\x & y\\cli.js"'],
    ['C:\\100%\\node.exe', 'C:\\%PATH%\\cli.js', '"C:\\100%%\\node.exe" "C:\\%%PATH%%\\cli.js"'],
    ["C:\\it's!\\node.exe", 'C:\\(^_^)\\cli.js', '"C:\\it\'s!\\node.exe" "C:\\(^_^)\\cli.js"'],
    ['\\\\host\\share\\node.exe', 'C:\\Jürgen\\cli.js', '"\\\\host\\share\\node.exe" "C:\\Jürgen\\cli.js"'],
  ])('%s %s', (node, cli, command) => {
    // The command is the last line: its status is that of the script.
    expect(cmdShim(node, cli)).toBe(`@setlocal DisableDelayedExpansion\r\n@${command} %*\r\n`);
  });

  test.each([
    ['/a"b/node', '/cli.js'],
    ['/node', '/a\nb/cli.js'],
    ['/node\r', '/cli.js'],
  ])('%j %j cannot be paths under Windows', (node, cli) => {
    expect(cmdShim(node, cli)).toBeNull();
  });
});

describe('what lies in the folder', () => {
  const where = { execPath: '/opt/node', cli: '/opt/cli.js' };

  test('both shims', () => {
    const folder = temporary.in('runner-coord', 'bin');
    expect(installShims(temporary.path, where)).toEqual({ kind: 'installed', folder });
    expect(readdirSync(folder).sort()).toEqual(['runner-coord', 'runner-coord.cmd']);
    expect(readFileSync(temporary.in('runner-coord', 'bin', 'runner-coord'), 'utf8')).toBe(
      shellShim(where.execPath, where.cli),
    );
    expect(readFileSync(temporary.in('runner-coord', 'bin', 'runner-coord.cmd'), 'utf8')).toBe(
      cmdShim(where.execPath, where.cli),
    );
  });

  test('only the one that can be written', () => {
    installShims(temporary.path, { ...where, cli: '/a"b/cli.js' });
    expect(readdirSync(temporary.in('runner-coord', 'bin'))).toEqual(['runner-coord']);
  });

  test('is left alone by the next step, and replaced by one with another node or file', () => {
    installShims(temporary.path, where);
    const shim = temporary.in('runner-coord', 'bin', 'runner-coord');
    utimesSync(shim, 1, 1);
    const before = statSync(shim);
    installShims(temporary.path, where);
    expect(statSync(shim)).toMatchObject({ ino: before.ino, mtimeMs: 1000 });
    installShims(temporary.path, { ...where, cli: '/v2/cli.js' });
    expect(readFileSync(shim, 'utf8')).toBe(shellShim('/opt/node', '/v2/cli.js'));
    expect(statSync(shim).mtimeMs).toBeGreaterThan(1000);
    expect(readdirSync(temporary.in('runner-coord', 'bin')).sort()).toEqual(['runner-coord', 'runner-coord.cmd']);
  });

  test('a folder in the way is told, with its cause', () => {
    mkdirSync(temporary.in('runner-coord', 'bin', 'runner-coord'), { recursive: true });
    const answer = installShims(temporary.path, where);
    expect(answer).toMatchObject({ kind: 'failed', problem: expect.stringMatching(/could not be written/) });
    expect(answer).toHaveProperty('cause.code');
  });

  test('no RUNNER_TEMP is made up', () => {
    expect(installShims(temporary.in('gone'), where)).toMatchObject({ kind: 'failed' });
    expect(readdirSync(temporary.path)).toEqual([]);
  });
});

const onPosix = process.platform === 'win32' ? describe.skip : describe;

onPosix('on POSIX', () => {
  const where = { execPath: '/opt/node', cli: '/opt/cli.js' };

  test('the shim can be run, also one whose mode somebody changed', () => {
    const before = process.umask(0o077);
    try {
      installShims(temporary.path, where);
    } finally {
      process.umask(before);
    }
    const shim = temporary.in('runner-coord', 'bin', 'runner-coord');
    expect(statSync(shim).mode & 0o777).toBe(0o755);
    chmodSync(shim, 0o644);
    installShims(temporary.path, where);
    expect(statSync(shim).mode & 0o777).toBe(0o755);
  });

  test.each([['runner-coord'], ['runner-coord/bin']])('a link in the place of %s is refused', (place) => {
    mkdirSync(temporary.in('elsewhere'));
    if (place !== 'runner-coord') mkdirSync(temporary.in('runner-coord'));
    symlinkSync(temporary.in('elsewhere'), temporary.in(place));
    expect(installShims(temporary.path, where)).toMatchObject({
      kind: 'failed',
      problem: expect.stringMatching(/is a symbolic link/),
    });
    expect(readdirSync(temporary.in('elsewhere'))).toEqual([]);
  });

  test('a shim that is a link is replaced, whatever it points to, and that is not touched', () => {
    installShims(temporary.path, where);
    const shim = temporary.in('runner-coord', 'bin', 'runner-coord');
    writeFileSync(temporary.in('mine'), shellShim(where.execPath, where.cli));
    rmSync(shim);
    symlinkSync(temporary.in('mine'), shim);
    chmodSync(shim, 0o755);
    installShims(temporary.path, where);
    expect(lstatSync(shim).isFile()).toBe(true);
    installShims(temporary.path, { ...where, cli: '/v2/cli.js' });
    expect(readFileSync(temporary.in('mine'), 'utf8')).toBe(shellShim(where.execPath, where.cli));
  });

  /** Every shell of this machine that a `run:` step may meet, and the kernel by the first line. */
  const shells = [
    ['the kernel', []],
    ['dash', ['dash']],
    ['busybox', ['busybox', 'sh']],
    ['bash', ['bash', '--posix']],
  ] as const;
  const isThere = ([command = 'true', ...args]: readonly string[]): boolean =>
    spawnSync(command, [...args, '-c', 'exit 3']).status === 3;
  const present = shells.filter(([, command]) => command.length === 0 || isThere(command));

  const ARGUMENTS = ['', 'a b', `it's "so"`, 'two\nlines', '$HOME `x` \\n %PATH%', '-n', '*', '--', 'ünïcode 🦊', ''];

  test('at least the kernel and dash or bash are tried', () => {
    expect(present.length).toBeGreaterThan(1);
  });

  describe.each(present)('%s', (_name, shell) => {
    const start = (script: string, args: readonly string[]): ChildProcess => {
      const folder = temporary.in(`it's "a" $HOME \`x\` 100% & more`);
      mkdirSync(folder);
      // Another name for this node, in a folder that only right quoting finds.
      symlinkSync(process.execPath, `${folder}/my node`);
      writeFileSync(`${folder}/the cli.cjs`, script);
      const installed = installShims(temporary.path, { execPath: `${folder}/my node`, cli: `${folder}/the cli.cjs` });
      if (installed.kind === 'failed') throw new Error(installed.problem);
      const [command, ...rest] = [...shell, `${installed.folder}/runner-coord`, ...args];
      return spawn(command ?? '', rest, { stdio: ['pipe', 'pipe', 'inherit'] });
    };
    const output = async (child: ChildProcess): Promise<string> => {
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      await once(child, 'close');
      return text;
    };

    test('hands over all arguments, the process id, stdin and the status', async () => {
      const child = start(
        `const { readFileSync } = require('node:fs');
         const [, , ...args] = process.argv;
         console.log(JSON.stringify({ args, pid: process.pid, input: readFileSync(0, 'utf8') }));
         process.exitCode = 75;`,
        ARGUMENTS,
      );
      child.stdin?.end('from stdin');
      expect(JSON.parse(await output(child))).toEqual({ args: ARGUMENTS, pid: child.pid, input: 'from stdin' });
      expect(child.exitCode).toBe(75);
    });

    test('a signal reaches the command itself', async () => {
      const child = start(
        `process.on('SIGTERM', () => { console.log('told'); process.exit(9); });
         setTimeout(() => process.exit(1), 5000);
         console.log('ready');`,
        [],
      );
      child.stdout?.once('data', () => child.kill('SIGTERM'));
      expect(await output(child)).toBe('ready\ntold\n');
      expect(child.exitCode).toBe(9);
    });
  });

  test('found by its name on the PATH, with no node on it', () => {
    writeFileSync(temporary.in('cli.cjs'), 'console.log("here", process.argv[2]);');
    const installed = installShims(temporary.path, { execPath: process.execPath, cli: temporary.in('cli.cjs') });
    if (installed.kind === 'failed') throw new Error(installed.problem);
    const { stdout } = spawnSync('runner-coord', ['assert'], {
      env: { PATH: [installed.folder, temporary.in('nowhere')].join(delimiter) },
      encoding: 'utf8',
    });
    expect(stdout).toBe('here assert\n');
  });
});
